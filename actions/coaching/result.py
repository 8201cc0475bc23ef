"""What a finished drill came to, small enough to keep beside it: progress, proposals and certificates read no turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from actions.coaching.behaviour import behaviours
from actions.coaching.check import seen
from actions.coaching.customer import Reaction
from actions.coaching.drill import Entry, live, replays, retried
from actions.coaching.grid import Grid, fill
from actions.coaching.note import telling
from nlu.contract import Assessment

VERSION = 1
"""Raised when the formula changes: what an older one computed is computed again."""


@dataclass(frozen=True)
class Shown:
    """What some replies show of any skill: every act made, and the `best` level (0–2) of each dimension."""

    acts: frozenset[str] = frozenset()
    best: Mapping[str, int] | None = None

    def __bool__(self) -> bool:
        """False when there was no reply to show anything."""
        return bool(self.best)

    @classmethod
    def of(cls, replies: Sequence[Assessment]) -> Shown:
        """What `replies` show."""
        best: dict[str, int] = {}
        for reply in replies:
            for name, level in {**reply.empathy, **reply.tone}.items():
                best[name] = max(level, best.get(name, 0))
        return cls(frozenset(act for reply in replies for act in reply.acts), best)


@dataclass(frozen=True)
class Result:
    """One finished drill. `score` is 0–100 or None; `strategies` counts the replies in which each helped; `behaviours`
    are 0–100 or None; `replayed` moments were taken back, after `improved` of which the customer was better pleased."""

    replies: int
    score: int | None
    satisfaction: int
    shown: Shown
    strategies: Mapping[str, int]
    behaviours: Mapping[str, int | None]
    replayed: int
    improved: int

    def to_json(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`."""
        shown = {"acts": sorted(self.shown.acts), "best": dict(self.shown.best or {})}
        return {**asdict(self), "shown": shown}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Result:
        """Read back what `to_json` wrote. Raises KeyError or TypeError on anything else."""
        shown = Shown(frozenset(plain["shown"]["acts"]), plain["shown"]["best"])
        return cls(**{**plain, "shown": shown})


def measure(grid: Grid, opening: Reaction, entries: Sequence[Entry]) -> Result:
    """What the whole log of a drill came to; `opening` is how the customer began."""
    replies = tuple(entry for entry in live(entries) if entry.assessment and entry.reaction)
    assessments = [entry.assessment for entry in replies if entry.assessment]
    last = replies[-1].reaction if replies else None
    pairs = retried(entries).values()
    return Result(
        replies=len(replies),
        score=fill(grid, replies).score,
        satisfaction=(last or opening).feelings.satisfaction,
        shown=Shown.of(assessments),
        strategies=_strategies(assessments),
        behaviours=behaviours(seen(replies)),
        replayed=replays(entries),
        improved=sum(1 for before, after in pairs if _pleased(after) > _pleased(before)),
    )


def _strategies(assessments: Sequence[Assessment]) -> dict[str, int]:
    helped = (
        {marker.strategy for marker in reply.markers if marker.polarity > 0 and telling(reply, marker)}
        for reply in assessments
    )
    return dict(sorted(Counter(name for names in helped for name in names).items()))


def _pleased(entry: Entry) -> int:
    return entry.reaction.feelings.satisfaction if entry.reaction else 0
