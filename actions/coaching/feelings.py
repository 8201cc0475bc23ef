"""What the simulated customer feels, and what a change of feeling looks like."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

FEELINGS = ("anger", "anxiety", "trust", "patience", "effort")
BURDENS = frozenset({"anger", "anxiety", "effort"})
"""Feelings that weigh on the customer when they rise; trust and patience are the opposite."""

BANDS = (
    "confident", "eased", "tense", "annoyed", "worried", "angry", "anxious", "furious", "distraught", "weary", "spent",
)  # fmt: skip
NEAR = {"confident": "eased", "annoyed": "angry", "worried": "anxious", "furious": "angry", "distraught": "anxious"}
"""Finer shades and what they are a shade of: whoever has no words for one uses the other's."""
UPSET = frozenset(BANDS) - {"confident", "eased", "tense"}
"""Feelings with which nobody calls a contact a good one."""


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
    """The name of what shows: the mood, or what is left of it once patience has run low, `weary` under 35 and `spent`
    under 12. At ease nobody is either."""
    shown = mood(feelings)
    if shown in ("confident", "eased") or feelings.patience >= 35:
        return shown
    if feelings.patience < 12:
        return "spent"
    return shown if shown in ("furious", "distraught") else "weary"


def mood(feelings: Feelings) -> str:
    """The band of the stronger distress, anger first: below 28 `eased`, or `confident` once trust is at 60; below 46
    `tense`; below 62 `annoyed` or `worried`; below 76 `angry` or `anxious`; then `furious` or `distraught`."""
    distress, angry = max(feelings.anger, feelings.anxiety), feelings.anger >= feelings.anxiety
    if distress < 28:
        return "confident" if feelings.trust >= 60 else "eased"
    if distress < 46:
        return "tense"
    if distress < 62:
        return "annoyed" if angry else "worried"
    if distress < 76:
        return "angry" if angry else "anxious"
    return "furious" if angry else "distraught"
