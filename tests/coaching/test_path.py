"""actions/coaching/path.py, on the real path and library, and `data/path.yml` itself."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from actions.coaching import path
from actions.coaching.path import Done, Proposal, Shows, Standing
from actions.coaching.result import Shown
from actions.coaching.scenario import SKILLS, Scenario, ScenarioError
from nlu.contract import LANGS, Assessment, Lang
from tests.coaching.agents import LIBRARY, perceive

ENTRIES = LIBRARY.read("path.yml")
TODAY = date(2026, 11, 22)
MADE = perceive(acts=("greet", "own", "explain"))
MISSED = perceive()


def moments(*trained: str, slug: str = "late-refund", skills: tuple[str, ...] = ("own",)) -> Scenario:
    """A scenario with a quick drill for each of these skills, named after it."""
    scenario = LIBRARY.scenario("late-refund", "fr")
    one = next(iter(scenario.moments.values()))
    made = {name: replace(one, id=name, trains=name) for name in trained}
    return replace(scenario, slug=slug, skills=skills, moments=made)


def stage(name: str, *skills: str, closed_by: Iterable[str] = ()) -> path.Stage:
    """A step of a path."""
    return path.Stage(name, skills, tuple(closed_by))


PATH = replace(
    path.parse(ENTRIES),
    stages=(
        stage("first", "welcome", "own", closed_by=["whole", "other"]),
        stage("last", "explain", closed_by=["end"]),
    ),
    mastered=0.6,
    recent=5,
    spacing=(1, 3, 7, 21),
)
SHELF = [moments("welcome", "own", "explain"), moments(slug="whole"), moments(slug="end", skills=("explain", "own"))]


def done(*skills: str, ago: int = 0, slug: str = "late-refund.x", reply: Assessment | None = MADE) -> Done:
    """A drill that trained these skills some days ago."""
    return Done(slug, skills, TODAY - timedelta(days=ago), Shown.of([reply] if reply else []))


def proposed(*drills: Done, library: Sequence[Scenario] = SHELF, day: date = TODAY, quick: bool = False) -> Proposal:
    """What comes next."""
    found = path.propose(PATH, library, drills, day, quick)
    assert found is not None
    return found


def test_the_first_drill_is_the_first_skill() -> None:
    assert proposed() == Proposal("late-refund.welcome", "welcome", "first", "first")


def test_a_skill_not_met_yet_comes_next() -> None:
    assert proposed(done("welcome")) == Proposal("late-refund.own", "own", "first", "weakest")


def test_of_those_that_are_due_the_weakest_comes_first() -> None:
    strong, weak = done("welcome", ago=9), done("own", ago=9, reply=MISSED)
    for drills in ((strong, weak), (weak, strong)):
        assert proposed(*drills) == Proposal("late-refund.own", "own", "first", "again")


def test_equal_skills_come_in_the_order_of_the_path() -> None:
    drills = [done("own", ago=9, reply=MISSED), done("welcome", ago=9, reply=MISSED)]
    assert proposed(*drills).skill == "welcome"


def test_what_was_met_today_waits_until_tomorrow() -> None:
    missed = [done("welcome", reply=MISSED), done("own", reply=MISSED)]
    assert proposed(*missed) == Proposal("late-refund.explain", "explain", "last", "weakest")
    assert proposed(*missed, day=TODAY + timedelta(days=1)) == Proposal(
        "late-refund.welcome", "welcome", "first", "again"
    )


def test_days_between_grow_each_day_a_skill_holds() -> None:
    ago, drills = 40, []
    for wait in (1, 3, 7, 21, 21):
        drills.append(done("own", ago=ago))
        assert path.standing(PATH, "own", drills) == Standing(1.0, len(drills), drills[-1].day + timedelta(days=wait))
        ago -= 2


def test_twice_in_a_day_is_one_day() -> None:
    drills = [done("own", ago=5), done("own", ago=5), done("own", ago=5)]
    assert path.standing(PATH, "own", drills) == Standing(1.0, 3, drills[0].day + timedelta(days=1))


def test_a_skill_that_does_not_hold_comes_back_the_next_day() -> None:
    drills = [done("own", ago=9), done("own", ago=6, reply=MISSED), done("own", ago=3, reply=MISSED)]
    found = path.standing(PATH, "own", drills)
    assert found.strength == pytest.approx(1 / 3) and found.due == drills[-1].day + timedelta(days=1)


def test_a_skill_is_judged_on_its_recent_drills() -> None:
    begun = [done("own", ago=30 - number, reply=MISSED) for number in range(5)]
    since = [done("own", ago=10 - number) for number in range(5)]
    assert path.standing(PATH, "own", begun).strength == 0.0
    assert path.standing(PATH, "own", [*begun, *since[:3]]).strength == 0.6
    assert path.standing(PATH, "own", [*begun, *since]).strength == 1.0


def test_what_never_met_a_skill_tells_nothing_of_it() -> None:
    never = Standing(0.0, 0, None)
    assert path.standing(PATH, "own", []) == never
    assert path.standing(PATH, "own", [done("welcome"), done("own", reply=None)]) == never


@pytest.mark.parametrize(
    ("skill", "replies", "strength"),
    [
        ("own", [], 0.0),
        ("own", [MISSED], 0.0),
        ("own", [MISSED, perceive(acts=("own",)), MISSED], 1.0),
        ("acknowledge", [perceive(empathy=(0, 1, 2))], 0.5),
        ("acknowledge", [perceive(empathy=(0, 1, 0)), perceive(empathy=(0, 2, 0))], 1.0),
        ("ask_open", [perceive(empathy=(2, 2, 0))], 0.0),
        ("ask_open", [perceive(acts=("ask_open",), empathy=(0, 0, 1))], 1.0),
        ("concise", [perceive(tone=(2, 2, 2, 1))], 0.5),
        ("refuse_well", [perceive(acts=("propose",))], 1.0),
    ],
)
def test_a_skill_was_used_by_its_acts_or_as_far_as_its_levels(
    skill: str, replies: list[Assessment], strength: float
) -> None:
    assert PATH.skills[skill].used(Shown.of(replies)) == strength


def test_a_quick_drill_not_played_yet_comes_first_then_the_oldest() -> None:
    shelf = [moments("own", slug=slug) for slug in ("a", "b", "c")]
    played = [done("welcome")]
    for slug in ("a", "b", "c", "a", "b"):
        found = proposed(*played, library=shelf)
        assert (found.slug, found.skill) == (f"{slug}.own", "own")
        played.append(done("else", slug=found.slug))


def test_a_skill_without_a_quick_drill_is_passed_over() -> None:
    assert proposed(library=[moments("explain")]) == Proposal("late-refund.explain", "explain", "last", "first")


FIRST_HELD = (done("welcome"), done("own"))


def test_a_stage_whose_skills_hold_closes_with_a_whole_scenario() -> None:
    assert proposed(*FIRST_HELD) == Proposal("whole", "welcome", "first", "stage")
    assert proposed(*FIRST_HELD, done("own", slug="whole")).skill == "explain"


def test_a_stage_scenario_that_the_library_lacks_is_passed_over() -> None:
    assert proposed(*FIRST_HELD, library=[*SHELF[:1], moments(slug="other")]).slug == "other"
    assert proposed(*FIRST_HELD, library=SHELF[:1]) == Proposal("late-refund.explain", "explain", "last", "weakest")


def test_a_stage_with_a_skill_that_does_not_hold_is_not_closed() -> None:
    assert proposed(done("welcome"), done("own", reply=MISSED)).slug == "late-refund.explain"


def test_a_skill_due_again_comes_before_the_next_stage() -> None:
    drills = [done("welcome", ago=2), done("own"), done("own", slug="whole")]
    assert proposed(*drills) == Proposal("late-refund.welcome", "welcome", "first", "again")


def test_at_the_end_one_goes_on_with_what_was_not_played_then_with_the_oldest() -> None:
    drills = [*FIRST_HELD, done("own", slug="whole"), done("explain"), done("own", slug="end")]
    assert proposed(*drills) == Proposal("late-refund", "own", "last", "onward")
    drills.append(done("own", slug="late-refund"))
    assert proposed(*drills) == Proposal("whole", "own", "last", "onward")
    drills.append(done("own", slug="whole"))
    assert proposed(*drills) == Proposal("end", "explain", "last", "onward")


def test_whoever_wants_a_quick_drill_is_given_no_whole_scenario() -> None:
    assert proposed(quick=True) == proposed()
    assert proposed(*FIRST_HELD, quick=True) == Proposal("late-refund.explain", "explain", "last", "weakest")
    drills = [done(name, slug=f"late-refund.{name}") for name in ("explain", "own", "welcome")]
    assert proposed(*drills, quick=True) == Proposal("late-refund.explain", "explain", "last", "onward"), "the oldest"
    assert proposed(*drills, done("own", slug="late-refund.explain"), quick=True).slug == "late-refund.own"


def test_an_empty_library_has_nothing_to_propose() -> None:
    assert path.propose(PATH, [], [], TODAY) is None
    assert path.propose(PATH, [moments(slug="whole")], [], TODAY, quick=True) is None


def test_progress_is_the_share_of_skills_that_hold() -> None:
    assert path.progress(PATH, []) == {"first": 0.0, "last": 0.0}
    assert path.progress(PATH, [done("welcome"), done("own", reply=MISSED)]) == {"first": 0.5, "last": 0.0}
    assert path.progress(PATH, [done("welcome", "own", "explain", ago=100)]) == {"first": 1.0, "last": 1.0}


FAULTS: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda page: page.update(stage=[]), "path.yml: 'stage' is not a key I know: did you mean 'stages'?"),
    (lambda page: page["stages"][0].update(skills=["sing"]), "'stages.0.skills' holds 'sing'"),
    (lambda page: page["stages"][0].update(skills=[]), "'stages.0.skills' has 0 of at least 1 lines"),
    (lambda page: page["stages"][0].pop("id"), "'stages.0.id' is missing or is not text"),
    (lambda page: page["skills"]["own"].update(acts=["sing"]), "'skills.own.acts' holds 'sing'"),
    (lambda page: page["skills"]["own"].update(levels=["charm"]), "'skills.own.levels' holds 'charm'"),
    (lambda page: page["mastered"].update(value=2), "'mastered.value' must be a number from 0 to 1"),
    (lambda page: page.pop("recent"), "path.yml: 'recent' is missing or is not a block"),
]


@pytest.mark.parametrize(("spoil", "sentence"), FAULTS)
def test_a_fault_names_key_and_fix(spoil: Callable[[dict[str, Any]], object], sentence: str) -> None:
    page = copy.deepcopy(dict(ENTRIES))
    spoil(page)
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        path.parse(page)


def test_our_path_holds_every_skill_once_and_knows_how_each_shows() -> None:
    found = path.parse(ENTRIES)
    assert Counter(skill for one in found.stages for skill in one.skills) == Counter(SKILLS)
    assert set(found.skills) == set(SKILLS)
    assert all(shown.acts or shown.levels for shown in found.skills.values())
    assert Shows(frozenset({"greet"}), ()) == found.skills["welcome"]
    assert len({one.id for one in found.stages}) == len(found.stages)
    assert list(found.spacing) == sorted(found.spacing)


def test_the_scenarios_that_close_our_stages_are_in_the_library() -> None:
    closing = [slug for one in path.parse(ENTRIES).stages for slug in one.scenarios]
    assert len(set(closing)) == len(closing) and set(closing) <= set(LIBRARY.slugs())
    assert not [slug for slug in closing if LIBRARY.scenario(slug, "fr").kinds & {"abusive", "manager"}]


@pytest.mark.parametrize("lang", LANGS)
def test_every_skill_of_our_path_has_a_quick_drill(lang: Lang) -> None:
    trained = {moment.trains for scenario in LIBRARY.scenarios(lang) for moment in scenario.moments.values()}
    assert trained == set(SKILLS)


@pytest.mark.parametrize("lang", LANGS)
def test_whoever_does_everything_right_comes_to_the_end_of_our_path(lang: Lang) -> None:
    ours, library = path.parse(ENTRIES), LIBRARY.scenarios(lang)
    right = perceive(lang, (2, 2, 2), (2, 2, 2, 2), acts={act for shown in ours.skills.values() for act in shown.acts})
    drills: list[Done] = []
    stages: list[str] = []
    for day in range(60):
        found = path.propose(ours, library, drills, TODAY + timedelta(days=day))
        assert found is not None
        skills = LIBRARY.scenario(found.slug, lang).skills
        assert found.why != "onward" or set(path.progress(ours, drills).values()) == {1.0}
        assert (found.why == "first") is (day == 0)
        stages.append(found.stage)
        drills.append(Done(found.slug, skills, TODAY + timedelta(days=day), Shown.of([right])))
    assert list(dict.fromkeys(stages)) == [one.id for one in ours.stages]
    played = {drill.slug for drill in drills}
    assert played >= {slug for one in ours.stages for slug in one.scenarios}
