"""actions/coaching/trial.py: scripted agents, as they are read and as they choose."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from actions.coaching import customer, trial
from actions.coaching.memory import Memory
from actions.coaching.scenario import Scenario, ScenarioError
from actions.coaching.trial import AGENTS, GUIDED, Player, Script
from nlu.contract import LANGS, Lang
from tests.coaching.agents import LIBRARY

REFUND, ABUSE = LIBRARY.scenario("late-refund", "fr"), LIBRARY.scenario("shouting-caller", "fr")
DOUBTS = tuple(REFUND.doubts)
GOOD = Script({
    "hear": ("Je vous entends.", "Je vois."), "ask": ("Votre numéro ?",), "propose": ("Je rembourse.", "J’insiste."),
    **{f"doubts.{name}": (f"Au sujet de {name}.",) for name in DOUBTS}, "close": ("Au revoir.",),
})  # fmt: skip
RUDE = Script({"say": ("Un.", "Deux.", "Trois.")})


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("slug", LIBRARY.slugs())
def test_every_scenario_of_ours_is_tried_by_five_agents(slug: str, lang: Lang) -> None:
    scenario = LIBRARY.scenario(slug, lang)
    scripts = trial.parse(LIBRARY.trial(slug, lang), lang, scenario)
    assert tuple(scripts) == AGENTS
    for name in GUIDED:
        answered = {kind.partition(".")[2] for kind in scripts[name].replies if kind.startswith("doubts.")}
        assert answered == set(scenario.doubts)
        assert ("ask" in scripts[name].replies) is bool(scenario.needed)
        assert ("limit" in scripts[name].replies) is ("abusive" in scenario.kinds)
    texts = [text for script in scripts.values() for text in script.texts]
    assert len(set(texts)) == len(texts), "what two agents say alike cannot tell them apart"


def test_a_script_gives_all_its_texts() -> None:
    assert RUDE.texts == ("Un.", "Deux.", "Trois.")
    assert len(GOOD.texts) == 6 + len(DOUBTS)


Spoil = Callable[[dict[str, Any]], object]
FAULTS: list[tuple[Spoil, str]] = [
    (lambda page: page.update(agent={}), "'agent' is not a key I know: did you mean 'agents'?"),
    (lambda page: page.pop("agents"), "'agents' is missing or is not a block"),
    (lambda page: page["agents"].pop("gaming"), "'agents.gaming' is missing or is not a block"),
    (lambda page: page["agents"].update(hostyle={}), "'agents.hostyle' is not a key I know: did you mean 'hostile'?"),
    (lambda page: page["agents"]["hostile"].update(hear=["Non."]), "'agents.hostile.hear' is not a key I know"),
    (lambda page: page["agents"]["hostile"].update(say=["Non."]), "'agents.hostile.say' has 1 of at least 6 lines"),
    (lambda page: page["agents"]["cold"].update(say=["Non."]), "'agents.cold.say' is not a key I know"),
    (lambda page: page["agents"]["cold"].update(hear=["Oui."]), "'agents.cold.hear' has 1 of at least 2 lines"),
    (lambda page: page["agents"]["cold"].pop("ask"), "'agents.cold.ask' has 0 of at least 1 lines"),
    (lambda page: page["agents"]["cold"].pop("close"), "'agents.cold.close' has 0 of at least 1 lines"),
    (lambda page: page["agents"]["cold"].update(propose=["Bon.", "Bon."]), "'agents.cold.propose' holds the same line"),
    (lambda page: page["agents"]["cold"].update(propose=["Bon.", 12]), "'agents.cold.propose' must be a list of texts"),
    (lambda page: page["agents"]["cold"].pop("doubts"), "'agents.cold.doubts' is missing or is not a block"),
    (
        lambda page: page["agents"]["cold"]["doubts"].pop(DOUBTS[0]),
        f"'agents.cold.doubts.{DOUBTS[0]}' has 0 of at least",
    ),
    (
        lambda page: page["agents"]["cold"]["doubts"].update(hue=["Bleu."]),
        "'agents.cold.doubts.hue' is not a key I know",
    ),
]


@pytest.mark.parametrize(("spoil", "sentence"), FAULTS)
def test_a_fault_names_file_key_and_fix(spoil: Spoil, sentence: str) -> None:
    page = copy.deepcopy(dict(LIBRARY.trial("late-refund", "fr")))
    spoil(page)
    with pytest.raises(ScenarioError, match=f"^trial\\.fr\\.yml(, line \\d+)?: {re.escape(sentence)}"):
        trial.parse(page, "fr", REFUND)


def test_a_limit_is_set_where_there_is_abuse() -> None:
    page = copy.deepcopy(dict(LIBRARY.trial("shouting-caller", "fr")))
    del page["agents"]["decent"]["limit"]
    with pytest.raises(ScenarioError, match=r"'agents\.decent\.limit' has 0 of at least 1 lines"):
        trial.parse(page, "fr", ABUSE)
    assert "limit" not in trial.parse(LIBRARY.trial("late-refund", "fr"), "fr", REFUND)["cold"].replies


def test_nothing_is_asked_where_no_solution_needs_a_fact() -> None:
    page = copy.deepcopy(dict(LIBRARY.trial("late-refund", "fr")))
    for name in GUIDED:
        del page["agents"][name]["ask"]
    assert "ask" not in trial.parse(page, "fr", replace(REFUND, solutions={}))["cold"].replies


def memory(scenario: Scenario = REFUND, heard: bool = False, told: bool = False, **facts: Any) -> Memory:
    """What a customer remembers somewhere in a drill: unless told otherwise, unheard and asked for nothing yet."""
    _, found = customer.meet(scenario, "hard", 0)
    found.position, found.feelings = 2, replace(found.feelings, heard=heard)
    found.told.update(scenario.needed if told else ())
    for name, value in facts.items():
        setattr(found, name, value)
    return found


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (memory(position=0), "Je vous entends."),
        (memory(position=0, heard=True, told=True), "Je vous entends."),
        (memory(), "Je vous entends."),
        (memory(told=True), "Je vous entends."),
        (memory(heard=True), "Votre numéro ?"),
        (memory(need="efficient"), "Votre numéro ?"),
        (memory(heard=True, told=True), "Je rembourse."),
        (memory(doubt=DOUBTS[1]), f"Au sujet de {DOUBTS[1]}."),
        (memory(heard=True, agreed="refund_now", doubt=None), "Au revoir."),
    ],
)
def test_a_guided_agent_does_what_fits(before: Memory, said: str) -> None:
    assert Player(GOOD).reply(before, REFUND) == said


def test_it_goes_on_once_it_has_nothing_left_of_a_kind() -> None:
    unheard = Player(GOOD)
    assert [unheard.reply(memory(), REFUND) for _ in range(5)] == [
        "Je vous entends.", "Je vois.", "Votre numéro ?", "Je rembourse.", "J’insiste.",
    ]  # fmt: skip
    doubted = Player(GOOD)
    assert [doubted.reply(memory(doubt=DOUBTS[0]), REFUND) for _ in range(3)] == [
        f"Au sujet de {DOUBTS[0]}.", "Je rembourse.", "J’insiste.",
    ]  # fmt: skip


def test_with_nothing_left_at_all_it_proposes_again() -> None:
    player = Player(GOOD, dict.fromkeys(GOOD.replies, 9))
    assert [player.reply(memory(), REFUND) for _ in range(3)] == ["Je rembourse.", "J’insiste.", "Je rembourse."]


def test_an_agent_that_is_not_guided_says_what_it_has_to_say_whatever_happens() -> None:
    player = Player(RUDE)
    states = [memory(position=0), memory(doubt=DOUBTS[0]), memory(agreed="refund_now"), memory(heard=True), memory()]
    assert [player.reply(each, REFUND) for each in states] == ["Un.", "Deux.", "Trois.", "Un.", "Deux."]


def test_abuse_is_met_with_a_limit_first() -> None:
    script = replace(GOOD, replies={**GOOD.replies, "limit": ("Restons polis.",)})
    player = Player(script)
    abused = memory(ABUSE, move="abuse")
    assert [player.reply(abused, ABUSE) for _ in range(2)] == ["Restons polis.", "Je vous entends."]
    assert Player(RUDE).reply(abused, ABUSE) == "Un."


def test_a_player_is_never_at_a_loss() -> None:
    for script in trial.parse(LIBRARY.trial("shouting-caller", "fr"), "fr", ABUSE).values():
        player = Player(script)
        for state in (memory(ABUSE, move="abuse"), memory(ABUSE), memory(ABUSE, heard=True, told=True)) * 10:
            assert player.reply(state, ABUSE).strip()
