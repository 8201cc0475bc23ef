"""Scenarios: what the files hold, and what the author reads when something is wrong."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from actions.coaching.scenario import HINTS, Scenario, ScenarioError, parse
from actions.coaching.temper import DIFFICULTIES, EFFECTS
from nlu.contract import LANGS, Lang
from tests.coaching.agents import LIBRARY

LOGIC, WORDS = LIBRARY.read("scenarios/late-refund/scenario.yml"), LIBRARY.read("scenarios/late-refund/fr.yml")
RULES = LIBRARY.read("customer.yml")
EVERY = [LIBRARY.scenario(slug, lang) for slug in LIBRARY.slugs() for lang in LANGS]


def name(scenario: Scenario) -> str:
    return f"{scenario.slug}-{scenario.lang}"


def test_a_scenario_is_read() -> None:
    scenario = parse(LOGIC, WORDS, "fr", RULES)
    assert (scenario.slug, scenario.version, scenario.lang, scenario.need) == ("late-refund", 1, "fr", "warm")
    assert scenario.difficulties == DIFFICULTIES
    assert scenario.brief.may_grant and scenario.brief.knows
    assert len(scenario.hints) == len(HINTS)
    assert scenario.model.strong.reply != scenario.model.weak.reply
    assert scenario.needed == {"order_number"}


def _without(page: dict[str, Any], *path: str) -> None:
    for key in path[:-1]:
        page = page[key]
    del page[path[-1]]


def _set(page: dict[str, Any], value: object, *path: str) -> None:
    for key in path[:-1]:
        page = page[key]
    page[path[-1]] = value


LOGIC_FAULTS: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (lambda page: _without(page, "need"), "scenario.yml: 'need' must be one of: warm, efficient."),
    (lambda page: _set(page, "tiède", "need"), "scenario.yml: 'need' must be one of: warm, efficient."),
    (lambda page: _set(page, 5, "nede"), "scenario.yml: 'nede' is not a key I know: did you mean 'need'?"),
    (
        lambda page: _set(page, 200, "persona", "start", "anger"),
        "scenario.yml: 'persona.start.anger' must be a number from 0 to 100.",
    ),
    (lambda page: _set(page, [], "difficulties"), "scenario.yml: 'difficulties' has 0 of at least 1 lines"),
    (lambda page: _set(page, ["easy"], "difficulties"), "scenario.yml: 'difficulties' holds 'easy'"),
    (
        lambda page: _set(page, {}, "solutions"),
        "scenario.yml: 'solutions' has nothing the customer would accept",
    ),
    (
        lambda page: _set(page, ["shoe_size"], "solutions", "refund_now", "needs"),
        "scenario.yml: 'solutions.refund_now.needs' holds 'shoe_size'",
    ),
    (lambda page: _set(page, ["sing"], "doubts", "when", "settled_by"), "'doubts.when.settled_by' holds 'sing'"),
    (lambda page: _without(page, "facts", "proof"), "fr.yml: 'facts.proof' is not in scenario.yml"),
    (lambda page: _set(page, {}, "facts", "colour"), "fr.yml: 'facts.colour' is missing or is not a block"),
]
WORDS_FAULTS: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (lambda page: _without(page, "title"), "fr.yml: 'title' is missing or is not text"),
    (lambda page: _set(page, "  ", "title"), "fr.yml: 'title' is missing or is not text"),
    (lambda page: _set(page, 12, "brief", "goal"), "fr.yml: 'brief.goal' is missing or is not text"),
    (lambda page: _set(page, "un avoir", "brief", "may_grant"), "fr.yml: 'brief.may_grant' must be a list of texts"),
    (lambda page: _without(page, "facts", "proof", "cues"), "fr.yml: 'facts.proof.cues' has 0 of at least 1 lines"),
    (lambda page: _set(page, ["Bonjour.", "Bonjour."], "lines", "open"), "fr.yml: 'lines.open' holds the same line"),
    (lambda page: _set(page, ["Bonjour."], "lines", "open"), "fr.yml: 'lines.open' needs at least 3 lines"),
    (lambda page: _set(page, ["Hé."], "lines", "shout"), "fr.yml: 'lines.shout' is not a key I know"),
    (lambda page: _set(page, {"furious": ["!"]}, "lines", "vent"), "fr.yml: 'lines.vent.furious' is not a key I know"),
    (lambda page: _without(page, "solutions", "voucher", "refuse"), "fr.yml: 'solutions.voucher.refuse' has 0 of"),
    (lambda page: _without(page, "hints", "closing"), "fr.yml: 'hints.closing' is missing or is not text"),
    (lambda page: _set(page, {"shy": "Gêne"}, "bands"), "fr.yml: 'bands.shy' is not a key I know"),
    (lambda page: _without(page, "model", "weak"), "fr.yml: 'model.weak' is missing or is not a block"),
]
RULES_FAULTS: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (lambda page: _without(page, "effects", "waited"), "customer.yml: 'effects.waited' is missing"),
    (lambda page: _without(page, "fr", "effects", "waited", "why"), "'fr.effects.waited.why' is missing"),
    (lambda page: _set(page, "{fact}", "fr", "effects", "waited", "why"), "may hold {topic} and {name} between braces"),
    (lambda page: _set(page, ["Hum."], "fr", "lines", "spare", "any"), "'fr.lines.spare' needs at least 14"),
    (lambda page: _set(page, "loud", "difficulties", "hard", "harm"), "'difficulties.hard.harm' must be a number"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "sentence"), LOGIC_FAULTS)
def test_a_fault_in_the_logic_names_key_and_fix(spoil: Callable[[dict[str, Any]], None], sentence: str) -> None:
    page = copy.deepcopy(dict(LOGIC))
    spoil(page)
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        parse(page, WORDS, "fr", RULES)


@pytest.mark.parametrize(("spoil", "sentence"), WORDS_FAULTS)
def test_a_fault_in_the_words_names_key_and_fix(spoil: Callable[[dict[str, Any]], None], sentence: str) -> None:
    page = copy.deepcopy(dict(WORDS))
    spoil(page)
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        parse(LOGIC, page, "fr", RULES)


@pytest.mark.parametrize(("spoil", "sentence"), RULES_FAULTS)
def test_a_fault_in_the_constants_names_key_and_fix(spoil: Callable[[dict[str, Any]], None], sentence: str) -> None:
    page = copy.deepcopy(dict(RULES))
    spoil(page)
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        parse(LOGIC, WORDS, "fr", page)


def test_every_constant_has_its_reason_beside_it() -> None:
    for block in (RULES["drill"]["numbers"], RULES["difficulties"], RULES["effects"]):
        for entry in block.values():
            assert entry["because"]


def test_a_broken_promise_costs_twice_a_bare_refusal() -> None:
    refused, broken = (dict(RULES["effects"][key]) for key in ("refused", "broken"))
    for feeling in ("anger", "anxiety", "trust", "patience"):
        assert broken[feeling] == 2 * refused[feeling]


@pytest.mark.parametrize("lang", LANGS)
def test_every_effect_has_its_words(lang: Lang) -> None:
    said = RULES[lang]["effects"]
    assert set(said) == set(EFFECTS)
    assert len({entry["reason"] for entry in said.values()}) == len(said)


def lines(scenario: Scenario) -> Iterator[str]:
    """Everything the customer may say in a scenario."""
    for bands in (*scenario.lines.values(), *scenario.temper.lines.values()):
        for wordings in bands.values():
            yield from wordings
    for fact in scenario.facts.values():
        yield from (*fact.says, *fact.again, *fact.offered)
    for solution in scenario.solutions.values():
        yield from (*solution.accept, *solution.refuse)
    for doubt in scenario.doubts.values():
        yield from doubt.asks


@pytest.mark.parametrize("scenario", EVERY, ids=name)
def test_no_line_is_written_twice(scenario: Scenario) -> None:
    said = list(lines(scenario))
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("scenario", [one for one in EVERY if one.lang == "fr"], ids=name)
def test_french_typography(scenario: Scenario) -> None:
    for line in (*lines(scenario), *scenario.hints, *scenario.brief.knows, *scenario.brief.may_grant):
        assert not re.search(r"[^\s\u00a0] ?[?!;»]|« |[^\d\s\u00a0]:", line), line


@pytest.mark.parametrize("scenario", [one for one in EVERY if one.lang == "fr"], ids=name)
def test_french_lines_do_not_guess_the_gender_of_the_agent(scenario: Scenario) -> None:
    guess = re.compile(
        r"\b[Vv]ous êtes (sûre?|certaine?|obligée?|désolée?|prête?|gentille?)\b|\b(Monsieur|madame l'agent)\b"
    )
    for line in lines(scenario):
        assert not guess.search(line), line


@pytest.mark.parametrize("slug", LIBRARY.slugs())
def test_both_languages_say_as_much(slug: str) -> None:
    french, english = (LIBRARY.scenario(slug, lang) for lang in LANGS)
    assert {kind: {band: len(some) for band, some in bands.items()} for kind, bands in french.lines.items()} == {
        kind: {band: len(some) for band, some in bands.items()} for kind, bands in english.lines.items()
    }
    assert sum(1 for _ in lines(french)) == sum(1 for _ in lines(english))
