"""Figures of the encoder and of the whole scorer, on material they have not seen, and the page that holds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from transformers import BertTokenizerFast, TFBertModel

from nlu.combiner import Groups
from nlu.contract import EMPATHY, HOSTILITY, LANGS, TONE, UNSURE, Assessment, Lang
from nlu.scorer import Scorer
from nlu.training import baselines, distillation, suites
from nlu.training.benchmarks import Figure
from nlu.training.corpora import Row, context, read_labellings
from nlu.training.measures import calibration_error, kappa, macro_f1, weighted_kappa

CLEAR = 2
"""Two replies to one line are clearly apart when their quality (1–5) differs by this much."""
DIMENSIONS = ("empathy", *EMPATHY, "tone", *TONE, "sentiment", *HOSTILITY)


@dataclass(frozen=True)
class Judged:
    """Assessments of the same replies, by id: the whole scorer's, the markers' alone, and the model's heads alone."""

    whole: Mapping[str, Assessment]
    markers: Mapping[str, Assessment]
    heads: Mapping[str, Groups]


def retrieval(
    model: TFBertModel, tokenizer: BertTokenizerFast, left: list[str], right: list[str], longest: int
) -> float:
    """Share (0 to 1) of `left` sentences whose nearest `right` sentence is their own translation."""
    a = distillation.teach(model, tokenizer, left, longest)
    b = distillation.teach(model, tokenizer, right, longest)
    return float(((a @ b.T).argmax(axis=1) == range(len(left))).mean())


def judge(rows: Sequence[Row], whole: Scorer, markers: Scorer) -> Judged:
    """Assess every reply in the three ways."""
    seen = {row["id"]: whole.perceive(row["text"], context(row)) for row in rows}
    return Judged(
        {row["id"]: whole.weigh(seen[row["id"]], context(row)) for row in rows},
        {row["id"]: markers.assess(row["text"], context(row)) for row in rows},
        {name: each.reading.groups if each.reading else {} for name, each in seen.items()},
    )


def level(assessment: Assessment, name: str) -> int | str:
    """What an assessment says of one dimension, as our labels say it."""
    if name == "sentiment":
        return str(assessment.sentiment["label"])
    if name in HOSTILITY:
        return int(name in assessment.hostility)
    if name in ("empathy", "tone"):
        return getattr(assessment, name)["level"]  # type: ignore[no-any-return]
    return {**assessment.empathy, **assessment.tone}[name]


def sureness(assessment: Assessment, name: str) -> float | None:
    """How sure it is of one dimension; None where it does not say."""
    if name == "sentiment":
        return float(assessment.sentiment[assessment.sentiment["label"]])
    return assessment.confidence.get(name)


def alone(groups: Groups, name: str) -> int | str:
    """The likeliest value of one head: the transformer without anything else."""
    value = max(groups[name], key=groups[name].__getitem__)
    return int(value) if value.isdigit() else int(value == "yes") if name in HOSTILITY else value


def ranking(rows: Sequence[Row], judged: Mapping[str, Assessment]) -> tuple[int, int]:
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


# The page, section by section: each is a list of Markdown lines.


def dimensions(lang: Lang, train: Sequence[Row], rows: Sequence[Row], judged: Judged) -> list[str]:
    """Every dimension of one language: ours, and the four baselines beside it."""
    train = [row for row in train if row["lang"] == lang]
    rows = [row for row in rows if row["lang"] == lang]
    right, pairs = ranking(rows, judged.whole)
    return [
        f"## {lang}: {len(rows)} replies, {len({row['context'] for row in rows})} contexts\n",
        "| dimension | macro-F1 | κ | calibration error | coverage | macro-F1 where covered "
        "| majority | TF-IDF + LR | transformer alone | markers alone |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(_dimension(name, train, rows, judged) for name in DIMENSIONS),
        "",
        f"Ranking within a context: the clearly better reply scores higher in {right} of {pairs} pairs "
        f"({right / max(1, pairs):.1%}).\n",
    ]


def _dimension(name: str, train: Sequence[Row], rows: Sequence[Row], judged: Judged) -> str:
    truth = [baselines.label(row, name) for row in rows]
    ours = [level(judged.whole[row["id"]], name) for row in rows]
    sure = [sureness(judged.whole[row["id"]], name) for row in rows]
    known = [index for index, value in enumerate(sure) if value is not None and value >= UNSURE]
    beside = [
        baselines.majority(train, rows, name),
        baselines.bag_of_words(train, rows, name),
        [alone(judged.heads[row["id"]], name) for row in rows],
        [level(judged.markers[row["id"]], name) for row in rows],
    ]
    cells = [f"{macro_f1(truth, ours):.2f}", f"{kappa(truth, ours):.2f}"]
    if None in sure:
        cells += ["", "", ""]
    else:
        hits = [a == b for a, b in zip(truth, ours, strict=True)]
        covered = macro_f1([truth[i] for i in known], [ours[i] for i in known])
        error = calibration_error([value for value in sure if value is not None], hits)
        cells += [f"{error:.3f}", f"{len(known) / len(rows):.0%}", f"{covered:.2f}"]
    return f"| {name} | " + " | ".join([*cells, *(f"{macro_f1(truth, guess):.2f}" for guess in beside)]) + " |"


def gaming(folder: Path, score: suites.Score) -> list[str]:
    """Attempts to fool the scorer."""
    lines = [
        "## Gaming\n",
        "Contexts where the attempt scores below the plain decent reply (`data/suites`).\n",
        "| | " + " | ".join(suites.GAMES) + " | all |",
        "|---|" + "---|" * (len(suites.GAMES) + 1),
    ]
    for lang in LANGS:
        found = suites.games(folder, lang, score)
        beaten, tried = (sum(part) for part in zip(*found.values(), strict=True))
        cells = [f"{a} of {b}" for a, b in found.values()]
        lines.append(f"| {lang} | " + " | ".join(cells) + f" | {beaten / tried:.1%} |")
    return [*lines, ""]


def fairness(folder: Path, rows: Sequence[Row], score: suites.Score) -> list[str]:
    """Ways of writing and naming that must not count."""
    found = {lang: suites.fairness(folder, lang, [row for row in rows if row["lang"] == lang], score) for lang in LANGS}
    gap, lean = suites.pairs(folder, score)
    return [
        "## Fairness\n",
        "How far the score of the same reply moves, mean absolute points of 100.\n",
        "| | fr | en |",
        "|---|---|---|",
        *(f"| {way} | {found['fr'][way]:.1f} | {found['en'][way]:.1f} |" for way in found["fr"]),
        "",
        f"The same reply in French and in English: {gap:.1f} points apart on average; French scores {lean:+.1f}.\n",
    ]


def open_benchmarks(figures: Sequence[Figure]) -> list[str]:
    """The open corpora, beside what others published."""
    return [
        "## Open benchmarks\n",
        "Our own hash split of the open corpora; published figures are on the tasks' own splits, by larger models.\n",
        "| task | measure | texts | ours | published |",
        "|---|---|---|---|---|",
        *(f"| {f.task} | {f.measure} | {f.texts} | {f.ours:.3f} | {f.published} |" for f in figures),
        "",
    ]


def agreement(data: Path) -> list[str]:
    """Cohen's κ between the two independent labellings, which `data/labellings` keeps as they were."""
    names = [name for name in DIMENSIONS if name not in HOSTILITY]
    lines = [
        "## Agreement of the two labellings\n",
        "Cohen's κ, and κ with quadratic weights, over all replies (docs/labelling.md says how they were made).\n",
        "| dimension | fr κ | fr weighted | en κ | en weighted |",
        "|---|---|---|---|---|",
    ]
    both = {lang: tuple(zip(*read_labellings(data, lang).values(), strict=True)) for lang in LANGS}
    for name in names:
        cells = []
        for lang in LANGS:
            one, two = ([labels[name] for labels in labelling] for labelling in both[lang])
            cells += [f"{kappa(one, two):.2f}", "" if name == "sentiment" else f"{weighted_kappa(one, two):.2f}"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    for kind in HOSTILITY:
        cells = []
        for lang in LANGS:
            one, two = ([kind in labels["hostility"] for labels in labelling] for labelling in both[lang])
            cells += [f"{kappa(one, two):.2f}", ""]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def report(sections: Sequence[Sequence[str]], versions: Mapping[str, str]) -> str:
    """The whole page."""
    head = [
        "# Evaluation of the scorer\n",
        "Made by `make eval` on the test split of our labelled replies: no training has seen their contexts. "
        "Calibration error is the expected calibration error over ten bins; coverage is the share of replies judged "
        f"with a confidence of at least {UNSURE}, the others are shown as “I can’t judge this”. The four baselines "
        "are macro-F1 in the same run.\n",
        f"Versions: {', '.join(f'{name} {version}' for name, version in versions.items())}.\n",
    ]
    return "\n".join([*head, *(line for section in sections for line in section)]) + "\n"
