"""What perception promises to everyone else: the shape of one assessment. Standard library only.

Every value is plain JSON once through `to_json`: no NumPy scalar may pass, or Rasa's action call fails silently.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Lang = Literal["fr", "en"]
Need = Literal["warm", "efficient"]
Phase = Literal["opening", "middle", "closing"]

LANGS: tuple[Lang, ...] = ("fr", "en")
MAX_TEXT = 2000
"""Longest reply, in characters, that any door accepts."""

EMPATHY = ("reaction", "interpretation", "exploration")
"""The three mechanisms of EPITOME (Sharma et al. 2020, EMNLP)."""
TONE = ("warmth", "courtesy", "calm", "clarity")
HOSTILITY = ("blame", "command", "sarcasm", "dismissal")
SENTIMENTS = ("negative", "neutral", "positive")
ACTS = (
    "greet", "identify", "reformulate", "ask_open", "ask_closed", "explain", "propose", "commit", "commit_dated",
    "personalise", "recognise", "thank", "apologise", "own", "repair", "acknowledge", "check_understanding",
    "set_limit", "refuse", "deflect", "close",
)  # fmt: skip
RED_FLAGS = ("insult", "blame", "discrimination", "impossible_promise", "disclosure", "unsafe")

UNSURE = 0.45
"""Below this confidence a level is not shown: the coach says it cannot judge."""


@dataclass(frozen=True)
class Context:
    """What surrounds a reply: the customer's last line, what this person needs, where the contact stands."""

    customer: str = ""
    lang: Lang | None = None
    need: Need = "warm"
    phase: Phase = "middle"


@dataclass(frozen=True)
class Marker:
    """A span `[start, end)` of the text as typed that is evidence of a strategy.

    `polarity` is +1 (helps) or -1 (costs); `note` says why, in the language of the reply.
    """

    start: int
    end: int
    strategy: str
    polarity: int
    note: str = ""


@dataclass(frozen=True)
class Wording:
    """Words to avoid, `[start, end)`, with a better way to say them."""

    start: int
    end: int
    text: str
    better: str
    note: str = ""


@dataclass(frozen=True)
class Judged:
    """The sentences `[start, end)` judged as a whole, where no marker shows what `dimension` owes its level to.

    `dimension` is one of the levels, or a kind of hostility.
    """

    dimension: str
    start: int
    end: int


@dataclass(frozen=True)
class Suggestion:
    """A small edit of the agent's own reply: `text` is the whole reply after it, and `score` what it then scored.

    `kind` is what was done (`mend`, `shorten`, `cut`, `acknowledge`, `replace`, `date`); `quote` the words it is about.
    """

    kind: str
    text: str
    score: int
    quote: str = ""


@dataclass(frozen=True)
class Topics:
    """What a reply is about, as ids of the scenario: facts asked for, solutions proposed or said to be impossible,
    doubts answered; each in the order of the text.

    `unknown`: it asks what this customer cannot know. `unsure`: it asks or offers something, and what is not certain.
    `near`: it speaks of the matter, be it of none of those.
    """

    asked: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    unknown: bool = False
    unsure: bool = False
    near: bool = False

    def __bool__(self) -> bool:
        return self.near or self.unknown or bool(self.asked or self.proposed or self.declined or self.settled)

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Topics:
        """Read back what `asdict` wrote. Raises TypeError when `plain` is something else."""
        known: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in plain.items()
        }
        return cls(**known)


@dataclass(frozen=True)
class Assessment:
    """What was perceived in one reply.

    Levels run 0 none, 1 weak or generic, 2 specific and fitting. `sentiment` holds `label` and one probability per
    label. `confidence` maps each dimension to the chance (0–1) that its level is right. `judged` names the sentences
    behind each level that no marker speaks for. `score` is 0–100. `versions` names model, lexicons and rules.
    `suggestions` is empty unless they were asked for, `topics` unless a scenario was named.
    """

    lang: Lang
    empathy: dict[str, int]
    tone: dict[str, int]
    sentiment: dict[str, Any]
    hostility: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    markers: tuple[Marker, ...] = ()
    wording: tuple[Wording, ...] = ()
    judged: tuple[Judged, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    red_flags: tuple[str, ...] = ()
    confidence: dict[str, float] = field(default_factory=dict)
    score: int = 0
    versions: dict[str, str] = field(default_factory=dict)
    topics: Topics = Topics()

    def stands(self, marker: Marker) -> bool:
        """Whether `marker` helps and is not inside words that cost."""
        faults = (found for found in self.markers if found.polarity < 0)
        return marker.polarity > 0 and not any(m.start < marker.end and marker.start < m.end for m in faults)

    def spans(self, strategies: Collection[str], polarity: int = -1) -> list[tuple[int, int]]:
        """Where the markers of these strategies stand, in order of the text."""
        return sorted((m.start, m.end) for m in self.markers if m.strategy in strategies and m.polarity == polarity)

    def to_json(self) -> dict[str, Any]:
        """Plain dicts and lists, ready for `json.dumps`; `topics` only where there are any."""
        plain = _listed(asdict(self))
        told = plain.pop("topics")
        return {**plain, "topics": _listed(told)} if self.topics != Topics() else plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Assessment:
        """Read back what `to_json` wrote. Raises KeyError or TypeError when `plain` is not an assessment."""
        return cls(
            lang=plain["lang"],
            empathy=dict(plain["empathy"]),
            tone=dict(plain["tone"]),
            sentiment=dict(plain["sentiment"]),
            hostility=tuple(plain.get("hostility", ())),
            acts=tuple(plain.get("acts", ())),
            markers=tuple(Marker(**marker) for marker in plain.get("markers", ())),
            wording=tuple(Wording(**wording) for wording in plain.get("wording", ())),
            judged=tuple(Judged(**judged) for judged in plain.get("judged", ())),
            suggestions=tuple(Suggestion(**edit) for edit in plain.get("suggestions", ())),
            red_flags=tuple(plain.get("red_flags", ())),
            confidence=dict(plain.get("confidence", {})),
            score=int(plain.get("score", 0)),
            versions=dict(plain.get("versions", {})),
            topics=Topics.from_json(plain.get("topics", {})),
        )


def _listed(plain: dict[str, Any]) -> dict[str, Any]:
    """The same with lists where there are tuples: what JSON gives back."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}
