"""Multilingual distillation (Reimers & Gurevych 2020, arXiv:2004.09813).

The student learns to give an English sentence, and its French translation, the vector the English teacher gives.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from transformers import BertTokenizerFast, TFBertModel, create_optimizer

log = logging.getLogger(__name__)

WIDTHS = (8, 12, 16, 24, 32, 48, 64, 96, 128)
"""Padded lengths in tokens: a few fixed shapes keep the compiled graph small and little padding wasted."""


@dataclass(frozen=True)
class Sentence:
    """A sentence the student reads, and the index of the teacher vector it must give."""

    text: str
    target: int


def mean(hidden: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    """Mean of the (batch × length × width) token vectors under `mask`."""
    weights = tf.cast(mask, hidden.dtype)[..., tf.newaxis]
    return tf.reduce_sum(hidden * weights, axis=1) / tf.maximum(tf.reduce_sum(weights, axis=1), 1e-6)


def pool(hidden: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    """The mean, made unit length: the sentence vector."""
    return tf.math.l2_normalize(mean(hidden, mask), axis=-1)


def encode(tokenizer: BertTokenizerFast, texts: list[str], longest: int) -> list[list[int]]:
    """Token ids of each text, cut at `longest`."""
    plain = [text.replace("’", "'") for text in texts]
    return list(tokenizer(plain, truncation=True, max_length=longest)["input_ids"])


def batches(ids: list[list[int]], size: int, seed: int) -> Iterator[npt.NDArray[np.int64]]:
    """Yield index batches of sentences of like length, in an order fixed by `seed`."""
    chance = random.Random(seed)
    buckets: dict[int, list[int]] = {}
    for index, tokens in enumerate(ids):
        buckets.setdefault(padded(len(tokens)), []).append(index)
    found = []
    for bucket in buckets.values():
        chance.shuffle(bucket)
        found += [bucket[at : at + size] for at in range(0, len(bucket), size)]
    chance.shuffle(found)
    yield from (np.asarray(batch) for batch in found)


def padded(length: int) -> int:
    """The smallest padded length that holds `length` tokens."""
    return next((width for width in WIDTHS if width >= length), WIDTHS[-1])


def stack(ids: list[list[int]], pad: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Pad token ids to one of `WIDTHS`; return (ids, mask), both batch × length."""
    width = padded(max(map(len, ids)))
    rows = np.full((len(ids), width), pad, dtype=np.int32)
    mask = np.zeros_like(rows)
    for row, tokens in enumerate(ids):
        rows[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return rows, mask


def teach(
    teacher: TFBertModel, tokenizer: BertTokenizerFast, texts: list[str], longest: int
) -> npt.NDArray[np.float32]:
    """The teacher's unit vectors (texts × width) of English `texts`."""

    @tf.function(reduce_retracing=True, autograph=False)
    def run(ids: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        return pool(tf.cast(teacher(input_ids=ids, attention_mask=mask).last_hidden_state, tf.float32), mask)

    ids = encode(tokenizer, texts, longest)
    vectors = np.zeros((len(texts), teacher.config.hidden_size), dtype=np.float32)
    for batch in batches(ids, 256, seed=0):
        vectors[batch] = run(*stack([ids[i] for i in batch], tokenizer.pad_token_id)).numpy()
    return vectors


def distil(
    student: TFBertModel,
    tokenizer: BertTokenizerFast,
    sentences: list[Sentence],
    targets: npt.NDArray[np.float32],
    *,
    epochs: int,
    batch: int,
    rate: float,
    longest: int,
    seed: int,
    keep: Path | None = None,
) -> None:
    """Train `student` in place towards `targets`; `keep` receives a checkpoint after each fifth of an epoch."""
    ids = encode(tokenizer, [sentence.text for sentence in sentences], longest)
    goal = np.asarray([sentence.target for sentence in sentences])
    steps = epochs * sum(1 for _ in batches(ids, batch, seed))
    optimizer, _ = create_optimizer(rate, num_train_steps=steps, num_warmup_steps=steps // 20)

    @tf.function(reduce_retracing=True, autograph=False)
    def step(rows: tf.Tensor, mask: tf.Tensor, vectors: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            hidden = student(input_ids=rows, attention_mask=mask, training=False).last_hidden_state
            loss = tf.reduce_mean(tf.reduce_sum(tf.square(pool(hidden, mask) - vectors), axis=-1))
        found = tape.gradient(loss, student.trainable_variables)
        pairs = [(g, v) for g, v in zip(found, student.trainable_variables, strict=True) if g is not None]
        optimizer.apply_gradients(pairs)
        return loss

    done, running, began = 0, 0.0, time.monotonic()
    for epoch in range(epochs):
        for chosen in batches(ids, batch, seed + epoch):
            rows, mask = stack([ids[i] for i in chosen], tokenizer.pad_token_id)
            loss = float(step(rows, mask, tf.constant(targets[goal[chosen]])))
            running = loss if not done else 0.98 * running + 0.02 * loss
            done += 1
            if done % 50 == 0:
                log.info("distil %d/%d loss %.4f %.0f s", done, steps, running, time.monotonic() - began)
            if keep and done % max(1, steps // (5 * epochs)) == 0:
                student.save_pretrained(keep, safe_serialization=True)
