"""actions/coaching/result.py, and the tries it compares (actions/coaching/drill.py)."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from actions.coaching import customer, grid, path
from actions.coaching.customer import Reaction
from actions.coaching.drill import Entry, live, retried, superseded
from actions.coaching.result import Result, Shown, measure
from actions.storage.library import Library
from bot.settings import ROOT
from nlu.contract import ACTS, EMPATHY, TONE, Assessment, Marker

LIBRARY = Library(ROOT / "data")
SCENARIO = LIBRARY.scenario("late-refund", "fr")
GRID = grid.parse(*LIBRARY.grid(SCENARIO.grid, "fr"))
OPENING = customer.begin(SCENARIO, "calm", 1)
SKILLS = path.parse(LIBRARY.read("path.yml")).skills
Perceived = Callable[..., Assessment]


def pleased(trust: int) -> Reaction:
    """The customer, as content as this trust makes it."""
    return replace(OPENING, feelings=replace(OPENING.feelings, trust=trust, anger=0, anxiety=0, patience=50))


def reply(position: int, name: str, assessment: Assessment, trust: int = 50) -> Entry:
    return Entry("reply", position, name, name, assessment, pleased(trust))


def test_a_drill_without_replies_comes_to_nothing() -> None:
    result = measure(GRID, OPENING, [])
    assert (result.replies, result.score, result.satisfaction) == (0, None, OPENING.feelings.satisfaction)
    assert not result.shown and result.strategies == {} and set(result.behaviours.values()) == {None}


def test_what_counts_is_the_live_branch(perceived: Perceived) -> None:
    bad = perceived(level=0, red_flags=("insult",))
    log = [reply(1, "a", bad, 10), Entry("replay", 1, "r"), reply(1, "b", perceived(2, acts=("greet",)), 80)]
    result = measure(GRID, OPENING, log)
    assert result.replies == 1 and result.satisfaction == pleased(80).feelings.satisfaction
    assert result.shown.acts == {"greet"} and result.score not in (None, 0)
    assert measure(GRID, OPENING, log[:1]).score == 0


def test_a_strategy_counts_once_a_reply_and_only_where_it_helps(perceived: Perceived) -> None:
    def marks(*strategies: tuple[str, int]) -> tuple[Marker, ...]:
        return tuple(Marker(2 * n, 2 * n + 1, name, sign) for n, (name, sign) in enumerate(strategies))

    log = [
        reply(1, "a", perceived(2, markers=marks(("thanks", 1), ("thanks", 1), ("command", -1)))),
        reply(2, "b", perceived(2, markers=marks(("thanks", 1), ("repair", 1)))),
        reply(3, "c", perceived(0, markers=marks(("thanks", 1)), hostility=("blame",))),
    ]
    assert measure(GRID, OPENING, log).strategies == {"repair": 1, "thanks": 2}


@pytest.mark.parametrize("before, after, improved", [(20, 60, 1), (60, 20, 0), (40, 40, 0)])
def test_only_a_better_try_is_an_improvement(perceived: Perceived, before: int, after: int, improved: int) -> None:
    log = [
        reply(1, "a", perceived(), 50),
        reply(2, "b", perceived(), before),
        Entry("replay", 2, "r"),
        Entry("hint", 2, "h"),
        reply(2, "c", perceived(), after),
        reply(3, "d", perceived(), 90),
    ]
    result = measure(GRID, OPENING, log)
    assert (result.replayed, result.improved) == (1, improved)


def test_a_replay_that_waits_for_its_answer_improved_nothing(perceived: Perceived) -> None:
    result = measure(GRID, OPENING, [reply(1, "a", perceived(), 20), Entry("replay", 1, "r")])
    assert (result.replies, result.replayed, result.improved) == (0, 1, 0)


def test_a_result_reads_back_what_it_wrote(perceived: Perceived) -> None:
    marker = Marker(0, 1, "thanks", 1)
    log = [reply(1, "a", perceived(2, acts=("greet", "explain"), markers=(marker,))), Entry("end", 2, "e")]
    for entries in (log, []):
        result = measure(GRID, OPENING, entries)
        assert Result.from_json(json.loads(json.dumps(result.to_json()))) == result


@pytest.mark.parametrize("plain", [{}, {"shown": {"acts": [], "best": {}}}, {"shown": None}])
def test_what_is_no_result_is_refused(plain: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        Result.from_json(plain)


@pytest.mark.parametrize("seed", range(60))
def test_a_skill_is_read_from_what_was_shown_as_from_each_reply(seed: int, perceived: Perceived) -> None:
    chance = random.Random(seed)
    replies = [
        perceived(
            acts=tuple(chance.sample(ACTS, chance.randrange(4))),
            empathy={name: chance.randrange(3) for name in ("level", *EMPATHY)},
            tone={name: chance.randrange(3) for name in ("level", *TONE)},
        )
        for _ in range(chance.randrange(5))
    ]
    for skill in SKILLS.values():
        each = [
            max(
                [float(not skill.acts.isdisjoint(one.acts))]
                + [{**one.empathy, **one.tone}[name] / 2 for name in skill.levels]
            )
            for one in replies
        ]
        assert skill.used(Shown.of(replies)) == max(each, default=0.0)


@pytest.mark.parametrize("seed", range(60))
def test_the_two_tries_of_a_moment_are_the_one_that_counts_and_one_that_does_not(
    seed: int, perceived: Perceived
) -> None:
    chance = random.Random(seed)
    log: list[Entry] = []
    for number in range(chance.randrange(2, 25)):
        here = len(live(log))
        if here and chance.random() < 0.3:
            log.append(Entry("replay", chance.randint(1, here), f"r{number}"))
        else:
            log.append(reply(here + 1, f"m{number}", perceived()))
    counts = {entry.position: entry for entry in live(log)}
    for position, (before, after) in retried(log).items():
        assert counts[position] is after and before in superseded(log) and before.position == position
