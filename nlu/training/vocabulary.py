"""A bilingual WordPiece vocabulary that keeps accents, started from the teacher's embeddings.

The teacher's vocabulary is English: it cuts French into crumbs. We learn a new one on both languages and give every new
sub-word the mean embedding of the teacher's pieces for the same letters, so that the student starts near its teacher.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from tokenizers import BertWordPieceTokenizer
from tokenizers.processors import TemplateProcessing
from transformers import BertTokenizerFast

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def learn_vocabulary(texts: Iterable[str], size: int, longest: int) -> BertTokenizerFast:
    """Learn `size` lower-cased WordPieces (accents kept) and return a tokenizer cut at `longest` tokens."""
    learner = BertWordPieceTokenizer(lowercase=True, strip_accents=False)
    learner.train_from_iterator(
        (text.replace("’", "'") for text in texts),
        vocab_size=size,
        min_frequency=2,
        limit_alphabet=300,
        special_tokens=SPECIAL,
        show_progress=False,
    )
    return marked(
        BertTokenizerFast(
            tokenizer_object=learner._tokenizer, do_lower_case=True, strip_accents=False, model_max_length=longest
        )
    )


def marked(tokenizer: BertTokenizerFast) -> BertTokenizerFast:
    """Put [CLS] and [SEP] around every text: without them all texts of one word would have the same vector."""
    ends = [(name, tokenizer.convert_tokens_to_ids(name)) for name in ("[CLS]", "[SEP]")]
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
    )
    return tokenizer


def initial_embeddings(
    student: BertTokenizerFast, teacher: BertTokenizerFast, matrix: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Start a (student vocabulary × width) matrix from the teacher's `matrix` (teacher vocabulary × width)."""
    old = teacher.get_vocab()
    words = student.convert_ids_to_tokens(range(len(student)))
    return np.stack([matrix[_teacher_pieces(word, old, teacher)].mean(axis=0) for word in words])


def _teacher_pieces(word: str, old: dict[str, int], teacher: BertTokenizerFast) -> list[int]:
    if word in old:
        return [old[word]]
    inside = word.startswith("##")
    pieces = teacher.tokenize(word[2:] if inside else word)
    if inside and pieces and f"##{pieces[0]}" in old:
        pieces[0] = f"##{pieces[0]}"
    return [old[piece] for piece in pieces] or [old["[UNK]"]]
