"""Teaching the heads: one sequence classifier whose outputs are grouped, each text labelled for the groups it knows.

Every step adds two losses: the cross-entropy of each group a text is labelled for, and the distance of the sentence
vector from where the encoder had it, so that the heads do not spoil it for search and topics. A text written carelessly
is to have the vector of what was meant.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from safetensors.numpy import load_file, save_file
from transformers import BertTokenizerFast, TFBertForSequenceClassification, TFBertModel, create_optimizer

from nlu import encoder
from nlu.contract import LANGS, Lang
from nlu.heads import GROUPS, LABELS, value
from nlu.training import corpora, noise
from nlu.training.distillation import batches, encode, pool, stack, teach
from nlu.training.noise import Noise

log = logging.getLogger(__name__)

UNKNOWN = -1
KEEP_VECTOR = 2.0
"""Weight of the sentence vector's drift; chosen on dev so that translations still find each other."""
FROZEN = 2
"""Layers of six that are left as they are."""


@dataclass(frozen=True)
class Example:
    """A text and, per group in the order of `GROUPS`, the index of its value (`UNKNOWN` when nobody said).

    `plain` is the text whose sentence vector it is to keep: itself, or what it was before it was written carelessly.
    """

    text: str
    targets: tuple[int, ...]
    plain: str


def reply_example(row: corpora.Row) -> Example:
    """One of our labelled replies."""
    return _example(row["text"], {group: value(row["labels"], group) for group in GROUPS})


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
           doubts: Mapping[str, Sequence[dict[str, Any]]], epochs: int, seed: int) -> list[list[Example]]:  # fmt: skip
    """The training examples of each epoch: reviews and requests of the open corpora, and our `replies`.

    Every epoch draws other reviews, and writes each of our replies anew in the ways that `noises` holds for its kind
    (`_way`). `doubts` are the labels that its two labellings gave it before they were decided: the last ways
    are taught those, so that where two readers differed the model learns to be less sure.
    """
    chance = random.Random(seed)
    hands = [
        _dealt(filter(_taught, corpora.read_corpus(corpus, f"sentiment_{lang}")), epochs, reviews, chance)
        for lang in LANGS
    ]
    polite = politeness_examples(row for row in corpora.read_corpus(corpus, "politeness_en") if _taught(row))
    replies = list(replies)
    found = []
    for epoch in range(epochs):
        examples = [sentiment_example(row) for hand in hands for row in hand[epoch]] + polite
        for row in replies:
            ways = noises[_way(row)]
            held = list(doubts.get(row["id"], ()))[: len(ways) - 1]
            labels = [row["labels"]] * (len(ways) - len(held)) + held
            for told, write in zip(labels, ways, strict=True):
                example = reply_example({**row, "labels": told})
                examples.append(replace(example, text=write(row["text"], chance)))
        found.append([example for example in examples if example.text.strip()])
    return found


def _way(row: corpora.Row) -> str:
    """Which noises a reply gets: those of its language when it stands as its author wrote it, else of its rewriting."""
    return str(row.get("way", row["lang"]))


def _dealt(rows: Iterable[corpora.Row], hands: int, size: int, chance: random.Random) -> list[list[corpora.Row]]:
    """`hands` draws of `size` rows, every source and label as often as another; a row comes back when all have been."""
    kinds: dict[tuple[str, str], list[corpora.Row]] = {}
    for row in rows:
        kinds.setdefault((row["source"], row["label"]), []).append(row)
    for kind in kinds.values():
        chance.shuffle(kind)
    deck = cycle([cycle(kind) for _, kind in sorted(kinds.items())])
    return [[next(kind) for kind in islice(deck, size)] for _ in range(hands)]


def _taught(row: corpora.Row) -> bool:
    return corpora.split_of(row["text"]) == "train"


def noises(words: Mapping[Lang, Mapping[str, Any]]) -> dict[str, tuple[Noise, ...]]:
    """How each reply is written in an epoch, by `_way`: as it stands, and as hurried people or late learners do.

    `words` are the contents of `words.yml` by language. A rewriting has its own way of writing already.
    """

    def both(*ways: Noise) -> Noise:
        def write(text: str, chance: random.Random) -> str:
            for way in ways:
                text = way(text, chance)
            return text

        return write

    found: dict[str, tuple[Noise, ...]] = {
        "translation": (both(), both(), noise.typos),
        "sms": (both(), both()),
        "nonnative": (both(), both()),
    }
    for lang, table in words.items():
        short, foreign = noise.abbreviated(table["sms"]), noise.foreign(table["confused"], table["dropped"])
        found[lang] = (
            both(), both(), noise.typos, both(noise.careless, noise.without_accents), both(short, noise.typos), foreign,
        )  # fmt: skip
    return found


def teach_heads(
    folder: Path, epochs: Sequence[Sequence[Example]], *, batch: int, rate: float, longest: int, seed: int
) -> tuple[TFBertForSequenceClassification, BertTokenizerFast]:
    """Put heads on the encoder in `folder` and train all of it on the examples of each epoch in turn."""
    tokenizer = BertTokenizerFast.from_pretrained(folder)
    plain = sorted({example.plain for examples in epochs for example in examples})
    places = teach(TFBertModel.from_pretrained(folder), tokenizer, plain, longest)
    place_of = {text: index for index, text in enumerate(plain)}
    model = TFBertForSequenceClassification.from_pretrained(
        folder, num_labels=len(LABELS), id2label=dict(enumerate(LABELS)),
        label2id={label: index for index, label in enumerate(LABELS)},
    )  # fmt: skip
    _freeze(model)
    encoded = [encode(tokenizer, [example.text for example in examples], longest) for examples in epochs]
    steps = sum(1 for ids in encoded for _ in batches(ids, batch, seed))
    optimizer, _ = create_optimizer(rate, num_train_steps=steps, num_warmup_steps=steps // 20, weight_decay_rate=0.01)

    @tf.function(reduce_retracing=True, autograph=False)
    def step(rows: tf.Tensor, mask: tf.Tensor, wanted: tf.Tensor, place: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            out = model(input_ids=rows, attention_mask=mask, output_hidden_states=True, training=True)
            hidden = tf.cast(out.hidden_states[-1], tf.float32)
            drift = tf.reduce_mean(tf.reduce_sum(tf.square(pool(hidden, mask) - place), axis=-1))
            loss = _grouped(out.logits, wanted) + KEEP_VECTOR * drift
        found = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(
            [(g, v) for g, v in zip(found, model.trainable_variables, strict=True) if g is not None]
        )
        return loss

    done, running, began = 0, 0.0, time.monotonic()
    for epoch, (examples, ids) in enumerate(zip(epochs, encoded, strict=True)):
        for chosen in batches(ids, batch, seed + epoch):
            rows, mask = stack([ids[i] for i in chosen], tokenizer.pad_token_id)
            goals = np.asarray([examples[i].targets for i in chosen], dtype=np.int32)
            meant = places[[place_of[examples[i].plain] for i in chosen]]
            loss = float(step(rows, mask, tf.constant(goals), tf.constant(meant)))
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
    targets = tuple(GROUPS[group].index(known[group]) if group in known else UNKNOWN for group in GROUPS)
    return Example(text, targets, plain=text)


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
