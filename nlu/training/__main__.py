"""`python -m nlu.training`: `distil`, `heads`, `bag`, `calibrate` make what ships, seeded; `evaluate` measures it."""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import tensorflow as tf
import typer
import yaml
from transformers import BertTokenizerFast, TFBertModel

from nlu import encoder as encoders
from nlu import scorer
from nlu.bag import FOLDER as BAG
from nlu.bag import Bag
from nlu.combiner import Rules
from nlu.contract import LANGS, Context
from nlu.encoder import FOLDER
from nlu.strategies.lexicon import read_yaml
from nlu.training import bag, benchmarks, calibration, corpora, distillation, evaluation, heads, vocabulary

ROOT = Path(__file__).resolve().parents[2]
SEED = 20261122
LONGEST = 128
FOLDS = 2
"""Parts of the train split: two, because a fold costs a training."""

cli = typer.Typer(add_completion=False, help=__doc__)


@cli.command()
def distil(
    teacher: Path = typer.Option(..., help="folder of the English teacher (all-MiniLM-L6-v2)"),
    corpus: Path = typer.Option(Path("../shared/corpora/open"), help="folder of the open corpora"),
    out: Path = typer.Option(Path("var/training/encoder"), help="where the bilingual encoder goes"),
    words: int = typer.Option(20_000, help="size of the vocabulary"),
    epochs: int = typer.Option(3, help="passes over the sentence pairs"),
    batch: int = typer.Option(128, help="sentences a step"),
    rate: float = typer.Option(2e-4, help="highest learning rate"),
    alone: int = typer.Option(30_000, help="English sentences without a pair, which keep longer texts in place"),
    pairs: int = typer.Option(0, help="how many sentence pairs, drawn by the seed; 0 takes all"),
    start: str = typer.Option("", help="continue from the encoder in this folder, with its vocabulary"),
) -> None:
    """Teach a bilingual student the vectors of an English teacher."""
    _seeded()
    rows = list(corpora.read_corpus(corpus, "parallel_en_fr"))
    held = random.Random(SEED).sample(range(len(rows)), 1000)
    test = [rows[i] for i in held]
    known = {row["en"] for row in test} | {row["fr"] for row in test}
    rows = [row for row in rows if row["en"] not in known and row["fr"] not in known]
    if pairs:
        rows = random.Random(SEED).sample(rows, pairs)
    reviews = {lang: [row["text"] for row in corpora.read_corpus(corpus, f"sentiment_{lang}")] for lang in ("en", "fr")}
    polite = [row["text"] for row in corpora.read_corpus(corpus, "politeness_en")]
    english = [row["en"] for row in rows]
    single = polite + random.Random(SEED).sample(reviews["en"], alone)

    old = BertTokenizerFast.from_pretrained(teacher)
    master = TFBertModel.from_pretrained(teacher)
    if start:
        tokenizer = vocabulary.marked(BertTokenizerFast.from_pretrained(start))
        student = TFBertModel.from_pretrained(start)
    else:
        said = english + [row["fr"] for row in rows] + reviews["en"] + reviews["fr"] + polite
        tokenizer = vocabulary.learn_vocabulary(said, words, LONGEST)
        student = _student(teacher, old, tokenizer)
    tokenizer.save_pretrained(out)
    targets = distillation.teach(master, old, english + single, LONGEST)
    sentences = [distillation.Sentence(text, i) for i, text in enumerate(english + single)]
    sentences += [distillation.Sentence(row["fr"], i) for i, row in enumerate(rows)]
    distillation.distil(
        student, tokenizer, sentences, targets,
        epochs=epochs, batch=batch, rate=rate, longest=LONGEST, seed=SEED, keep=out,
    )  # fmt: skip
    student.save_pretrained(out, safe_serialization=True)
    found = evaluation.retrieval(student, tokenizer, [r["fr"] for r in test], [r["en"] for r in test], LONGEST)
    typer.echo(f"French finds its English pair first: {found:.3f} of {len(test)}")


def _student(teacher: Path, old: BertTokenizerFast, tokenizer: BertTokenizerFast) -> TFBertModel:
    """The teacher's layers under the new vocabulary."""
    student = TFBertModel.from_pretrained(teacher)
    matrix = vocabulary.initial_embeddings(tokenizer, old, student.bert.embeddings.weight.numpy())
    student.resize_token_embeddings(len(tokenizer))
    student.bert.embeddings.weight.assign(matrix)
    return student


@cli.command("heads")
def train_heads(
    corpus: Path = typer.Option(Path("../shared/corpora/open"), help="folder of the open corpora"),
    data: Path = typer.Option(Path("data"), help="folder of our labelled replies and their rewritings"),
    encoder: Path = typer.Option(Path("var/training/encoder"), help="what `distil` made"),
    out: Path = typer.Option(FOLDER, help="where the model that ships goes"),
    epochs: int = typer.Option(3, help="passes over the examples"),
    batch: int = typer.Option(64, help="texts a step"),
    rate: float = typer.Option(1e-4, help="highest learning rate"),
    reviews: int = typer.Option(4_000, help="sentiment rows of each language, other ones in each pass"),
    longest: int = typer.Option(96, help="texts are cut at so many tokens"),
    without: int = typer.Option(-1, help="leave this fold of the train split out, for `calibrate`; -1: none"),
    bf16: bool = typer.Option(True, help="multiply in bfloat16, which modern processors do twice as fast"),
) -> None:
    """Put the heads on the encoder and write the half-precision folder that ships."""
    _seeded()
    if bf16:
        tf.keras.mixed_precision.set_global_policy("mixed_bfloat16")
    rows = _replies(data, without)
    words = {lang: read_yaml(data / "lexicons" / lang / "words.yml") for lang in LANGS}
    doubts = {name: pair for lang in LANGS for name, pair in corpora.read_labellings(data, lang).items()}
    examples = heads.gather(
        corpus, rows, reviews=reviews, noises=heads.noises(words), doubts=doubts, epochs=epochs, seed=SEED
    )
    model, tokenizer = heads.teach_heads(encoder, examples, batch=batch, rate=rate, longest=longest, seed=SEED)
    tf.keras.mixed_precision.set_global_policy("float32")
    heads.ship(model, tokenizer, out)
    lines = sorted({row["customer"] for row in rows})
    heads.ship_average(out, lines)
    typer.echo(f"{sum(map(len, examples))} texts; {(out / 'model.safetensors').stat().st_size / 1e6:.1f} MB in {out}")


@cli.command("bag")
def teach_bag(
    data: Path = typer.Option(Path("data"), help="folder of our labelled replies and their rewritings"),
    out: Path = typer.Option(BAG, help="where what ships goes"),
    without: int = typer.Option(-1, help="leave this fold of the train split out, for `calibrate`; -1: none"),
) -> None:
    """Teach the bag of words, the second opinion beside the transformer."""
    _seeded()
    bag.ship(out, *bag.teach(_replies(data, without)))


def _replies(data: Path, without: int) -> list[corpora.Row]:
    """The train split but for one fold, and what has been rewritten of it."""
    rows = [row for row in corpora.read_replies(data / "replies") if corpora.split_of(row["context"]) == "train"]
    rows = [row for row in rows if corpora.fold_of(row["context"], FOLDS) != without]
    return rows + list(corpora.rewritten(data, rows))


@cli.command()
def calibrate(
    data: Path = typer.Option(Path("data"), help="folder of our labelled replies and their rewritings"),
    folds: Path = typer.Option(Path("var/training"), help="where `heads` and `bag` wrote fold-N and bag-N"),
    out: Path = typer.Option(Path("data/calibration.yml"), help="the scales to write"),
    contexts: str = typer.Option(
        "", help="fit on contexts that match this only: those the start of `heads` never knew"
    ),
) -> None:
    """Fit the scales: a reply of train is read by the model that was not taught it, one of dev by what ships."""
    _seeded()
    rows = [row for row in corpora.read_replies(data / "replies") if re.search(contexts, row["context"])]
    rows += list(corpora.rewritten(data, rows))
    scales = calibration.fit(list(_perceived(rows, folds)), Rules.load(ROOT / "data" / "combiner.yml", scales=False))
    text = yaml.safe_dump(calibration.plain(scales), default_flow_style=None, sort_keys=True, width=120)
    out.write_text(calibration.HEADER + text, encoding="utf-8")


def _perceived(rows: list[corpora.Row], folds: Path) -> Iterator[calibration.Case]:
    train = [row for row in rows if corpora.split_of(row["context"]) == "train"]
    parts = [(folds / f"fold-{n}", folds / f"bag-{n}", [r for r in train if corpora.fold_of(r["context"], FOLDS) == n],
              "train") for n in range(FOLDS)]  # fmt: skip
    dev = [row for row in rows if corpora.split_of(row["context"]) == "dev"]
    for folder, words, chosen, split in (*parts, (FOLDER, BAG, dev, "dev")):
        judge = scorer.load(ROOT, reader=encoders.load(folder), bag=Bag.load(words), scales=False)
        for row in chosen:
            yield calibration.Case(row, judge.perceive(row["text"], corpora.context(row)), split)


@cli.command()
def evaluate(
    data: Path = typer.Option(Path("data"), help="folder of our replies, their labellings and the suites"),
    corpus: Path = typer.Option(Path("../shared/corpora/open"), help="folder of the open corpora"),
    split: str = typer.Option("test", help="dev or test"),
    out: Path = typer.Option(Path("docs/evaluation.md"), help="the page to write"),
) -> None:
    """Measure the scorer on replies it has not seen, and write the page."""
    rows = list(corpora.read_replies(data / "replies"))
    train, held = ([row for row in rows if corpora.split_of(row["context"]) == name] for name in ("train", split))
    reader = encoders.load()
    whole, markers = scorer.load(ROOT, reader=reader), scorer.load(ROOT, model=False)
    judged = evaluation.judge(held, whole, markers)

    @cache  # the suites say the same reply many times
    def score(text: str, context: Context) -> int:
        return whole.assess(text, context).score

    page = evaluation.report(
        [
            *(evaluation.dimensions(lang, train, held, judged) for lang in LANGS),
            evaluation.gaming(data / "suites", score),
            evaluation.fairness(data / "suites", held, score),
            evaluation.agreement(data),
            evaluation.open_benchmarks(benchmarks.run(corpus, reader)),
        ],
        whole.versions,
    )
    out.write_text(page, encoding="utf-8")
    typer.echo(page)


def _seeded() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    random.seed(SEED)
    np.random.seed(SEED)
    tf.random.set_seed(SEED)


if __name__ == "__main__":
    cli()
