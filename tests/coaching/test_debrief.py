from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from actions.coaching import behaviour, debrief, grid
from actions.coaching.check import seen
from actions.coaching.customer import begin
from actions.coaching.drill import Entry
from actions.coaching.feelings import Change, satisfaction
from nlu.contract import LANGS, Lang
from tests.coaching.judgement import LIBRARY, entry, react

SLUG = "late-refund"


def write(entries: Sequence[Entry], ending: str = "ended", lang: Lang = "fr") -> dict[str, Any]:
    scenario = LIBRARY.scenario(SLUG, lang)
    sheet = grid.parse(LIBRARY.read("grids/default/grid.yml"), LIBRARY.read(f"grids/default/{lang}.yml"))
    phrases = LIBRARY.read(f"coach/{lang}.yml")
    return debrief.write(scenario, sheet, phrases, scenario.difficulties[0], 7, entries, ending)


def feel(position: int, trust: int, *changes: Change, text: str = "Je regarde.", **perceived: Any) -> Entry:
    """A reply after which the customer trusts this much: satisfaction follows trust alone."""
    return entry(position, text, react(f"Ligne {position}", trust=trust, changes=changes), **perceived)


@pytest.mark.parametrize("lang", LANGS)
def test_a_drill_ended_at_once_gets_kind_words(lang: Lang) -> None:
    found = write([Entry("end", 1, "e")], lang=lang)
    phrases = LIBRARY.read(f"coach/{lang}.yml")["debrief"]
    assert found["scorecard"]["score"] is None
    assert found["strength"] == phrases["strength"]["begun"]
    assert found["next_step"] == phrases["next_step"]["begun"]
    assert found["decisive"] == []
    assert [point["position"] for point in found["curve"]] == [0]
    assert [item["value"] for item in found["behaviours"]] == [0] * 5


def test_the_payload_has_the_keys_of_the_contract_and_is_plain_json() -> None:
    found = write([feel(1, 40)])
    assert {
        "ending", "ending_label", "scorecard", "curve", "decisive", "strength", "next_step", "verdict", "replayed",
        "behaviours",
    } <= {*found}  # fmt: skip
    assert json.loads(json.dumps(found)) == found
    assert found["verdict"]["simulated"] is True
    assert len(found["verdict"]["reasons"]) == 3


@pytest.mark.parametrize("ending", ["served", "gave_up", "hung_up", "ended", "quick"])
def test_every_ending_has_its_label(ending: str) -> None:
    assert write([], ending)["ending_label"] == LIBRARY.read("coach/fr.yml")["labels"]["endings"][ending]


def test_the_curve_starts_before_the_first_reply() -> None:
    scenario = LIBRARY.scenario(SLUG, "fr")
    opening = begin(scenario, scenario.difficulties[0], 7).feelings
    curve = write([feel(1, 40), feel(2, 55)])["curve"]
    assert [point["position"] for point in curve] == [0, 1, 2]
    assert curve[0]["satisfaction"] == satisfaction(opening)
    assert [point["trust"] for point in curve[1:]] == [40, 55]


def test_one_moment_up_and_one_down_in_the_order_they_came() -> None:
    steps = [feel(1, 20), feel(2, 60), feel(3, 58), feel(4, 90), feel(5, 60)]
    decisive = write(steps)["decisive"]
    assert [(moment["position"], moment["delta"] > 0) for moment in decisive] == [(2, True), (5, False)]


def test_without_a_fall_the_two_best_rises_are_kept() -> None:
    scenario = LIBRARY.scenario(SLUG, "fr")
    trust = begin(scenario, scenario.difficulties[0], 7).feelings.trust
    decisive = write([feel(1, trust + 40), feel(2, trust + 45), feel(3, trust + 60)])["decisive"]
    assert [moment["position"] for moment in decisive] == [1, 3]


def test_a_moment_says_what_was_said_and_why() -> None:
    fall = Change("anger", 9, "Vous l'avez coupée.")
    rise = Change("trust", 30, "Vous avez daté.")
    moment = write([feel(1, 20), feel(2, 80, fall, rise, text="Jeudi, 18 h.")])["decisive"][-1]
    assert {**moment, "delta": 0} == {
        "position": 2, "text": "Jeudi, 18 h.", "line": "Ligne 2", "delta": 0, "why": "Vous avez daté.",
    }  # fmt: skip


def test_a_moment_without_a_told_change_is_still_explained() -> None:
    moment = write([feel(1, 20), feel(2, 80)])["decisive"][-1]
    assert moment["why"] == LIBRARY.read("coach/fr.yml")["debrief"]["decisive"]["up"]


def test_only_the_live_branch_is_scored_and_replays_are_counted() -> None:
    insulted = feel(1, 10, text="Idiote.", red_flags=["insult"])
    log = [insulted, Entry("replay", 1, "r1"), Entry("reply", 1, "again", *_said(feel(1, 60)))]
    found = write(log)
    assert found["replayed"] == 1
    assert found["scorecard"]["stopped_by"] is None
    assert len(found["curve"]) == 2


def _said(taken: Entry) -> tuple[Any, ...]:
    return taken.text, taken.assessment, taken.reaction


def test_a_strength_is_named_with_the_agent_s_words() -> None:
    shown = {"Bonjour": "greeting", "Je m'en occupe": "ownership"}
    first = feel(1, 40, text="Bonjour Madame. Je m'en occupe.", good=shown)
    found = write([first, feel(2, 50, text="Bonjour encore.", good={"Bonjour": "greeting"})])
    assert found["strength"] == "Prise en charge\u00a0: «\u00a0Je m'en occupe\u00a0»"


def test_without_a_strategy_the_best_criterion_is_the_strength() -> None:
    assert write([feel(1, 40, acts=["greet"])])["strength"] == "Accueil."


def test_a_red_flag_is_the_next_step_and_no_strength_is_invented() -> None:
    found = write([feel(1, 10, text="Idiote.", red_flags=["insult"], bad={"Idiote": "insult"})])
    assert found["scorecard"]["score"] == 0
    assert found["strength"] == LIBRARY.read("coach/fr.yml")["debrief"]["strength"]["trying"]
    assert "propos insultant" in found["next_step"]


def test_the_next_step_is_the_criterion_that_would_gain_most() -> None:
    found = write([feel(1, 40)])
    assert found["next_step"] == LIBRARY.read("coach/fr.yml")["debrief"]["next_step"]["criteria"]["treatment"]


def test_when_all_is_met_the_next_step_is_a_harder_run() -> None:
    levels = {"reaction": 2, "interpretation": 2, "exploration": 2, "warmth": 2, "courtesy": 2, "clarity": 2}
    acts = ["greet", "reformulate", "propose", "own", "personalise"]
    done = entry(1, "Voilà.", react(heard=True, promises=("refund",)), levels=levels, acts=acts)
    assert write([done])["next_step"] == LIBRARY.read("coach/fr.yml")["debrief"]["next_step"]["onward"]


def test_behaviours_are_worth_breadth_and_constancy() -> None:
    one = seen([entry(1, "Voici.", acts=["own"]), entry(2, "Oui."), entry(3, "Oui."), entry(4, "Oui.")])
    assert behaviour.behaviours(one)["dare"] == 50  # one sign of two, one reply in four
    both = seen([entry(1, "Voici.", acts=["own", "propose"]), entry(2, "Oui.")])
    assert behaviour.behaviours(both)["dare"] == 100


def test_behaviours_do_not_grow_with_repetition() -> None:
    few = seen([entry(1, "Merci.", acts=["thank", "recognise"]), entry(2, "Oui.")])
    many = seen([entry(position, "Merci.", acts=["thank", "recognise"]) for position in (1, 2)])
    assert behaviour.behaviours(few)["value"] == behaviour.behaviours(many)["value"] == 100


def test_a_reply_that_hurts_shows_no_behaviour() -> None:
    hurt = seen([entry(1, "Merci bien.", acts=["thank"], hostility=["sarcasm"])])
    assert set(behaviour.behaviours(hurt).values()) == {0}
