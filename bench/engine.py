"""The customer alone: how long its state takes to compute again after many replies."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

from actions.coaching import customer
from actions.coaching.lint import perfect
from actions.coaching.scenario import Scenario
from nlu.contract import Assessment, Topics

REPLIES = 50
TIMES = 40


def measure(scenario: Scenario) -> dict[str, float]:
    """Milliseconds, p50 and p95, to compute the state after REPLIES replies from nothing.

    The customer is given all the time in the world, or it would leave long before.
    """
    patient = _patient(scenario)
    replies = [(f"Reply number {place} about this very matter, in a sentence or two.", _reply(patient, place))
               for place in range(REPLIES)]  # fmt: skip
    _, memory = customer.play(patient, "hard", 1, replies)
    assert memory.position == REPLIES, "the drill ended before its last reply"
    spent = []
    for _ in range(TIMES):
        start = time.perf_counter()
        customer.play(patient, "hard", 1, replies)
        spent.append(1000 * (time.perf_counter() - start))
    spent.sort()
    return {"p50": statistics.median(spent), "p95": spent[int(0.95 * len(spent))]}


def _patient(scenario: Scenario) -> Scenario:
    effects = {
        name: replace(effect, deltas=tuple(delta for delta in effect.deltas if delta[0] != "patience"))
        for name, effect in scenario.temper.effects.items()
    }
    return replace(scenario, temper=replace(scenario.temper, replies=REPLIES + 1, effects=effects), doubts={})


def _reply(scenario: Scenario, place: int) -> Assessment:
    """Questions about every fact in turn, and no offer: nothing is ever settled."""
    fact = list(scenario.facts)[place % len(scenario.facts)]
    return perfect(scenario, Topics(asked=(fact,), near=True))
