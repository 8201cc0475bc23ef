"""What the simulated customer would answer to the usual surveys after a drill."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from actions.coaching.feelings import BURDENS, UPSET, band, satisfaction
from actions.coaching.memory import Memory
from actions.coaching.scenario import Scenario

THEMES = (
    frozenset({"understood", "understood_vaguely", "reformulated", "explored", "ignored", "parroted", "too_soon"}),
    frozenset({"felt", "felt_vaguely", "over_apologised", "stuffed", "gushed"}),
    frozenset({"kind", "cold", "rude", "agitated", "mocked", "commanded", "insulted", "blamed", "accused", "harsh"}),
    frozenset({"clear", "muddled", "explained", "wordy", "off_point", "foreign"}),
    frozenset({"settled", "dodged", "asked_again", "needless"}),
    frozenset({"dated", "committed", "broken", "overpromised", "owned", "deflected", "dismissed"}),
    frozenset(
        {
            "offered",
            "half_offered",
            "solved",
            "off_target",
            "refused",
            "skipped",
            "given_up",
            "left_empty",
            "mistaken",
            "stalled",
        }
    ),
)
"""Effects that speak of the same thing, well or badly: of each kind the customer gives one reason only."""
HEARD = frozenset({"understood", "understood_vaguely", "reformulated"})
"""What nobody says who does not feel heard."""


@dataclass(frozen=True)
class Verdict:
    """`csat` 1 (very dissatisfied) to 5; `effort` 1 (no effort at all) to 7 (a great deal), the customer effort score
    as Dixon et al. (2010) asked it; `recommend` 0–10, the question behind NPS; `reasons` in the customer's voice."""

    csat: int
    effort: int
    recommend: int
    reasons: tuple[str, str, str]

    def to_json(self) -> dict[str, Any]:
        """Plain values; always marked as simulated."""
        return {**asdict(self), "reasons": list(self.reasons), "simulated": True}


def rate(memory: Memory, scenario: Scenario) -> Verdict:
    """The verdict on a drill as it stands. A customer who left, or was left, without an answer rates it low."""
    pleased = satisfaction(memory.feelings)
    # A customer still upset when it stops is no better than half pleased, whatever was done right.
    upset = band(memory.feelings) in UPSET
    left = {"hung_up": 1, "gave_up": 2}.get(memory.ending or "")
    most = left or (5 if memory.agreed else 2 if upset else 3)
    csat = min(most, 1 + min(4, pleased // 18))
    return Verdict(
        csat=csat,
        effort=1 + round(memory.feelings.effort * 6 / 100),
        recommend=min(2 * most, round(pleased / 9)),
        reasons=_reasons(memory, scenario, csat),
    )


def _reasons(memory: Memory, scenario: Scenario, csat: int) -> tuple[str, str, str]:
    """What moved the customer most, in its words, on the side its rating takes: what pleased it from 4 on, what did not
    up to 2, both at 3. Completed by what its ending alone explains."""
    spoken: list[str] = []
    taken: set[frozenset[str]] = set()
    for name in sorted(memory.weight, key=lambda name: (-memory.weight[name], name)):
        sided = csat == 3 or pleasing(name, scenario) is (csat > 3)
        theme = next((theme for theme in THEMES if name in theme), frozenset({name}))
        if not memory.weight[name] or name == "waited" or not sided or theme in taken:
            continue
        if name in HEARD and not memory.feelings.heard:
            continue
        taken.add(theme)
        spoken.append(scenario.temper.effects[name].reason)
    usual = scenario.temper.reasons[memory.ending or ("served" if memory.agreed else "ended")]
    first, second, third = tuple(dict.fromkeys((*spoken[:3], *usual)))[:3]
    return first, second, third


def pleasing(name: str, scenario: Scenario) -> bool:
    """Whether an effect, all in all, lightens the customer."""
    return sum(-delta if feeling in BURDENS else delta for feeling, delta in scenario.temper.effects[name].deltas) > 0
