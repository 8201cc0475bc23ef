"""How far what the agent did moves this customer: sensitivities, difficulty, habit and saturation."""

from __future__ import annotations

from collections.abc import Iterator

from actions.coaching.effects import FLAGS, HOSTILE
from actions.coaching.feelings import BURDENS, FEELINGS, Change, Feelings, apply
from actions.coaching.memory import Memory
from actions.coaching.scenario import Scenario

SOFT = frozenset({"understood", "understood_vaguely", "reformulated", "felt", "felt_vaguely", "explored", "recognised"})
"""Effects of sympathy, which a hurried customer values less."""
VIOLENT = frozenset({*HOSTILE.values(), *FLAGS.values(), "broken", "cut_off"})
"""Effects whose harm in one reply has no limit."""


def feel(happened: list[tuple[str, str]], memory: Memory, scenario: Scenario) -> tuple[Change, ...]:
    """Move the feelings by each effect, as far as one reply can, and remember how much each weighed."""
    changes: tuple[Change, ...] = ()
    room = dict.fromkeys(FEELINGS, scenario.temper.numbers["relief_most"])
    civil = VIOLENT.isdisjoint(name for name, _ in happened)
    for name, topic in happened:
        wanted = []
        for feeling, delta, why in _deltas(name, topic, memory, scenario):
            if (delta > 0) == (feeling in BURDENS):
                delta *= _raw(feeling, memory.feelings, scenario) if civil else 1
            else:
                delta = max(-room[feeling], min(room[feeling], delta))
                room[feeling] -= abs(delta)
            wanted.append((feeling, delta, why))
        memory.feelings, moved = apply(memory.feelings, wanted)
        memory.effects[name] += 1
        memory.weight[name] += sum(abs(change.delta) for change in moved)
        changes += moved
    return changes


def _deltas(name: str, topic: str, memory: Memory, scenario: Scenario) -> Iterator[tuple[str, float, str]]:
    """An effect's `(feeling, delta, why)` for this persona, at this difficulty, the nth time it happens."""
    temper, times = scenario.temper, 0 if name == "waited" else memory.effects[name]
    level, effect = temper.difficulties[memory.difficulty], temper.effects[name]
    why = effect.why.format_map({"topic": _label(topic, scenario), "name": scenario.customer_name})
    for feeling, delta in effect.deltas:
        if (delta > 0) == (feeling in BURDENS):
            factor = level.harm * min(temper.numbers["louder_most"], 1 + temper.numbers["louder"] * times)
        else:
            soft = temper.numbers["hurried"] if scenario.need == "efficient" and name in SOFT else 1
            factor = level.relief * soft * temper.numbers["fade"] ** times
        yield feeling, delta * factor * scenario.persona.sensitivities[feeling], why


def _raw(feeling: str, feelings: Feelings, scenario: Scenario) -> float:
    """How sensitive a feeling still is to a civil reply, 0–1: less and less near the worst, patience excepted."""
    value = getattr(feelings, feeling)
    left = 100 - value if feeling in BURDENS else value
    return 1 if feeling == "patience" else min(1, left / scenario.temper.numbers["numb"])


def _label(topic: str, scenario: Scenario) -> str:
    for entries in (scenario.facts, scenario.solutions, scenario.doubts):
        if topic in entries:
            return str(entries[topic].label)
    return ""
