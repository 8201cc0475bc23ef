"""How far what the agent did moves this customer: sensitivities, difficulty, habit and saturation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from actions.coaching.effects import FLAGS, HOSTILE
from actions.coaching.feelings import BURDENS, FEELINGS, Change
from actions.coaching.memory import Memory
from actions.coaching.scenario import Scenario

SOFT = frozenset({"understood", "understood_vaguely", "reformulated", "felt", "felt_vaguely", "explored", "recognised"})
"""Effects of sympathy, which a hurried customer values less."""
VIOLENT = frozenset({*HOSTILE.values(), *FLAGS.values(), "broken", "cut_off"})
"""Effects whose harm in one reply has no limit."""


def feel(happened: list[tuple[str, str]], memory: Memory, scenario: Scenario) -> tuple[Change, ...]:
    """Move the feelings by each effect, as far as one reply can, and remember how much each weighed.

    The feelings are moved as plain numbers and made a state again once: a drill is computed anew at every turn.
    """
    if not happened:
        return ()
    numbers = scenario.temper.numbers
    values = {name: getattr(memory.feelings, name) for name in FEELINGS}
    room = dict.fromkeys(FEELINGS, numbers["relief_most"])
    civil = VIOLENT.isdisjoint(name for name, _ in happened)
    changes: list[Change] = []
    for name, topic in happened:
        weight = 0
        for feeling, delta in _deltas(name, memory, scenario):
            value = values[feeling]
            if (delta > 0) == (feeling in BURDENS):
                delta *= _raw(feeling, value, numbers["numb"]) if civil else 1
            else:
                delta = max(-room[feeling], min(room[feeling], delta))
                room[feeling] -= abs(delta)
            values[feeling] = max(0, min(100, value + round(delta)))
            if moved := values[feeling] - value:
                changes.append(Change(feeling, moved, _why(name, topic, memory, scenario)))
                weight += abs(moved)
        memory.effects[name] += 1
        memory.weight[name] += weight
    memory.feelings = replace(memory.feelings, **values)
    return tuple(changes)


def _deltas(name: str, memory: Memory, scenario: Scenario) -> Iterator[tuple[str, float]]:
    """An effect's `(feeling, delta)` for this persona, at this difficulty, the nth time it happens."""
    temper, times = scenario.temper, 0 if name == "waited" else memory.effects[name]
    level, numbers = temper.difficulties[memory.difficulty], temper.numbers
    harm = level.harm * min(numbers["louder_most"], 1 + numbers["louder"] * times)
    soft = numbers["hurried"] if memory.need == "efficient" and name in SOFT else 1
    relief = level.relief * soft * numbers["fade"] ** times
    for feeling, delta in temper.effects[name].deltas:
        factor = harm if (delta > 0) == (feeling in BURDENS) else relief
        yield feeling, delta * factor * scenario.persona.sensitivities[feeling]


def _raw(feeling: str, value: int, numb: float) -> float:
    """How sensitive a feeling still is to a civil reply, 0–1: less and less near the worst, patience excepted."""
    left = 100 - value if feeling in BURDENS else value
    return 1 if feeling == "patience" else min(1, left / numb)


def _why(name: str, topic: str, memory: Memory, scenario: Scenario) -> str:
    """The reason, in words an agent understands; put together once in a drill."""
    if (name, topic) not in memory.reasons:
        label = next((entries[topic].label for entries in scenario.topics if topic in entries), "")
        why = scenario.temper.effects[name].why
        memory.reasons[name, topic] = why.format_map({"topic": label, "name": scenario.customer_name})
    return memory.reasons[name, topic]
