"""The words the customer says: an authored line for the move and the feeling, never the same one twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from actions.coaching.feelings import band
from actions.coaching.memory import Memory
from actions.coaching.scenario import Scenario


def say(kind: str, memory: Memory, scenario: Scenario) -> str:
    """A line of this kind, for what the customer feels: the scenario's own first, anyone's after that."""
    feeling = band(memory.feelings)
    own, common = scenario.lines.get(kind, {}), scenario.temper.lines
    shared = common.get(kind, {})
    pools = [own.get(feeling, ()), own.get("any", ()), shared.get(feeling, ()), shared.get("any", ())]
    return pick(pools, kind, memory) or pick([common["spare"]["any"]], kind, memory)


def lead(kind: str, memory: Memory, scenario: Scenario) -> str:
    """A few words before an answer, only where the scenario has some left; else nothing."""
    own = scenario.lines.get(kind, {})
    return pick([own.get(band(memory.feelings), ()), own.get("any", ())], kind, memory)


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
    return pick([entry.offered, entry.says] if offered else [entry.says], fact, memory)
