"""The transformer: one inference per reply gives every head's chances and the sentence vector, of it and its sentences.

The model is an ordinary Hugging Face folder (`TFAutoModelForSequenceClassification`, a BERT) whose outputs are grouped
by their `id2label` names. It runs as one compiled graph, one reply at a time: a batch differs from a single in the last
bits. The sentences stand behind the reply in the same row of tokens, each seeing only itself, and each counted from
position 0: what comes out for it is what the model says of it alone.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from transformers import AutoTokenizer, TFAutoModelForSequenceClassification

from nlu import heads
from nlu.contract import SENTIMENTS

FOLDER = Path(__file__).resolve().parent / "models" / "visavis-minilm"

WIDTHS = (16, 32, 48, 64, 96, 128, 192, 256, 384, 512)
"""Padded lengths in tokens, so that kernels are prepared for few shapes. A longer reply is cut at the last."""
Text = str | tuple[str, ...]
"""What is read: a text, or the clauses that make it up."""
NO_PARTS: Mapping[tuple[int, int], Text] = MappingProxyType({})
BARRIER = -1e4
"""Added to the attention between tokens that may not see each other, as BERT does for padding."""
AVERAGE = "average_case.json"
"""In the model's folder: the mean sentence vector of the customers' lines that training knew."""
WIDTH = 384
"""Size of the sentence vector of the model that ships."""
DEPTH = 7 * WIDTH
"""Size of a deep vector: the embeddings and six layers."""


class EncoderError(RuntimeError):
    """A model folder that cannot be used; the message names it and says what to do."""


Deep = npt.NDArray[np.float32]
"""Rows of DEPTH numbers: the mean of some tokens in each layer, side by side, as they stand in this very inference.

What a question asks for lies in its words as much as in its sense, and words are told better by the lower layers: the
examples of a scenario left out are recognised more often by all the layers than by the last (docs/perception.md).
"""


@dataclass(frozen=True)
class Reading:
    """One inference: a probability for every value of every group, and the unit sentence vector."""

    groups: dict[str, dict[str, float]]
    vector: tuple[float, ...]
    parts: Mapping[tuple[int, int], Reading] = field(default_factory=dict)
    """What each part that was asked for says when read by itself; empty when the text was too long for that."""
    deep: Deep = field(default_factory=lambda: np.zeros((0, DEPTH), dtype=np.float32), compare=False)
    """One row for the whole text, then one for each clause when it came in several: what the topics are told by."""


class Encoder:
    """A loaded model. `read` is deterministic: same text, same floats."""

    def __init__(self, folder: str | Path) -> None:
        self._model, self._tokenizer = _open(folder)
        self._slots = heads.slots(self._model.config.id2label)
        row = tf.TensorSpec([1, None], tf.int32)
        self._run = tf.function(
            self._forward,
            input_signature=[row, row, row, tf.TensorSpec([None], tf.int32), tf.TensorSpec([None, None], tf.float32)],
            autograph=False,
        )
        self.version = _version(folder)
        self.average = _average(folder)

    def read(self, text: Text, parts: Mapping[tuple[int, int], Text] = NO_PARTS) -> Reading:
        """Read one text, and each of its `parts`, by their places, by itself. Empty text is valid and neutral."""
        found = [self._tokens(each if isinstance(each, tuple) else (each,)) for each in (text, *parts.values())]
        if sum(len(block.ids) for block in found) > WIDTHS[-1]:
            found = found[:1]
        whole, *read = self._infer(found)
        return replace(whole, parts=dict(zip(parts, read, strict=False)))

    def embed(self, texts: Sequence[str]) -> Deep:
        """The deep vector of each text, many to a row: quicker than one by one, the same but for the last bits."""
        rows: list[Reading] = []
        packed: list[_Block] = []
        size = 0
        for block in (self._tokens((text,)) for text in texts):
            if packed and size + len(block.ids) > WIDTHS[-1]:
                rows += self._infer(packed)
                packed, size = [], 0
            packed.append(block)
            size += len(block.ids)
        rows += self._infer(packed) if packed else []
        return np.concatenate([row.deep for row in rows]) if rows else np.zeros((0, DEPTH), dtype=np.float32)

    def warm(self) -> None:
        """Compile the graph and run it at every length, so that the first reply is as quick as the next."""
        for width in WIDTHS:
            self.read("a " * (width - 2))

    def _tokens(self, clauses: tuple[str, ...]) -> _Block:
        text = "".join(clauses).replace("’", "'")
        parted = len(clauses) > 1
        read = self._tokenizer(text, truncation=True, max_length=WIDTHS[-1], return_offsets_mapping=parted)
        ids: list[int] = read["input_ids"]
        spans = [range(len(ids))]
        if parted:
            ends = list(accumulate(map(len, clauses)))
            member = [bisect_right(ends, start) if end > start else -1 for start, end in read["offset_mapping"]]
            spans += [
                range(member.index(each), len(ids) - member[::-1].index(each)) for each in sorted({*member} - {-1})
            ]
        return _Block(ids, spans)

    def _infer(self, texts: list[_Block]) -> list[Reading]:
        """Read token lists side by side: `blocks` says which of them a token belongs to, -1 for padding."""
        length = sum(len(block.ids) for block in texts)
        width = next(width for width in WIDTHS if width >= length)
        ids, places, blocks = np.full((3, 1, width), [[[self._tokenizer.pad_token_id]], [[0]], [[-1]]], dtype=np.int32)
        spans = np.zeros((sum(len(block.spans) for block in texts), width), dtype=np.float32)
        starts: list[int] = []
        at = row = 0
        for number, block in enumerate(texts):
            inside = slice(at, at + len(block.ids))
            ids[0, inside], places[0, inside], blocks[0, inside] = block.ids, range(len(block.ids)), number
            for place, span in enumerate(block.spans, start=row):
                spans[place, at + span.start : at + span.stop] = 1
            starts.append(at)
            at, row = at + len(block.ids), row + len(block.spans)
        logits, vectors, deep = self._run(ids, places, blocks, np.asarray(starts, dtype=np.int32), spans)
        ends = list(accumulate(len(block.spans) for block in texts))
        return [
            Reading(self._groups(logit), tuple(vector), {}, rows)
            for logit, vector, rows in zip(
                logits.numpy().tolist(), vectors.numpy().tolist(), np.split(deep.numpy(), ends[:-1]), strict=True
            )
        ]

    def _groups(self, logits: list[float]) -> dict[str, dict[str, float]]:
        return {name: heads.probabilities(logits, chosen) for name, chosen in self._slots.items()}

    def _forward(
        self, ids: tf.Tensor, places: tf.Tensor, blocks: tf.Tensor, starts: tf.Tensor, spans: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        bert = self._model.bert
        layers = self._model.config.num_hidden_layers
        embedded = bert.embeddings(input_ids=ids, position_ids=places, token_type_ids=tf.zeros_like(ids))
        apart = tf.not_equal(blocks[:, :, tf.newaxis], blocks[:, tf.newaxis, :])
        barrier = tf.cast(apart, tf.float32)[:, tf.newaxis] * BARRIER
        read = bert.encoder(embedded, barrier, [None] * layers, None, None, None, False, False, True, True)
        hidden = read.last_hidden_state
        logits = self._model.classifier(bert.pooler(tf.gather(hidden[0], starts)[:, tf.newaxis]))
        member = tf.cast(tf.equal(tf.range(tf.size(starts))[:, tf.newaxis], blocks), tf.float32)
        deep = tf.stack([tf.math.l2_normalize(spans @ layer[0], axis=-1) for layer in read.hidden_states], axis=1)
        scale = tf.sqrt(tf.cast(tf.shape(deep)[1], tf.float32))
        return (
            logits,
            tf.math.l2_normalize(member @ hidden[0], axis=-1),
            tf.reshape(deep, [tf.shape(spans)[0], -1]) / scale,
        )


@dataclass(frozen=True)
class _Block:
    """The tokens of one text, and where the whole and each of its clauses stand among them."""

    ids: list[int]
    spans: list[range]


class Outside:
    """Somebody else's classifier, of any kind, called as its folder says."""

    def __init__(self, folder: str) -> None:
        self._model, self._tokenizer = _open(folder)
        self.labels: dict[int, str] = self._model.config.id2label
        self.version = _version(folder)

    def logits(self, text: str) -> list[float]:
        """Its output for one text, cut at what we read of it."""
        read = self._tokenizer(text, truncation=True, max_length=WIDTHS[-1], return_tensors="tf")
        return list(self._model(**read, training=False).logits.numpy()[0].tolist())


class Sentiment:
    """Our encoder with another model's opinion in the place of the sentiment group."""

    def __init__(self, encoder: Encoder, other: str) -> None:
        self._encoder = encoder
        self._other = Outside(other)
        self._meaning = _meanings(other, self._other.labels)
        self.version = f"{encoder.version}+{self._other.version}"
        self.average = encoder.average

    def read(self, text: Text, parts: Mapping[tuple[int, int], Text] = NO_PARTS) -> Reading:
        """Read one text with both models, its `parts` with ours alone."""
        reading = self._encoder.read(text, parts)
        whole = text if isinstance(text, str) else "".join(text)
        shares = heads.probabilities(self._other.logits(whole), [(str(index), index) for index in self._meaning])
        sentiment = dict.fromkeys(SENTIMENTS, 0.0)
        for index, meaning in self._meaning.items():
            sentiment[meaning] += shares[str(index)]
        return replace(reading, groups={**reading.groups, "sentiment": sentiment})

    def embed(self, texts: Sequence[str]) -> Deep:
        """The deep vectors of ours."""
        return self._encoder.embed(texts)

    def warm(self) -> None:
        """Compile ours, and wake the other."""
        self._encoder.warm()
        self._other.logits("a")


def load(folder: str | Path = FOLDER, sentiment: str = "") -> Encoder | Sentiment:
    """Load and warm the encoder; `sentiment` names a folder or hub model that replaces the sentiment group.

    Raises EncoderError when a folder is missing or holds no model we can run.
    """
    encoder: Encoder | Sentiment = Encoder(folder)
    if sentiment:
        encoder = Sentiment(Encoder(folder), sentiment)
    encoder.warm()
    return encoder


def _open(folder: str | Path) -> tuple[Any, Any]:
    try:
        model = TFAutoModelForSequenceClassification.from_pretrained(folder)
        return model, AutoTokenizer.from_pretrained(folder)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise EncoderError(f"No model can be loaded from “{folder}”: {reason}") from error


def _version(folder: str | Path) -> str:
    weights = Path(folder) / "model.safetensors"
    return heads.version(weights) if weights.exists() else str(folder)


def _average(folder: str | Path) -> tuple[float, ...]:
    """The vector of the average case, which calibration leaves beside the weights; empty for an outside model."""
    path = Path(folder) / AVERAGE
    return tuple(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else ()


def _meanings(name: str, id2label: dict[int, str]) -> dict[int, str]:
    """Which sentiment each label of an outside model stands for: by its name, or by its number of stars."""
    found = {}
    for index, label in id2label.items():
        word = label.lower().removeprefix("sentiment:")
        stars = int(word[0]) if word[:1].isdigit() and "star" in word else None
        if stars is not None:
            found[index] = SENTIMENTS[0 if stars < 3 else 1 if stars == 3 else 2]
        else:
            found[index] = next((known for known in SENTIMENTS if known.startswith(word[:3])), "")
    if not all(found.values()):
        raise EncoderError(f"SENTIMENT_MODEL “{name}” has labels {sorted(id2label.values())}: name them {SENTIMENTS}.")
    return found
