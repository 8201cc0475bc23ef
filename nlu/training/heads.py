"""Teaching the heads: one sequence classifier whose outputs are grouped, each text labelled for the groups it knows.

Every step adds two losses: the cross-entropy of each group a text is labelled for, and the distance of the sentence
vector from where distillation left it, so that the heads do not spoil it for search and topics.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf
from safetensors.numpy import load_file, save_file
from transformers import BertTokenizerFast, TFBertForSequenceClassification, TFBertModel, create_optimizer

from nlu.contract import EMPATHY, HOSTILITY, TONE
from nlu.heads import GROUPS, LABELS
from nlu.training import corpora
from nlu.training.distillation import batches, encode, pool, stack, teach

log = logging.getLogger(__name__)

UNKNOWN = -1
KEEP_VECTOR = 2.0
"""Weight of the sentence vector's drift; chosen on dev so that translations still find each other."""


@dataclass(frozen=True)
class Example:
    """A text and, per group in the order of `GROUPS`, the index of its value (`UNKNOWN` when nobody said)."""

    text: str
    targets: tuple[int, ...]


def reply_example(row: corpora.Row) -> Example:
    """One of our labelled replies."""
    labels = row["labels"]
    known = {name: str(labels[name]) for name in (*EMPATHY, "empathy", *TONE, "tone")}
    known["sentiment"] = labels["sentiment"]
    known |= {kind: "yes" if kind in labels["hostility"] else "no" for kind in HOSTILITY}
    return _example(row["text"], known)


def sentiment_example(row: corpora.Row) -> Example:
    """A review, comment or subtitle with its sentiment."""
    return _example(row["text"], {"sentiment": row["label"]})


def politeness_examples(rows: Iterable[corpora.Row]) -> list[Example]:
    """Wikipedia requests: the politest quarter is courtesy 2, the rudest quarter 0, the rest 1."""
    rows = list(rows)
    low, high = np.quantile([row["label"] for row in rows], [0.25, 0.75])
    return [
        _example(row["text"], {"courtesy": "2" if row["label"] >= high else "0" if row["label"] <= low else "1"})
        for row in rows
    ]


def gather(corpus: Path, replies: Path, *, reviews: int, repeat: int, seed: int) -> list[Example]:
    """The training examples: a sample of the open corpora, and our train split `repeat` times."""
    chance = random.Random(seed)
    examples: list[Example] = []
    for lang in ("fr", "en"):
        rows = list(corpora.read_corpus(corpus, f"sentiment_{lang}"))
        examples += [sentiment_example(row) for row in chance.sample(rows, reviews)]
    examples += politeness_examples(corpora.read_corpus(corpus, "politeness_en"))
    ours = [reply_example(row) for row in corpora.read_replies(replies) if corpora.split_of(row["context"]) == "train"]
    return [example for example in examples + ours * repeat if example.text.strip()]


def teach_heads(
    folder: Path, examples: list[Example], *, epochs: int, batch: int, rate: float, longest: int, seed: int
) -> tuple[TFBertForSequenceClassification, BertTokenizerFast]:
    """Put heads on the encoder in `folder` and train all of it on `examples`."""
    tokenizer = BertTokenizerFast.from_pretrained(folder)
    texts = [example.text for example in examples]
    places = teach(TFBertModel.from_pretrained(folder), tokenizer, texts, longest)
    model = TFBertForSequenceClassification.from_pretrained(
        folder, num_labels=len(LABELS), id2label=dict(enumerate(LABELS)),
        label2id={label: index for index, label in enumerate(LABELS)},
    )  # fmt: skip
    ids = encode(tokenizer, texts, longest)
    goals = np.asarray([example.targets for example in examples], dtype=np.int32)
    steps = epochs * sum(1 for _ in batches(ids, batch, seed))
    optimizer, _ = create_optimizer(rate, num_train_steps=steps, num_warmup_steps=steps // 20, weight_decay_rate=0.01)

    @tf.function(reduce_retracing=True, autograph=False)
    def step(rows: tf.Tensor, mask: tf.Tensor, wanted: tf.Tensor, place: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            out = model(input_ids=rows, attention_mask=mask, output_hidden_states=True, training=True)
            drift = tf.reduce_mean(tf.reduce_sum(tf.square(pool(out.hidden_states[-1], mask) - place), axis=-1))
            loss = _grouped(out.logits, wanted) + KEEP_VECTOR * drift
        found = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(
            [(g, v) for g, v in zip(found, model.trainable_variables, strict=True) if g is not None]
        )
        return loss

    done, running, began = 0, 0.0, time.monotonic()
    for epoch in range(epochs):
        for chosen in batches(ids, batch, seed + epoch):
            rows, mask = stack([ids[i] for i in chosen], tokenizer.pad_token_id)
            loss = float(step(rows, mask, tf.constant(goals[chosen]), tf.constant(places[chosen])))
            running = loss if not done else 0.98 * running + 0.02 * loss
            done += 1
            if done % 50 == 0:
                log.info("heads %d/%d loss %.4f %.0f s", done, steps, running, time.monotonic() - began)
    return model, tokenizer


def _grouped(logits: tf.Tensor, wanted: tf.Tensor) -> tf.Tensor:
    """Sum over groups of the mean cross-entropy of the texts labelled for it."""
    total, start = 0.0, 0
    for column, values in enumerate(GROUPS.values()):
        target = wanted[:, column]
        known = tf.cast(tf.not_equal(target, UNKNOWN), tf.float32)
        part = logits[:, start : start + len(values)]
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(target, 0), part)
        total += tf.reduce_sum(loss * known) / tf.maximum(tf.reduce_sum(known), 1.0)
        start += len(values)
    return total


def _example(text: str, known: dict[str, str]) -> Example:
    return Example(text, tuple(GROUPS[group].index(known[group]) if group in known else UNKNOWN for group in GROUPS))


def ship(model: TFBertForSequenceClassification, tokenizer: BertTokenizerFast, out: Path) -> None:
    """Write an ordinary Hugging Face folder, its weights in half precision: TensorFlow reads them back as single."""
    model.save_pretrained(out, safe_serialization=True)
    tokenizer.save_pretrained(out)
    file = out / "model.safetensors"
    save_file({name: part.astype(np.float16) for name, part in load_file(file).items()}, file, {"format": "tf"})
