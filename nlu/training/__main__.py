"""`python -m nlu.training`: `distil` then `heads` make the encoder that ships, both seeded; `evaluate` measures it."""

from __future__ import annotations

import logging
import random
from pathlib import Path

import numpy as np
import tensorflow as tf
import typer
from transformers import BertTokenizerFast, TFBertModel

from nlu.encoder import FOLDER
from nlu.training import corpora, distillation, evaluation, heads, vocabulary

SEED = 20261122
LONGEST = 128

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
    replies: Path = typer.Option(Path("data/replies"), help="folder of our labelled replies"),
    encoder: Path = typer.Option(Path("var/training/encoder"), help="what `distil` made"),
    out: Path = typer.Option(FOLDER, help="where the model that ships goes"),
    epochs: int = typer.Option(3, help="passes over the examples"),
    batch: int = typer.Option(64, help="texts a step"),
    rate: float = typer.Option(1e-4, help="highest learning rate"),
    reviews: int = typer.Option(4_000, help="sentiment rows of each language"),
    repeat: int = typer.Option(8, help="how often our own replies are seen in one pass"),
    longest: int = typer.Option(64, help="texts are cut at so many tokens"),
) -> None:
    """Put the heads on the encoder and write the half-precision folder that ships."""
    _seeded()
    examples = heads.gather(corpus, replies, reviews=reviews, repeat=repeat, seed=SEED)
    model, tokenizer = heads.teach_heads(
        encoder, examples, epochs=epochs, batch=batch, rate=rate, longest=longest, seed=SEED
    )
    heads.ship(model, tokenizer, out)
    typer.echo(
        f"{len(examples)} examples; {out} holds {(out / 'model.safetensors').stat().st_size / 1e6:.1f} MB of weights"
    )


@cli.command()
def evaluate(
    replies: Path = typer.Option(Path("data/replies"), help="folder of our labelled replies"),
    split: str = typer.Option("test", help="dev or test"),
    out: Path = typer.Option(Path("docs/evaluation.md"), help="the page to write"),
) -> None:
    """Measure the scorer on replies it has not seen, and write the page."""
    page = evaluation.report(
        [row for row in corpora.read_replies(replies) if corpora.split_of(row["context"]) == split]
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
