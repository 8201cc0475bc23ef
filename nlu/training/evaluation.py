"""Figures of the encoder and of the whole scorer, on material they have not seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

from sklearn.metrics import cohen_kappa_score, f1_score
from transformers import BertTokenizerFast, TFBertModel

from nlu import scorer
from nlu.contract import EMPATHY, TONE, Assessment, Context
from nlu.training import distillation
from nlu.training.corpora import Row

ROOT = Path(__file__).resolve().parents[2]
CLEAR = 2
"""Two replies to one line are clearly apart when their quality (1–5) differs by this much."""

Judge = Callable[[Row], Assessment]


def retrieval(
    model: TFBertModel, tokenizer: BertTokenizerFast, left: list[str], right: list[str], longest: int
) -> float:
    """Share (0 to 1) of `left` sentences whose nearest `right` sentence is their own translation."""
    a = distillation.teach(model, tokenizer, left, longest)
    b = distillation.teach(model, tokenizer, right, longest)
    return float(((a @ b.T).argmax(axis=1) == range(len(left))).mean())


def report(rows: list[Row]) -> str:
    """A Markdown page: macro-F1 and Cohen's κ per dimension and language, beside the markers alone; and the ranking."""
    whole, markers = scorer.load(ROOT), scorer.load(ROOT, model=False)
    judged = {name: _judge(rows, judge) for name, judge in (("whole", whole), ("markers", markers))}
    lines = [
        "# Evaluation of the scorer\n",
        "Made by `make eval` on the test split of our labelled replies: no training has seen their contexts.\n",
        f"Versions: {', '.join(f'{k} {v}' for k, v in whole.versions.items())}.\n",
    ]
    for lang in ("fr", "en"):
        chosen = [row for row in rows if row["lang"] == lang]
        lines.append(f"## {lang}: {len(chosen)} replies, {len({row['context'] for row in chosen})} contexts\n")
        lines.append("| dimension | macro-F1 | κ | markers alone, macro-F1 | always the commonest, macro-F1 |")
        lines.append("|---|---|---|---|---|")
        for name in ("empathy", *EMPATHY, "tone", *TONE, "sentiment"):
            lines.append(_row(name, chosen, judged["whole"], judged["markers"]))
        right, pairs = ranking(chosen, judged["whole"])
        lines.append(f"\nRanking within a context: the clearly better reply scores higher in {right} of {pairs} pairs")
        lines.append(f"({right / max(1, pairs):.1%}).\n")
    return "\n".join(lines) + "\n"


def ranking(rows: list[Row], judged: dict[str, Assessment]) -> tuple[int, int]:
    """(pairs ranked right, pairs): replies to one line whose quality differs by `CLEAR` or more."""
    contexts = defaultdict(list)
    for row in rows:
        contexts[row["context"]].append(row)
    pairs = [
        (better, worse)
        for group in contexts.values()
        for one, two in combinations(group, 2)
        for better, worse in _apart(one, two)
    ]
    right = sum(judged[better["id"]].score > judged[worse["id"]].score for better, worse in pairs)
    return right, len(pairs)


def _apart(one: Row, two: Row) -> Iterator[tuple[Row, Row]]:
    if one["quality"] - two["quality"] >= CLEAR:
        yield one, two
    elif two["quality"] - one["quality"] >= CLEAR:
        yield two, one


def _judge(rows: list[Row], judge: scorer.Scorer) -> dict[str, Assessment]:
    found = {}
    for row in rows:
        context = Context(row["customer"], row["lang"], row["need"], row["phase"])
        found[row["id"]] = judge.assess(row["text"], context)
    return found


def _row(name: str, rows: list[Row], whole: dict[str, Assessment], markers: dict[str, Assessment]) -> str:
    truth = [row["labels"][name] for row in rows]
    ours = [level(whole[row["id"]], name) for row in rows]
    alone = [level(markers[row["id"]], name) for row in rows]
    common = [max(set(truth), key=truth.count)] * len(truth)
    f1 = [f1_score(truth, guess, average="macro", zero_division=0) for guess in (ours, alone, common)]
    kappa = cohen_kappa_score(truth, ours)
    return f"| {name} | {f1[0]:.2f} | {kappa:.2f} | {f1[1]:.2f} | {f1[2]:.2f} |"


def level(assessment: Assessment, name: str) -> int | str:
    """What an assessment says of one dimension, as our labels say it."""
    if name == "sentiment":
        return str(assessment.sentiment["label"])
    if name in ("empathy", "tone"):
        return getattr(assessment, name)["level"]  # type: ignore[no-any-return]
    return {**assessment.empathy, **assessment.tone}[name]
