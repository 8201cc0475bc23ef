"""The words the customer says: an authored line for the move and the feeling, never the same one twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from actions.coaching.feelings import NEAR, band, mood
from actions.coaching.memory import Memory
from actions.coaching.scenario import Scenario


def say(kind: str, memory: Memory, scenario: Scenario) -> str:
    """A line of this kind, for what the customer feels: the scenario's own first, anyone's after that."""
    common = scenario.temper.lines
    pools = [*_pools(scenario.lines.get(kind, {}), memory), *_pools(common.get(kind, {}), memory)]
    return pick(pools, kind, memory) or pick([common["spare"]["any"]], kind, memory)


def lead(kind: str, memory: Memory, scenario: Scenario) -> str:
    """A few words before an answer, only where the scenario has some left; else nothing."""
    return pick(_pools(scenario.lines.get(kind, {}), memory), kind, memory)


def _pools(bands: Mapping[str, Sequence[str]], memory: Memory) -> list[Sequence[str]]:
    """The lines for what the customer shows, for the mood under it, for the one that is a shade of, and for any."""
    felt = mood(memory.feelings)
    return [bands.get(name, ()) for name in dict.fromkeys((band(memory.feelings), felt, NEAR.get(felt, felt), "any"))]


def pick(pools: Iterable[Sequence[str]], key: str, memory: Memory) -> str:
    """The first line not yet said of the first pool that has one, starting where the seed says; empty if none is."""
    for pool in pools:
        start = memory.draw(key, len(pool)) if pool else 0
        for line in (*pool[start:], *pool[:start]):
            if line not in memory.said:
                memory.said.add(line)
                return line
    return ""


def tell(fact: str, memory: Memory, scenario: Scenario, offered: bool = False) -> str:
    """What the customer answers about a fact: the fact, or that it was already told. `offered`: nobody asked."""
    entry = scenario.facts[fact]
    memory.told[fact] += 1
    if memory.told[fact] > 1:
        return pick([entry.again], fact, memory) or say("again", memory, scenario)
    return pick([entry.offered, entry.says] if offered else [entry.says], fact, memory) or say(
        "again", memory, scenario
    )
