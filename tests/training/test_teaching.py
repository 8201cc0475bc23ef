"""nlu/training: heads, vocabulary, distillation and evaluation, on examples small enough to reckon by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from nlu.contract import Assessment
from nlu.heads import GROUPS, LABELS
from nlu.training import corpora, distillation, evaluation, heads, vocabulary

Perceived = Callable[..., Assessment]
TEXTS = [
    f"{word} {other}" for word in ("désolé", "bonjour", "sorry", "l'équipe") for other in ("madame", "refund", "élève")
] * 9


def row(**changes: Any) -> dict[str, Any]:
    """One of our labelled replies."""
    labels = dict.fromkeys(
        ("reaction", "interpretation", "exploration", "empathy", "warmth", "courtesy", "calm", "clarity", "tone"), 1
    )
    plain = {"id": "r1", "context": "c", "lang": "fr", "text": "Bonjour", "quality": 3}
    return {**plain, "labels": {**labels, "sentiment": "neutral", "hostility": ["blame"]}, **changes}


def known(example: heads.Example) -> dict[str, str]:
    """The values that an example teaches."""
    pairs = zip(GROUPS.items(), example.targets, strict=True)
    return {group: values[target] for (group, values), target in pairs if target != heads.UNKNOWN}


def test_a_reply_teaches_every_group() -> None:
    found = known(heads.reply_example(row()))
    assert set(found) == set(GROUPS)
    assert (found["warmth"], found["sentiment"], found["blame"], found["sarcasm"]) == ("1", "neutral", "yes", "no")


def test_a_review_teaches_sentiment_alone() -> None:
    assert known(heads.sentiment_example({"text": "Parfait", "label": "positive"})) == {"sentiment": "positive"}


def test_politeness_by_quarters() -> None:
    rows = [{"text": str(n), "label": n} for n in range(9)]
    assert [known(one)["courtesy"] for one in heads.politeness_examples(rows)] == list("000111222")


def test_the_loss_counts_only_what_is_known() -> None:
    logits = tf.zeros([2, len(LABELS)])
    unknown = [heads.UNKNOWN] * len(GROUPS)
    one = list(unknown)
    one[list(GROUPS).index("sentiment")] = 2
    assert float(heads._grouped(logits, tf.constant([unknown, unknown]))) == 0
    assert float(heads._grouped(logits, tf.constant([one, unknown]))) == pytest.approx(np.log(3))


@pytest.mark.parametrize("length, width", [(0, 8), (1, 8), (8, 8), (9, 12), (128, 128), (500, 128)])
def test_padding(length: int, width: int) -> None:
    assert distillation.padded(length) == width


def test_rows_and_masks() -> None:
    rows, mask = distillation.stack([[5, 6], [7]], pad=0)
    assert rows.tolist() == [[5, 6, 0, 0, 0, 0, 0, 0], [7, 0, 0, 0, 0, 0, 0, 0]]
    assert mask.sum(axis=1).tolist() == [2, 1]


def test_batches_hold_everything_once_in_a_fixed_order() -> None:
    ids = [[1] * (n % 20 + 1) for n in range(100)]
    found = [batch.tolist() for batch in distillation.batches(ids, 8, seed=1)]
    assert sorted(index for batch in found for index in batch) == list(range(100))
    assert all(len({distillation.padded(len(ids[i])) for i in batch}) == 1 for batch in found)
    assert found == [batch.tolist() for batch in distillation.batches(ids, 8, seed=1)]
    assert found != [batch.tolist() for batch in distillation.batches(ids, 8, seed=2)]


def test_the_sentence_vector_ignores_padding() -> None:
    hidden = tf.constant([[[3.0, 4.0], [3.0, 4.0], [99.0, -99.0]]])
    pooled = distillation.pool(hidden, tf.constant([[1, 1, 0]]))
    assert pooled.numpy()[0].tolist() == pytest.approx([0.6, 0.8])


def test_a_vocabulary_keeps_accents_and_apostrophes_apart() -> None:
    tokenizer = vocabulary.learn_vocabulary(TEXTS, size=120, longest=16)
    assert tokenizer.tokenize("Désolé") == ["désolé"]
    assert tokenizer.tokenize("L'équipe")[:2] == ["l", "'"]
    assert tokenizer.unk_token not in tokenizer.tokenize("élève")
    assert [tokenizer.convert_tokens_to_ids(name) for name in vocabulary.SPECIAL] == [0, 1, 2, 3, 4]


def test_a_new_piece_starts_from_the_teachers() -> None:
    teacher = vocabulary.learn_vocabulary(["ab ab ba ba a b c"] * 9, size=40, longest=16)
    student = vocabulary.learn_vocabulary(["abab abab ab ab a b"] * 9, size=40, longest=16)
    matrix = np.arange(len(teacher) * 2, dtype=np.float32).reshape(len(teacher), 2)
    start = vocabulary.initial_embeddings(student, teacher, matrix)
    assert start.shape == (len(student), 2)
    old, new = teacher.get_vocab(), student.get_vocab()
    assert start[new["ab"]].tolist() == matrix[old["ab"]].tolist()
    pieces = [old[piece] for piece in teacher.tokenize("abab")]
    assert start[new["abab"]].tolist() == matrix[pieces].mean(axis=0).tolist()


def test_ranking_counts_only_clear_differences(perceived: Perceived) -> None:
    rows = [
        row(id="a", quality=5), row(id="b", quality=3), row(id="c", quality=2), row(id="d", quality=1, context="other"),
    ]  # fmt: skip
    scores = {"a": 90, "b": 50, "c": 60, "d": 0}
    judged = {name: perceived(score=score) for name, score in scores.items()}
    assert evaluation.ranking(rows, judged) == (2, 2)
    judged["c"] = perceived(score=95)
    assert evaluation.ranking(rows, judged) == (1, 2)
    assert evaluation.ranking([], {}) == (0, 0)


@pytest.mark.parametrize(
    "name, said", [("sentiment", "neutral"), ("empathy", 2), ("tone", 2), ("reaction", 2), ("clarity", 2)]
)
def test_a_level_as_our_labels_say_it(perceived: Perceived, name: str, said: object) -> None:
    assert evaluation.level(perceived(2), name) == said


def test_gathering_writes_each_reply_in_every_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reviews = [{"text": f"review {n}", "label": "positive", "source": "XED"} for n in range(60)]

    def corpus(folder: Path, name: str) -> Iterator[dict[str, Any]]:
        yield from [{"text": f"please {n}", "label": n} for n in range(9)] if "politeness" in name else reviews

    monkeypatch.setattr(corpora, "read_corpus", corpus)
    ways = {"fr": (lambda text, chance: text, lambda text, chance: text.upper())}
    doubted = {**row()["labels"], "warmth": 2}
    first, second = heads.gather(
        tmp_path, [row(text="Désolée")], reviews=2, noises=ways, doubts={"r1": [doubted]}, epochs=2, seed=1
    )
    texts, examples = [one.text for one in first], first
    assert texts[-2:] == [one.text for one in second[-2:]]
    assert {one.text for one in first[:2]}.isdisjoint(one.text for one in second[:2])  # every epoch reads other reviews
    assert [one.plain for one in first[-2:]] == ["Désolée"] * 2
    assert texts[-2:] == ["Désolée", "DÉSOLÉE"]
    assert [known(one)["warmth"] for one in examples[-2:]] == ["1", "2"]  # the last copy is taught the doubt
    assert sum(text.startswith("review") for text in texts) == 2 * 2
    assert all(corpora.split_of(text) == "train" for text in texts[:-2])


def test_a_reply_is_taught_as_it_stands_and_as_people_write_in_a_hurry() -> None:
    words = {"sms": {"dsl": "désolée"}, "confused": [["votre", "vos"]], "dropped": ["je"]}
    ways = heads.noises({"fr": words})["fr"]
    written = {way("Désolée, je vérifie votre commande demain.", random.Random(3)) for way in ways}
    assert len(ways) == 6 and len(written) >= 4
    assert any(text.startswith("dsl") for text in written)


def test_every_text_is_marked_at_both_ends() -> None:
    # Without the marks, the mean over one token was the same vector for every text of one word.
    tokenizer = vocabulary.learn_vocabulary(TEXTS, 60, 16)
    ids = tokenizer("bonjour")["input_ids"]
    assert (ids[0], ids[-1]) == (tokenizer.cls_token_id, tokenizer.sep_token_id) and len(ids) > 2
