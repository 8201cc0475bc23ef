"""What perception promises to everyone else: the shape of one assessment. Standard library only.

Every value is plain JSON once through `to_json`: no NumPy scalar may pass, or Rasa's action call fails silently.
"""

from __future__ import annotations

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
class Assessment:
    """What was perceived in one reply.

    Levels run 0 none, 1 weak or generic, 2 specific and fitting. `sentiment` holds `label` and one probability per
    label. `confidence` maps each dimension to 0–1. `score` is 0–100. `versions` names model, lexicons and rules.
    """

    lang: Lang
    empathy: dict[str, int]
    tone: dict[str, int]
    sentiment: dict[str, Any]
    hostility: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    markers: tuple[Marker, ...] = ()
    wording: tuple[Wording, ...] = ()
    red_flags: tuple[str, ...] = ()
    confidence: dict[str, float] = field(default_factory=dict)
    score: int = 0
    versions: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain dicts and lists, ready for `json.dumps`."""
        plain = asdict(self)
        return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}

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
            red_flags=tuple(plain.get("red_flags", ())),
            confidence=dict(plain.get("confidence", {})),
            score=int(plain.get("score", 0)),
            versions=dict(plain.get("versions", {})),
        )
