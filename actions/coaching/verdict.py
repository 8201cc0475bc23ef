"""What the simulated customer would answer to the usual surveys after a drill."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from actions.coaching.feelings import satisfaction
from actions.coaching.memory import Memory
from actions.coaching.scenario import Scenario


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
    most = 5 if memory.agreed else {"hung_up": 1, "gave_up": 2}.get(memory.ending or "", 3)
    csat = min(most, 1 + min(4, pleased // 18))
    return Verdict(
        csat=csat,
        effort=1 + round(memory.feelings.effort * 6 / 100),
        recommend=min(2 * most, round(pleased / 9)),
        reasons=_reasons(memory, scenario),
    )


def _reasons(memory: Memory, scenario: Scenario) -> tuple[str, str, str]:
    """The three things that moved the customer most, in its words; completed by what its ending alone explains."""
    heaviest = sorted(memory.weight, key=lambda name: (-memory.weight[name], name))
    spoken = [scenario.temper.effects[name].reason for name in heaviest if memory.weight[name] and name != "waited"]
    usual = scenario.temper.reasons[memory.ending or "ended"]
    first, second, third = tuple(dict.fromkeys((*spoken[:3], *usual)))[:3]
    return first, second, third
