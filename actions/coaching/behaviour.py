"""The five behaviours of the agent's radar, each 0–100, read from acts, strategies and levels.

A behaviour is worth half for its breadth, how many different signs of it were seen (two are enough), and half for its
constancy, the share of replies that show one (every other reply is enough: more would be stuffing). The formula is
ours; it counts presence, never repetition, and a reply that hurts shows nothing. What a drill gave no occasion for is
None, not 0: a hurried person asks for no listening, an opening word for no solution.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions.coaching.check import Seen
from nlu.contract import UNSURE, Assessment

SIGNS: Mapping[str, frozenset[str]] = {
    "personalise": frozenset({"personalise", "personalisation", "identify", "interpretation", "reaction"}),
    "attend": frozenset({"reformulate", "ask_open", "check_understanding", "exploration", "acknowledge"}),
    "value": frozenset({"recognise", "recognition", "thank", "acknowledge", "warmth", "courtesy"}),
    "detail": frozenset({"commit_dated", "explain", "transparency", "clarity", "check_understanding"}),
    "dare": frozenset({"own", "propose", "repair", "options", "set_limit", "transparency"}),
}
"""Acts and strategies by name; a dimension counts when it reaches 2, specific and fitting, with confidence."""

ENOUGH_SIGNS = 2
ENOUGH_REPLIES = 0.5


def behaviours(replies: Sequence[Seen]) -> dict[str, int | None]:
    """Each behaviour, 0–100, or None when it was not shown and had no occasion; all None without replies."""
    shown = [_shown(reply.assessment) for reply in replies]
    values = {name: _value(signs, shown) for name, signs in SIGNS.items()}
    return {name: value if value or _called(name, replies) else None for name, value in values.items()}


def _called(name: str, replies: Sequence[Seen]) -> bool:
    if name == "attend":
        return any(reply.need == "warm" for reply in replies)
    if name in ("detail", "dare"):
        return any(reply.need == "efficient" or reply.phase != "opening" for reply in replies)
    return bool(replies)


def _value(signs: frozenset[str], shown: Sequence[frozenset[str]]) -> int:
    if not shown:
        return 0
    breadth = len(signs & frozenset().union(*shown)) / ENOUGH_SIGNS
    constancy = sum(1 for reply in shown if signs & reply) / len(shown) / ENOUGH_REPLIES
    return round(50 * min(1.0, breadth) + 50 * min(1.0, constancy))


def _shown(assessment: Assessment) -> frozenset[str]:
    if assessment.hostility or assessment.red_flags:
        return frozenset()
    levels = {**assessment.empathy, **assessment.tone}
    high = (name for name in levels if levels[name] == 2 and assessment.confidence.get(name, 1.0) >= UNSURE)
    helping = (marker.strategy for marker in assessment.markers if marker.polarity > 0)
    return frozenset((*assessment.acts, *high, *helping))
