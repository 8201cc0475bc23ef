"""What the simulated customer feels, and what a change of feeling looks like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

FEELINGS = ("anger", "anxiety", "trust", "patience", "effort")
BURDENS = ("anger", "anxiety", "effort")
"""Feelings that weigh on the customer when they rise; trust and patience are the opposite."""

BANDS = ("eased", "tense", "angry", "anxious")


@dataclass(frozen=True)
class Feelings:
    """The customer's state. Feelings run 0–100; `effort` is the effort the contact has cost so far.

    `heard`: has felt listened to. `answered`: ids of its doubts the agent settled. `promises`: ids of the solutions the
    agent put forward, with `date` once a date was given.
    """

    anger: int
    anxiety: int
    trust: int
    patience: int
    effort: int
    heard: bool = False
    answered: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()

    @property
    def satisfaction(self) -> int:
        """0–100; see `satisfaction`."""
        return satisfaction(self)

    def moved(self, feeling: str, delta: float) -> Feelings:
        """The state once `feeling` has changed by `delta`, kept within 0–100."""
        return replace(self, **{feeling: max(0, min(100, getattr(self, feeling) + round(delta)))})

    def to_json(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`."""
        return {**asdict(self), "answered": list(self.answered), "promises": list(self.promises)}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Feelings:
        """Read back what `to_json` wrote. Raises KeyError or TypeError on anything else."""
        return cls(
            anger=int(plain["anger"]),
            anxiety=int(plain["anxiety"]),
            trust=int(plain["trust"]),
            patience=int(plain["patience"]),
            effort=int(plain["effort"]),
            heard=bool(plain.get("heard", False)),
            answered=tuple(plain.get("answered", ())),
            promises=tuple(plain.get("promises", ())),
        )


@dataclass(frozen=True)
class Change:
    """One feeling moved by `delta` (whole, never 0); `why` is a sentence to the agent, in the drill's language."""

    feeling: str
    delta: int
    why: str


def satisfaction(feelings: Feelings) -> int:
    """0–100: trust weighs most, then the two distresses, the effort and the patience left; being heard adds ten.

    Trust leads because it is the best predictor of loyalty in service encounters (Sirdeshmukh, Singh & Sabol 2002);
    effort is there because it predicts disloyalty better than delight does (Dixon et al. 2010).
    """
    comfort = (
        0.35 * feelings.trust
        + 0.20 * (100 - feelings.anger)
        + 0.15 * (100 - feelings.anxiety)
        + 0.15 * (100 - feelings.effort)
        + 0.15 * feelings.patience
    )
    return round(0.9 * comfort + (10 if feelings.heard else 0))


def band(feelings: Feelings) -> str:
    """The name of what shows: `eased`, `tense`, or when distress is high the stronger of `angry` and `anxious`."""
    distress = max(feelings.anger, feelings.anxiety)
    if distress < 30:
        return "eased"
    if distress < 55:
        return "tense"
    return "angry" if feelings.anger >= feelings.anxiety else "anxious"


def apply(feelings: Feelings, wanted: Iterable[tuple[str, float, str]]) -> tuple[Feelings, tuple[Change, ...]]:
    """Apply `(feeling, delta, why)` in order; the changes are what really moved once kept within 0–100."""
    changes = []
    for feeling, delta, why in wanted:
        before, feelings = feelings, feelings.moved(feeling, delta)
        if moved := getattr(feelings, feeling) - getattr(before, feeling):
            changes.append(Change(feeling, moved, why))
    return feelings, tuple(changes)
