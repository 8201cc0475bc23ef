"""What somebody's own practice tells over time: what grew, what is used, which replays helped.

It never tells how often one came, nor anything of others: weeks or months without practice are left out,
because a pause is not a low.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from actions.coaching.behaviour import SIGNS
from actions.coaching.path import Done, Path
from actions.coaching.path import progress as held
from actions.coaching.result import Result

By = Literal["week", "month"]
Practice = tuple[date, Result]

WEEKS = 12
"""Up to so many weeks between the first and the last drill are told week by week, more month by month."""
PERIODS = 12
"""The trends show the last ones only: more would not be read on a phone."""
STRATEGIES = 5
GREW = 5
"""Points (of 100) from which a difference is worth a sentence; less is chance."""


@dataclass(frozen=True)
class Trend:
    """One line of a chart: `values` are 0–100, one per period, None where nothing tells."""

    name: str
    values: tuple[int | None, ...]


@dataclass(frozen=True)
class Grown:
    """What is higher in the later half of the drills than in the earlier half; both are 0–100."""

    kind: Literal["behaviour", "strategy"]
    name: str
    before: int
    after: int


@dataclass(frozen=True)
class Progress:
    """What a page of progress tells. `periods` are the first days of the weeks or months in which there was practice;
    `most` is the strategy that helped in most replies."""

    by: By
    periods: tuple[date, ...]
    behaviours: tuple[Trend, ...]
    strategies: tuple[Trend, ...]
    grew: tuple[Grown, ...]
    most: str | None
    drills: int
    replies: int
    replayed: int
    improved: int


def tell(practice: Sequence[Practice]) -> Progress:
    """What `practice` (oldest first) tells; a drill without a reply counts for nothing."""
    met = [(day, result) for day, result in practice if result.replies]
    results = [result for _, result in met]
    by = _by([day for day, _ in met])
    periods = {start: [one for _, one in some] for start, some in groupby(met, lambda one: _start(by, one[0]))}
    shown = dict(list(periods.items())[-PERIODS:])
    uses = _uses(results)
    return Progress(
        by=by,
        periods=tuple(shown),
        behaviours=tuple(Trend(name, tuple(_mean(name, some) for some in shown.values())) for name in SIGNS),
        strategies=tuple(
            Trend(name, tuple(_share(name, some) for some in shown.values())) for name in _worth_showing(uses, results)
        ),
        grew=_grew(uses, results),
        most=max(uses, key=lambda name: uses[name], default=None),
        drills=len(results),
        replies=sum(result.replies for result in results),
        replayed=sum(result.replayed for result in results),
        improved=sum(result.improved for result in results),
    )


def earned(path: Path, done: Sequence[Done], through: Collection[str]) -> tuple[str, ...]:
    """The stages whose skills all hold, and of which a whole scenario is among those played `through`.

    Played through: until the customer closes the exchange, well or badly. What was done well is for the skills to say;
    here it counts to have met a whole situation and stayed.
    """
    share = held(path, done)
    return tuple(stage.id for stage in path.stages if share[stage.id] == 1.0 and set(stage.scenarios) & set(through))


def _by(days: Sequence[date]) -> By:
    return "month" if days and days[-1] - days[0] > timedelta(weeks=WEEKS) else "week"


def _start(by: By, day: date) -> date:
    return day.replace(day=1) if by == "month" else day - timedelta(days=day.weekday())


def _mean(behaviour: str, results: Iterable[Result]) -> int | None:
    known = [value for result in results if (value := result.behaviours.get(behaviour)) is not None]
    return round(sum(known) / len(known)) if known else None


def _share(strategy: str, results: Iterable[Result]) -> int | None:
    """The percentage of replies in which `strategy` helped."""
    found = list(results)
    replies = sum(result.replies for result in found)
    return round(100 * sum(result.strategies.get(strategy, 0) for result in found) / replies) if replies else None


def _uses(results: Iterable[Result]) -> dict[str, int]:
    """In how many replies each strategy helped."""
    found: dict[str, int] = {}
    for result in results:
        for name, times in result.strategies.items():
            found[name] = found.get(name, 0) + times
    return found


def _halves(results: Sequence[Result]) -> tuple[Sequence[Result], Sequence[Result]]:
    return results[: len(results) // 2], results[len(results) // 2 :]


def _growth(strategy: str, results: Sequence[Result]) -> int:
    earlier, later = _halves(results)
    return (_share(strategy, later) or 0) - (_share(strategy, earlier) or 0) if earlier else 0


def _worth_showing(uses: Mapping[str, int], results: Sequence[Result]) -> list[str]:
    """The strategies most used or most grown: growth counts as much as use, a decline is not held against anyone."""

    def worth(name: str) -> int:
        return (_share(name, results) or 0) + max(0, _growth(name, results))

    return sorted(uses, key=lambda name: (-worth(name), name))[:STRATEGIES]


def _grew(uses: Mapping[str, int], results: Sequence[Result]) -> tuple[Grown, ...]:
    """The behaviour and the strategy that grew most, where one did."""
    earlier, later = _halves(results)
    behaviours = [_grown("behaviour", name, _mean(name, earlier), _mean(name, later)) for name in SIGNS]
    strategies = [_grown("strategy", name, _share(name, earlier), _share(name, later)) for name in sorted(uses)]
    best = (
        max(filter(None, some), key=lambda one: one.after - one.before, default=None)
        for some in (behaviours, strategies)
    )
    return tuple(filter(None, best))


def _grown(kind: Literal["behaviour", "strategy"], name: str, before: int | None, after: int | None) -> Grown | None:
    if before is None or after is None or after - before < GREW:
        return None
    return Grown(kind, name, before, after)
