"""Teaching the heads: one sequence classifier whose outputs are grouped, each text labelled for the groups it knows.

Every step adds three losses: the cross-entropy of each group a text is labelled for, read from [CLS]; the same read
from the mean of the tokens, so that the vectors of all tokens learn what the heads ask for; and the
distance of the sentence vector from where the encoder had it, so that the heads do not spoil it for search and topics.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from safetensors.numpy import load_file, save_file
from transformers import BertTokenizerFast, TFBertForSequenceClassification, TFBertModel, create_optimizer

from nlu import encoder
from nlu.contract import EMPATHY, HOSTILITY, LANGS, TONE, Lang
from nlu.heads import GROUPS, LABELS
from nlu.training import corpora, noise
from nlu.training.distillation import batches, encode, mean, pool, stack, teach
from nlu.training.noise import Noise

log = logging.getLogger(__name__)

UNKNOWN = -1
KEEP_VECTOR = 2.0
"""Weight of the sentence vector's drift; chosen on dev so that translations still find each other."""
PARTS = 0.5
"""Weight of the loss read from the mean of the tokens, beside the whole's 1."""


FROZEN = 2
"""Layers of six that are left as they are."""


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


def gather(corpus: Path, replies: Iterable[corpora.Row], *, reviews: int, noises: Mapping[str, Sequence[Noise]],
           doubts: Mapping[str, Sequence[dict[str, Any]]], seed: int) -> list[Example]:  # fmt: skip
    """The training examples: a sample of the train split of the open corpora, and our `replies`.

    Each of our replies comes once per item of `noises` (by language), written that way. `doubts` are the labels that
    its two labellings gave it before they were decided: the last copies are taught those, so that where two readers
    differed the model learns to be less sure.
    """
    chance = random.Random(seed)
    examples: list[Example] = []
    for lang in LANGS:
        rows = [row for row in corpora.read_corpus(corpus, f"sentiment_{lang}") if _taught(row)]
        examples += [sentiment_example(row) for row in chance.sample(rows, min(reviews, len(rows)))]
    examples += politeness_examples(row for row in corpora.read_corpus(corpus, "politeness_en") if _taught(row))
    for row in replies:
        ways = noises[row["lang"]]
        held = list(doubts.get(row["id"], ()))
        labels = [row["labels"]] * (len(ways) - len(held)) + held
        examples += [
            replace(reply_example({**row, "labels": told}), text=write(row["text"], chance))
            for told, write in zip(labels, ways, strict=True)
        ]
    return [example for example in examples if example.text.strip()]


def _taught(row: corpora.Row) -> bool:
    return corpora.split_of(row["text"]) == "train"


def noises(words: Mapping[Lang, Mapping[str, Any]]) -> dict[str, tuple[Noise, ...]]:
    """How each reply is written when taught: thrice as it stands, four times as hurried people or late learners do.

    `words` are the contents of `words.yml` by language.
    """

    def both(*ways: Noise) -> Noise:
        def write(text: str, chance: random.Random) -> str:
            for way in ways:
                text = way(text, chance)
            return text

        return write

    found: dict[str, tuple[Noise, ...]] = {}
    for lang, table in words.items():
        short, foreign = noise.abbreviated(table["sms"]), noise.foreign(table["confused"], table["dropped"])
        found[lang] = (
            *[both()] * 3, noise.typos, both(noise.careless, noise.without_accents), both(short, noise.typos), foreign,
        )  # fmt: skip
    return found


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
    _freeze(model)
    ids = encode(tokenizer, texts, longest)
    goals = np.asarray([example.targets for example in examples], dtype=np.int32)
    steps = epochs * sum(1 for _ in batches(ids, batch, seed))
    optimizer, _ = create_optimizer(rate, num_train_steps=steps, num_warmup_steps=steps // 20, weight_decay_rate=0.01)

    @tf.function(reduce_retracing=True, autograph=False)
    def step(rows: tf.Tensor, mask: tf.Tensor, wanted: tf.Tensor, place: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            out = model(input_ids=rows, attention_mask=mask, output_hidden_states=True, training=True)
            hidden = tf.cast(out.hidden_states[-1], tf.float32)
            drift = tf.reduce_mean(tf.reduce_sum(tf.square(pool(hidden, mask) - place), axis=-1))
            parts = model.classifier(model.bert.pooler(mean(hidden, mask)[:, tf.newaxis]))
            loss = _grouped(out.logits, wanted) + PARTS * _grouped(parts, wanted) + KEEP_VECTOR * drift
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


def _freeze(model: TFBertForSequenceClassification) -> None:
    """Leave the sub-words and the lowest layers as distillation made them: it is a third faster, and what the two
    languages share there is not worn away by the few words of our replies."""
    model.bert.embeddings.trainable = False
    for layer in model.bert.encoder.layer[:FROZEN]:
        layer.trainable = False


def _grouped(logits: tf.Tensor, wanted: tf.Tensor) -> tf.Tensor:
    """Sum over groups of the mean cross-entropy of the texts labelled for it."""
    total, start = 0.0, 0
    for column, values in enumerate(GROUPS.values()):
        target = wanted[:, column]
        known = tf.cast(tf.not_equal(target, UNKNOWN), tf.float32)
        part = tf.cast(logits[:, start : start + len(values)], tf.float32)
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(target, 0), part)
        total += tf.reduce_sum(loss * known) / tf.maximum(tf.reduce_sum(known), 1.0)
        start += len(values)
    return total


def _example(text: str, known: dict[str, str]) -> Example:
    return Example(text, tuple(GROUPS[group].index(known[group]) if group in known else UNKNOWN for group in GROUPS))


def ship(model: TFBertForSequenceClassification, tokenizer: BertTokenizerFast, out: Path) -> None:
    """Write an ordinary Hugging Face folder, its weights in half precision: TensorFlow reads them back as single."""
    model.config._name_or_path = out.name  # not the folder of this machine that it started from
    model.save_pretrained(out, safe_serialization=True)
    tokenizer.save_pretrained(out)
    file = out / "model.safetensors"
    save_file({name: part.astype(np.float16) for name, part in load_file(file).items()}, file, {"format": "tf"})


def ship_average(out: Path, lines: Sequence[str]) -> None:
    """Write the average case of the model in `out` beside it: the mean vector of customers' `lines`, unit length."""
    reader = encoder.Encoder(out)
    mean = np.mean([reader.read(line).vector for line in lines], axis=0)
    rounded = [round(float(value), 4) for value in mean / np.linalg.norm(mean)]
    (out / encoder.AVERAGE).write_text(json.dumps(rounded), encoding="utf-8")
