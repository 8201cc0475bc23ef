from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from actions.coaching import behaviour, customer, debrief, grid
from actions.coaching.check import seen
from actions.coaching.customer import begin
from actions.coaching.drill import Entry
from actions.coaching.feelings import Change, satisfaction
from nlu.contract import LANGS, Lang, Topics
from tests.coaching.agents import perceive
from tests.coaching.judgement import LIBRARY, entry, react

SLUG = "late-refund"


def write(entries: Sequence[Entry], ending: str = "ended", lang: Lang = "fr", slug: str = SLUG) -> dict[str, Any]:
    scenario = LIBRARY.scenario(slug, lang)
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
    assert [item["value"] for item in found["behaviours"]] == [None] * 5


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


def test_a_quick_drill_has_the_curve_of_its_moment() -> None:
    moment = LIBRARY.scenario(SLUG, "fr").moments["which_day"]
    first = write([feel(1, 40)], "quick", slug=f"{SLUG}.which_day")["curve"][0]
    assert (first["anger"], first["trust"]) == (moment.start.anger, moment.start.trust)


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
    assert write([feel(1, 40, acts=["greet"])])["strength"] == "Votre point d’appui\u00a0: Accueil."


def test_a_red_flag_is_the_next_step_and_no_strength_is_invented() -> None:
    found = write([feel(1, 10, text="Idiote.", red_flags=["insult"], bad={"Idiote": "insult"})])
    assert found["scorecard"]["score"] == 0
    assert found["strength"] == LIBRARY.read("coach/fr.yml")["debrief"]["strength"]["trying"]
    assert "propos insultant" in found["next_step"]


def steps() -> dict[str, str]:
    checks: dict[str, str] = LIBRARY.read("coach/fr.yml")["debrief"]["next_step"]["checks"]
    return checks


def test_the_next_step_is_the_first_check_to_pass_of_the_criterion_that_would_gain_most() -> None:
    assert write([entry(1, "Je regarde.", react(heard=True))])["next_step"] == steps()["acts"]


def test_a_person_who_does_not_feel_heard_comes_before_any_solution() -> None:
    assert write([feel(1, 40)])["next_step"] == steps()["acknowledges"]


def test_the_strength_is_never_what_the_next_step_asks_for() -> None:
    text = "Je comprends que ce soit long. Je m'en occupe."
    good = {"Je comprends que ce soit long": "acknowledgement", "Je m'en occupe": "ownership"}
    found = write([feel(1, 40, text=text, good=good, levels={"reaction": 1})])
    assert found["next_step"] == steps()["specific"]
    assert found["strength"] == "Prise en charge\u00a0: «\u00a0Je m'en occupe\u00a0»"


def test_a_strength_quotes_enough_words_to_be_understood() -> None:
    found = write([feel(1, 40, text="I'll follow this myself until Friday.", good={"myself": "ownership"})])
    assert "«\u00a0I'll follow this myself until Friday\u00a0»" in found["strength"]


def test_words_the_coach_pointed_out_are_no_strength() -> None:
    shown = feel(1, 40, text="Je ne sais pas.", good={"Je ne sais pas": "transparency"}, wording={"sais pas": "(…)"})
    assert write([shown])["strength"] == LIBRARY.read("coach/fr.yml")["debrief"]["strength"]["trying"]


def test_two_moments_never_carry_the_same_why() -> None:
    rise, other = Change("trust", 30, "Vous avez daté."), Change("anger", -9, "Vous avez écouté.")
    decisive = write([feel(1, 60, rise), feel(2, 90, rise, other)])["decisive"]
    assert [moment["why"] for moment in decisive] == ["Vous avez daté.", "Vous avez écouté."]


def test_a_trifle_is_no_decisive_moment() -> None:
    assert [moment["position"] for moment in write([feel(1, 90), feel(2, 86)])["decisive"]] == [1]


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
    assert behaviour.behaviours(hurt)["value"] == 0


def test_a_hurried_person_whose_need_changes_called_for_no_listening_before_it() -> None:
    text, asked = "Y a-t-il des médicaments ?", perceive(topics=Topics(asked=("medicine",)))
    scenario = LIBRARY.scenario("lost-luggage", "fr")
    reaction = customer.react(scenario, scenario.difficulties[0], 7, [(text, asked)])
    assert reaction.need == "warm"
    found = write([Entry("reply", 1, "m1", text, asked, reaction)], slug="lost-luggage")
    assert {each["id"]: each["value"] for each in found["behaviours"]}["attend"] is None


def test_what_had_no_occasion_is_not_counted() -> None:
    opening = behaviour.behaviours(seen([entry(1, "Oui.")]))
    assert (opening["attend"], opening["detail"], opening["dare"]) == (0, None, None)
    hurried = [entry(place, "Oui.", react(need="efficient")) for place in (1, 2)]
    found = behaviour.behaviours(seen(hurried))
    assert (found["attend"], found["detail"], found["dare"]) == (None, 0, 0)
