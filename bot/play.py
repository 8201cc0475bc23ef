"""Scenarios played by their scripted agents, with the real scorer and the real customer: who leaves how satisfied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from actions.coaching import customer, verdict
from actions.coaching.scenario import Scenario
from actions.coaching.trial import Player, Script
from nlu.contract import Assessment, Context

SEEDS = range(5)
ORDERED = (("excellent", "decent"), ("decent", "cold"), ("cold", "hostile"), ("decent", "gaming"))
"""Who must leave the customer more satisfied than whom."""


@dataclass(frozen=True)
class Run:
    """One drill played to its end. `satisfaction` is 0–100, `csat` 1–5; `bands` are those the customer went through."""

    scenario: str
    lang: str
    difficulty: str
    seed: int
    agent: str
    satisfaction: int
    csat: int
    ending: str
    replies: int
    bands: tuple[str, ...]
    moves: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


class Ear(Protocol):
    """What hears the scripted replies: `nlu.ear.Ear`."""

    def assess(self, text: str, context: Context) -> Assessment: ...


def runs(scenario: Scenario, scripts: Mapping[str, Script], ear: Ear, seeds: Iterable[int] = SEEDS) -> Iterator[Run]:
    """Every agent, with every seed, at every difficulty of the scenario."""
    for difficulty in scenario.difficulties:
        for seed in seeds:
            for agent, script in scripts.items():
                yield run(scenario, difficulty, seed, agent, script, ear)


def run(scenario: Scenario, difficulty: str, seed: int, agent: str, script: Script, ear: Ear) -> Run:
    """One drill, to the end the customer gives it."""
    reaction, memory = customer.meet(scenario, difficulty, seed)
    player, reactions = Player(script), [reaction]
    while not memory.ending:
        text = player.reply(memory, scenario)
        context = Context(reaction.line, scenario.lang, reaction.need, reaction.phase)
        reaction = customer.turn(text, ear.assess(text, context), memory, scenario)
        reactions.append(reaction)
    return Run(
        scenario=scenario.slug,
        lang=scenario.lang,
        difficulty=difficulty,
        seed=seed,
        agent=agent,
        satisfaction=customer.satisfaction(memory.feelings),
        csat=verdict.rate(memory, scenario).csat,
        ending=memory.ending,
        replies=memory.position,
        bands=tuple(dict.fromkeys(each.band for each in reactions)),
        moves=tuple(each.move for each in reactions),
    )


@dataclass(frozen=True)
class Tally:
    """What many runs come to; shares are 0–1.

    `ordered`: of the drills played by all five agents, where each left the customer more satisfied than the next;
    `ties`: by pair, where both left it as satisfied. `pleased`: by difficulty and agent, of the scenarios in one
    language, where the customer was satisfied (4 or 5 out of 5) more often than not. `moved`: of the drills of six
    replies or more, those that went through three feelings.
    """

    drills: int
    ordered: float
    ties: dict[str, float]
    pleased: dict[str, dict[str, float]]
    moved: float
    faults: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "faults": list(self.faults)}


LONG = 6
"""Replies from which a drill is long enough for feelings to have moved."""
MOVED = 3
PLEASED = 4


def tally(played: Iterable[Run]) -> Tally:
    """Add up runs; every drill must have been played by every agent of ORDERED."""
    drills: dict[tuple[str, str, str, int], dict[str, Run]] = {}
    every = list(played)
    for each in every:
        drills.setdefault((each.scenario, each.lang, each.difficulty, each.seed), {})[each.agent] = each
    gaps = {
        (key, pair): by[pair[0]].satisfaction - by[pair[1]].satisfaction
        for key, by in drills.items()
        for pair in ORDERED
    }
    wrong = {(key, pair) for (key, pair), gap in gaps.items() if gap < 0}
    long = [each for each in every if each.replies >= LONG]
    return Tally(
        drills=len(drills),
        ordered=_share(all(gaps[key, pair] > 0 for pair in ORDERED) for key in drills),
        ties={" > ".join(pair): _share(gaps[key, pair] == 0 for key in drills) for pair in ORDERED},
        pleased=_pleased(every),
        moved=_share(len(each.bands) >= MOVED for each in long),
        faults=tuple(sorted(f"{'/'.join(map(str, key))}: {' > '.join(pair)}" for key, pair in wrong)),
    )


def _pleased(every: Iterable[Run]) -> dict[str, dict[str, float]]:
    csats: dict[tuple[str, str], dict[tuple[str, str], list[bool]]] = {}
    for each in every:
        by = csats.setdefault((each.difficulty, each.agent), {})
        by.setdefault((each.scenario, each.lang), []).append(each.csat >= PLEASED)
    found: dict[str, dict[str, float]] = {}
    for (difficulty, agent), by in csats.items():
        found.setdefault(difficulty, {})[agent] = _share(sum(seeds) * 2 > len(seeds) for seeds in by.values())
    return found


def _share(truths: Iterable[bool]) -> float:
    found = list(truths)
    return round(sum(found) / len(found), 4) if found else 0.0
