"""The transformer: one inference per reply gives every head's probabilities and the sentence vector.

The same inference also gives the vector of any part of the reply: the mean of its token vectors.

The model is an ordinary Hugging Face folder (`TFAutoModelForSequenceClassification`) whose outputs are grouped by their
`id2label` names. It runs as one compiled graph, one reply at a time: a batch differs from a single in the last bits.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from transformers import AutoTokenizer, TFAutoModelForSequenceClassification

from nlu import heads
from nlu.contract import SENTIMENTS

FOLDER = Path(__file__).resolve().parent / "models" / "visavis-minilm"
Floats = npt.NDArray[np.float32]

WIDTHS = (16, 32, 48, 64, 96, 128, 192, 256, 384, 512)
"""Padded lengths in tokens, so that kernels are prepared for few shapes. A longer reply is cut at the last."""
AVERAGE = "average_case.json"
"""In the model's folder: the mean sentence vector of the customers' lines that training knew."""
WIDTH = 384
"""Size of the sentence vector of the model that ships."""


class EncoderError(RuntimeError):
    """A model folder that cannot be used; the message names it and says what to do."""


@dataclass(frozen=True)
class Reading:
    """One inference: a probability for every value of every group, and the unit sentence vector."""

    groups: dict[str, dict[str, float]]
    vector: tuple[float, ...]
    tokens: Floats = field(default_factory=lambda: np.zeros((0, WIDTH), np.float32), compare=False, repr=False)
    """The token vectors (tokens × width) behind `vector`, for `part`."""
    places: tuple[tuple[int, int], ...] = field(default=(), compare=False, repr=False)
    """Where each token stands in the text; (0, 0) for the marks [CLS] and [SEP]."""

    def part(self, start: int, end: int) -> tuple[float, ...] | None:
        """The unit vector of the characters `[start, end)` in this text; None where no token of them was read."""
        inside = [index for index, (a, b) in enumerate(self.places) if a < b and start < b and a < end]
        if not inside:
            return None
        mean = self.tokens[inside].mean(axis=0)
        return tuple(float(part) for part in mean / max(float(np.linalg.norm(mean)), 1e-12))


class Encoder:
    """A loaded model. `read` is deterministic: same text, same floats."""

    def __init__(self, folder: str | Path) -> None:
        self._model, self._tokenizer = _open(folder)
        self._slots = heads.slots(self._model.config.id2label)
        shape = tf.TensorSpec([1, None], tf.int32)
        self._run = tf.function(self._forward, input_signature=[shape, shape], autograph=False)
        self.version = _version(folder)
        self.average = _average(folder)

    def read(self, text: str) -> Reading:
        """Read one text. Empty text is read as the empty sequence, which is valid and neutral."""
        logits, vector, tokens, places = self._infer(text)
        return Reading(self._groups(logits), tuple(float(part) for part in vector), tokens, places)

    def _groups(self, logits: list[float]) -> dict[str, dict[str, float]]:
        return {name: heads.probabilities(logits, chosen) for name, chosen in self._slots.items()}

    def warm(self) -> None:
        """Compile the graph and run it at every length, so that the first reply is as quick as the next."""
        for width in WIDTHS:
            self._infer("a " * (width - 2))

    def _infer(self, text: str) -> tuple[list[float], Floats, Floats, tuple[tuple[int, int], ...]]:
        read = self._tokenizer(
            text.replace("’", "'"), truncation=True, max_length=WIDTHS[-1], return_offsets_mapping=True
        )
        found = read["input_ids"]
        width = next((width for width in WIDTHS if width >= len(found)), WIDTHS[-1])
        ids = np.full((1, width), self._tokenizer.pad_token_id, dtype=np.int32)
        ids[0, : len(found)] = found
        mask = np.zeros((1, width), dtype=np.int32)
        mask[0, : len(found)] = 1
        logits, vector, tokens = self._run(tf.constant(ids), tf.constant(mask))
        places = tuple((start, end) for start, end in read["offset_mapping"])
        return logits.numpy()[0].tolist(), vector.numpy()[0], tokens.numpy()[0, : len(found)], places

    def _forward(self, ids: tf.Tensor, mask: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        out = self._model(input_ids=ids, attention_mask=mask, output_hidden_states=True, training=False)
        weights = tf.cast(mask, tf.float32)[..., tf.newaxis]
        mean = tf.reduce_sum(out.hidden_states[-1] * weights, axis=1) / tf.reduce_sum(weights, axis=1)
        return out.logits, tf.math.l2_normalize(mean, axis=-1), out.hidden_states[-1]


class Sentiment:
    """Our encoder with another model's opinion in the place of the sentiment group."""

    def __init__(self, encoder: Encoder, other: str) -> None:
        self._encoder = encoder
        self._other = Encoder(other)
        self._meaning = _meanings(other, self._other._model.config.id2label)
        self.version = f"{encoder.version}+{self._other.version}"
        self.average = encoder.average

    def read(self, text: str) -> Reading:
        """Read one text with both models."""
        reading = self._encoder.read(text)
        logits = self._other._infer(text)[0]
        shares = heads.probabilities(logits, [(str(index), index) for index in self._meaning])
        sentiment = dict.fromkeys(SENTIMENTS, 0.0)
        for index, meaning in self._meaning.items():
            sentiment[meaning] += shares[str(index)]
        return replace(reading, groups={**reading.groups, "sentiment": sentiment})

    def warm(self) -> None:
        """Compile both."""
        self._encoder.warm()
        self._other.warm()


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
    path = Path(folder)
    weights = path / "model.safetensors"
    if not weights.exists():
        return str(folder)
    return f"{path.name}-{hashlib.sha256(weights.read_bytes()).hexdigest()[:12]}"


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
