"""actions/coaching/progress.py"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from actions.coaching import path
from actions.coaching.behaviour import SIGNS
from actions.coaching.path import Done
from actions.coaching.progress import PERIODS, STRATEGIES, Grown, Practice, Progress, Trend, earned, tell
from actions.coaching.result import Result, Shown
from actions.storage.library import Library
from bot.settings import ROOT

MONDAY = date(2026, 3, 2)
PATH = path.parse(Library(ROOT / "data").read("path.yml"))


def played(ago: int, replies: int = 4, behaviours: dict[str, int | None] | None = None, **strategies: int) -> Practice:
    """A drill some days after the first Monday."""
    known = {**dict.fromkeys(SIGNS, None), **(behaviours or {})}
    result = Result(replies, 50, 60, Shown(frozenset(), {"warmth": 1}), strategies, known, 0, 0)
    return MONDAY + timedelta(days=ago), result


def line(told: Progress, name: str) -> tuple[int | None, ...]:
    """The values of a trend, whichever kind it is."""
    return next(one.values for one in (*told.behaviours, *told.strategies) if one.name == name)


def test_no_practice_tells_nothing_and_does_not_fail() -> None:
    told = tell([])
    assert (told.drills, told.replies, told.periods, told.grew, told.most) == (0, 0, (), (), None)
    assert all(one.values == () for one in told.behaviours) and told.strategies == ()


def test_a_drill_without_a_reply_counts_for_nothing() -> None:
    assert tell([played(0, replies=0)]) == tell([])


def test_one_drill_says_what_helped_most() -> None:
    told = tell([played(0, behaviours={"attend": 40}, care=1, thanks=3)])
    assert (told.most, told.grew, told.drills, told.replies) == ("thanks", (), 1, 4)
    assert line(told, "attend") == (40,) and line(told, "thanks") == (75,) and line(told, "care") == (25,)


def test_two_drills_already_say_what_grew() -> None:
    told = tell([played(0, behaviours={"attend": 40}, care=1), played(1, behaviours={"attend": 60}, care=3)])
    assert told.grew == (Grown("behaviour", "attend", 40, 60), Grown("strategy", "care", 25, 75))


def test_what_declines_or_hardly_moves_is_not_spoken_of() -> None:
    told = tell([played(0, behaviours={"attend": 60, "dare": 50}), played(1, behaviours={"attend": 20, "dare": 54})])
    assert told.grew == ()


def test_what_was_never_called_for_before_has_not_grown() -> None:
    assert tell([played(0, behaviours={"dare": None}), played(1, behaviours={"dare": 90})]).grew == ()


def test_a_period_is_the_mean_of_what_is_known() -> None:
    week = [
        played(0, behaviours={"dare": 20}),
        played(3, behaviours={"dare": None}),
        played(6, behaviours={"dare": 41}),
    ]
    told = tell([*week, played(7, behaviours={"value": 10})])
    assert told.by == "week" and told.periods == (MONDAY, MONDAY + timedelta(days=7))
    assert line(told, "dare") == (30, None) and line(told, "value") == (None, 10)


def test_a_share_is_of_all_the_replies_of_a_period() -> None:
    told = tell([played(0, replies=1, care=1), played(1, replies=9)])
    assert line(told, "care") == (10,)


def test_a_pause_leaves_no_hole() -> None:
    told = tell([played(0), played(40)])
    assert told.by == "week" and told.periods == (MONDAY, MONDAY + timedelta(days=35))


def test_a_long_time_is_told_by_month() -> None:
    told = tell([played(0), played(1), played(100), played(300)])
    assert told.by == "month" and told.periods == (date(2026, 3, 1), date(2026, 6, 1), date(2026, 12, 1))


def test_the_chart_shows_the_last_periods_and_the_totals_count_everything() -> None:
    told = tell([played(31 * month) for month in range(20)])
    assert len(told.periods) == PERIODS and told.periods[-1] == date(2027, 10, 1)
    assert {len(one.values) for one in told.behaviours} == {PERIODS}
    assert told.drills == 20 and told.replies == 80


def test_few_strategies_are_shown_the_most_used_or_most_grown() -> None:
    often = {f"often_{number}": 3 for number in range(STRATEGIES)}
    told = tell([played(0, **often), played(1, **{**often, "new": 4}, rare=1)])
    names = [one.name for one in told.strategies]
    assert len(names) == STRATEGIES and names[0] == "new" and "rare" not in names


def test_moments_replayed_are_added_up() -> None:
    one = Result(2, None, 50, Shown(), {}, {}, 3, 2)
    told = tell([(MONDAY, one), (MONDAY, one)])
    assert (told.replayed, told.improved) == (6, 4)
    assert told.behaviours == tuple(Trend(name, (None,)) for name in SIGNS)


def done(stage: path.Stage, level: int = 2) -> list[Done]:
    """As many drills as make every skill of `stage` hold, at level 2."""
    acts = frozenset(act for skill in stage.skills for act in PATH.skills[skill].acts) if level == 2 else frozenset()
    best = {name: level for skill in stage.skills for name in PATH.skills[skill].levels} or {"warmth": level}
    return [Done("any.moment", stage.skills, MONDAY, Shown(acts, best)) for _ in range(PATH.recent)]


@pytest.mark.parametrize("stage", PATH.stages, ids=lambda one: one.id)
def test_a_stage_is_earned_by_its_skills_and_a_whole_situation(stage: path.Stage) -> None:
    assert stage.id in earned(PATH, done(stage), {stage.scenarios[0]})
    assert stage.id not in earned(PATH, done(stage), set())
    assert stage.id not in earned(PATH, done(stage, level=0), set(stage.scenarios))
    assert stage.id not in earned(PATH, done(stage), {f"{stage.scenarios[0]}.moment", "elsewhere"})
