"""Scenarios: what the files hold, and what the author reads when something is wrong."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import yaml

from actions.coaching.feelings import FEELINGS
from actions.coaching.page import Marked, Page
from actions.coaching.scenario import EXAMPLES, GRANTS, HINTS, KINDS, SKILLS, TRADES, Scenario, ScenarioError, parse
from actions.coaching.temper import DIFFICULTIES, EFFECTS
from actions.storage.library import Loader
from nlu.contract import ACTS, LANGS, Lang
from tests.coaching.agents import LIBRARY

LOGIC, WORDS = LIBRARY.pages("late-refund", "fr")
RULES = LIBRARY.read("customer.yml")
EVERY = [LIBRARY.scenario(slug, lang) for slug in LIBRARY.slugs() for lang in LANGS]
FRENCH = [scenario for scenario in EVERY if scenario.lang == "fr"]

Spoil = Callable[[dict[str, Any]], None]


def named(scenario: Scenario) -> str:
    return f"{scenario.slug}-{scenario.lang}"


# What is read.


def test_a_scenario_is_read() -> None:
    scenario = parse(LOGIC, WORDS, "fr", RULES)
    assert (scenario.slug, scenario.version, scenario.lang, scenario.need) == ("late-refund", 2, "fr", "warm")
    assert (scenario.trade, scenario.kinds, scenario.shift, scenario.moment) == ("shop", frozenset(), None, None)
    assert scenario.trade_label and scenario.title and scenario.summary
    assert scenario.difficulties == DIFFICULTIES
    assert scenario.brief.may_grant and scenario.brief.knows
    assert len(scenario.hints) == len(HINTS) and len(scenario.unknown) >= 2
    assert scenario.model.strong.reply != scenario.model.weak.reply
    assert scenario.needed == {"order_number"}


def test_the_needs_of_a_scenario_can_change() -> None:
    shift = LIBRARY.scenario("lost-luggage", "fr").shift
    assert shift is not None and (shift.fact, shift.need) == ("medicine", "warm")


def test_what_a_hurried_customer_wants_to_be_asked_is_what_is_needed_or_changes_everything() -> None:
    scenario = LIBRARY.scenario("lost-luggage", "en")
    assert scenario.wanted == scenario.needed | {"medicine"}


def test_a_value_is_written_once_and_told_everywhere() -> None:
    number = parse(LOGIC, WORDS, "fr", RULES).facts["order_number"]
    assert number.value and all(number.value in line for line in (*number.says, *number.again, *number.offered))
    changed = copy.deepcopy(WORDS)
    changed["facts"]["order_number"]["value"] = "11 22"
    again = parse(LOGIC, changed, "fr", RULES).facts["order_number"]
    assert all("11 22" in line and number.value not in line for line in again.says)


def test_words_may_hold_the_name_of_the_customer() -> None:
    page = spoilt(WORDS, lambda page: _set(page, ["Ici {name}.", "Oui ?", "Allô ?"], "lines", "open"))
    assert parse(LOGIC, page, "fr", RULES).lines["open"]["any"][0] == f"Ici {WORDS['customer_name']}."


def test_a_moment_starts_as_its_scenario_unless_it_says_otherwise() -> None:
    usual = parse(LOGIC, WORDS, "fr", RULES).persona.start
    plain = spoilt(LOGIC, put({"trains": "own", "replies": 1}, "moments", "which_day"))
    moment = parse(plain, WORDS, "fr", RULES).moments["which_day"]
    assert (moment.start, moment.told, moment.start.heard) == (usual, (), False)
    later = {"trains": "own", "replies": 1, "told": ["proof"], "heard": True, "start": {"trust": 1}}
    moment = parse(spoilt(LOGIC, put(later, "moments", "which_day")), WORDS, "fr", RULES).moments["which_day"]
    assert (moment.start.trust, moment.start.anger, moment.start.heard) == (1, usual.anger, True)
    assert moment.told == ("proof",)


def test_the_model_of_a_moment_answers_its_line() -> None:
    moment = parse(LOGIC, WORDS, "fr", RULES).moments["which_day"]
    assert moment.model.strong.customer == moment.model.weak.customer == moment.line


def test_a_quick_drill_is_named_after_its_moment() -> None:
    scenario = parse(LOGIC, WORDS, "fr", RULES)
    quick = scenario.quick("which_day")
    moment = scenario.moments["which_day"]
    assert (quick.slug, quick.moment, quick.skills) == ("late-refund.which_day", moment, (moment.trains,))
    assert (quick.title, quick.summary, quick.model) == (moment.title, moment.situation, moment.model)
    assert quick.minutes < scenario.minutes and quick.facts == scenario.facts


# Faults.


def spoilt(page: Mapping[str, Any], spoil: Spoil) -> dict[str, Any]:
    """A copy of `page` with a fault in it."""
    found: dict[str, Any] = copy.deepcopy(dict(page))
    spoil(found)
    return found


def without(*path: str) -> Spoil:
    def spoil(page: dict[str, Any]) -> None:
        for key in path[:-1]:
            page = page[key]
        del page[path[-1]]

    return spoil


def _set(page: dict[str, Any], value: object, *path: str) -> None:
    for key in path[:-1]:
        page = page[key]
    page[path[-1]] = value


def put(value: object, *path: str) -> Spoil:
    return lambda page: _set(page, value, *path)


def said(error: BaseException) -> str:
    """The sentence, without the line of the file (tested apart)."""
    return re.sub(r", line \d+:", ":", str(error), count=1)


LOGIC_FAULTS: list[tuple[Spoil, str]] = [
    (without("slug"), "scenario.yml: 'slug' is missing or is not text"),
    (put("two", "version"), "scenario.yml: 'version' must be a number from 1"),
    (without("need"), "scenario.yml: 'need' must be one of: warm, efficient."),
    (put("tiède", "need"), "scenario.yml: 'need' must be one of: warm, efficient."),
    (put(5, "nede"), "scenario.yml: 'nede' is not a key I know: did you mean 'need'?"),
    (put(5, "zzz"), "scenario.yml: 'zzz' is not a key I know: the keys here are slug, version,"),
    (put("spying", "trade"), "scenario.yml: 'trade' must be one of: shop, security,"),
    (put(["rude"], "kinds"), "scenario.yml: 'kinds' holds 'rude', which is not one of: manager, expert,"),
    (put([], "skills"), "scenario.yml: 'skills' has 0 of at least 1 lines"),
    (put(["juggle"], "skills"), "scenario.yml: 'skills' holds 'juggle', which is not one of: welcome,"),
    (put(0, "minutes"), "scenario.yml: 'minutes' must be a number from 1 to 60."),
    (put(True, "minutes"), "scenario.yml: 'minutes' must be a number from 1 to 60."),
    (put({"fact": "proof"}, "shift"), "scenario.yml: 'shift.need' must be one of: warm, efficient."),
    (put({"fact": "age", "need": "warm"}, "shift"), "scenario.yml: 'shift.fact' must be one of: what_happened,"),
    (put("proof", "shift"), "scenario.yml: 'shift' is missing or is not a block"),
    (put(200, "persona", "start", "anger"), "scenario.yml: 'persona.start.anger' must be a number from 0 to 100."),
    (without("persona", "start", "trust"), "scenario.yml: 'persona.start.trust' must be a number from 0 to 100."),
    (
        put(9, "persona", "sensitivities", "anger"),
        "scenario.yml: 'persona.sensitivities.anger' must be a number from 0.2 to 3.",
    ),
    (
        put(1, "persona", "sensitivities", "joy"),
        f"scenario.yml: 'persona.sensitivities.joy' is not a key I know: the keys here are {', '.join(FEELINGS)}.",
    ),
    (put([], "difficulties"), "scenario.yml: 'difficulties' has 0 of at least 1 lines"),
    (put(["easy"], "difficulties"), "scenario.yml: 'difficulties' holds 'easy'"),
    (put({}, "solutions"), "scenario.yml: 'solutions' has nothing the customer would accept"),
    (
        put("all", "solutions", "voucher", "grants"),
        f"scenario.yml: 'solutions.voucher.grants' must be one of: {', '.join(GRANTS)}.",
    ),
    (put("trap", "solutions", "refund_now", "grants"), "'solutions' has nothing the customer would accept"),
    (put(["shoe_size"], "solutions", "refund_now", "needs"), "'solutions.refund_now.needs' holds 'shoe_size'"),
    (put(["impact"], "solutions", "voucher", "needs"), "fr.yml: 'facts.impact.offered' has 0 of at least 1 lines"),
    (put(["sing"], "doubts", "when", "settled_by"), "scenario.yml: 'doubts.when.settled_by' holds 'sing'"),
    (without("facts", "proof"), "fr.yml: 'facts.proof' is not in scenario.yml: add it there under 'facts', or"),
    (put({}, "facts", "colour"), "fr.yml: 'facts.colour' is missing or is not a block"),
    (put({"value": "1"}, "facts", "proof"), "scenario.yml: 'facts.proof.value' is not a key I know"),
    (without("moments", "which_day"), "fr.yml: 'moments.which_day' is not in scenario.yml"),
    (put("singing", "moments", "which_day", "trains"), "scenario.yml: 'moments.which_day.trains' must be one of"),
    (put(4, "moments", "which_day", "replies"), "scenario.yml: 'moments.which_day.replies' must be a number from 1"),
    (put(["age"], "moments", "which_day", "told"), "scenario.yml: 'moments.which_day.told' holds 'age'"),
    (put({"joy": 3}, "moments", "which_day", "start"), "scenario.yml: 'moments.which_day.start.joy' is not a key"),
    (put(True, "moments", "which_day", "hear"), "'moments.which_day.hear' is not a key I know: did you mean 'heard'?"),
    (put(["abusive"], "kinds"), "fr.yml: 'lines.abuse' needs at least 3 lines"),
]
WORDS_FAULTS: list[tuple[Spoil, str]] = [
    (without("title"), "fr.yml: 'title' is missing or is not text"),
    (put("  ", "title"), "fr.yml: 'title' is missing or is not text"),
    (without("trade_label"), "fr.yml: 'trade_label' is missing or is not text"),
    (put("Oui", "subtitle"), "fr.yml: 'subtitle' is not a key I know: did you mean 'title'?"),
    (put(12, "brief", "goal"), "fr.yml: 'brief.goal' is missing or is not text"),
    (put("un avoir", "brief", "may_grant"), "fr.yml: 'brief.may_grant' must be a list of texts"),
    (put("vite", "brief", "limit"), "fr.yml: 'brief.limit' is not a key I know"),
    (without("facts", "proof", "says"), "fr.yml: 'facts.proof.says' has 0 of at least 1 lines"),
    (
        put(["Une preuve ?"], "facts", "proof", "examples"),
        f"fr.yml: 'facts.proof.examples' has 1 of at least {EXAMPLES['facts']} lines",
    ),
    (
        without("solutions", "voucher", "examples"),
        f"fr.yml: 'solutions.voucher.examples' has 0 of at least {EXAMPLES['solutions']} lines",
    ),
    (without("doubts", "when", "examples"), f"'doubts.when.examples' has 0 of at least {EXAMPLES['doubts']} lines"),
    (put(["Quand ?"], "doubts", "when", "asks"), "fr.yml: 'doubts.when.asks' has 1 of at least 2 lines"),
    (without("facts", "order_number", "offered"), "fr.yml: 'facts.order_number.offered' has 0 of at least 1 lines"),
    (put(["mots"], "facts", "proof", "cues"), "fr.yml: 'facts.proof.cues' is not a key I know"),
    (
        put(["Le {number}."], "facts", "order_number", "again"),
        "fr.yml: 'facts.order_number.again' holds a slot I cannot fill in “Le {number}.”: the slots here are {name}",
    ),
    (put(["{", "b", "c"], "lines", "vent"), "fr.yml: 'lines.vent' holds a slot I cannot fill in “{”"),
    (put("", "facts", "order_number", "value"), "fr.yml: 'facts.order_number.value' is missing or is not text"),
    (without("unknown"), "fr.yml: 'unknown' is missing or is not a block"),
    (put(["Non."], "unknown", "says"), "fr.yml: 'unknown.says' has 1 of at least 2 lines"),
    (put(["Et ça ?"], "unknown", "examples"), "fr.yml: 'unknown.examples' has 1 of at least 4 lines"),
    (put(["Bonjour.", "Bonjour."], "lines", "open"), "fr.yml: 'lines.open' holds the same line twice"),
    (put(["Bonjour."], "lines", "open"), "fr.yml: 'lines.open' needs at least 3 lines"),
    (put(["Hé."], "lines", "shout"), "fr.yml: 'lines.shout' is not a key I know"),
    (put({"mad": ["!"]}, "lines", "vent"), "fr.yml: 'lines.vent.mad' is not a key I know"),
    (without("solutions", "voucher", "refuse"), "fr.yml: 'solutions.voucher.refuse' has 0 of at least 1 lines"),
    (without("solutions", "voucher", "accept"), "fr.yml: 'solutions.voucher.accept' has 0 of at least 1 lines"),
    (without("hints", "closing"), "fr.yml: 'hints.closing' is missing or is not text"),
    (put("Oui", "hints", "lost"), f"'hints.lost' is not a key I know: the keys here are {', '.join(HINTS)}."),
    (put({"shy": "Gêne"}, "bands"), "fr.yml: 'bands.shy' is not a key I know"),
    (without("model", "weak"), "fr.yml: 'model.weak' is missing or is not a block"),
    (without("model", "weak", "why"), "fr.yml: 'model.weak.why' is missing or is not text"),
    (without("moments"), "fr.yml: 'moments' is missing or is not a block"),
    (without("moments", "which_day", "line"), "fr.yml: 'moments.which_day.line' is missing or is not text"),
    (without("moments", "which_day", "strong"), "fr.yml: 'moments.which_day.strong' is missing or is not a block"),
    (put("Oui", "moments", "which_day", "told"), "fr.yml: 'moments.which_day.told' is not a key I know"),
]
RULES_FAULTS: list[tuple[Spoil, str]] = [
    (without("effects", "waited"), "customer.yml: 'effects.waited' is missing"),
    (without("fr", "effects", "held", "why"), "customer.yml: 'fr.effects.held.why' is missing"),
    (put("{fact}", "fr", "effects", "waited", "why"), "may hold {topic} and {name} between braces"),
    (put(["Hum."], "fr", "lines", "spare", "any"), "customer.yml: 'fr.lines.spare' needs at least"),
    (put(["Hum."], "fr", "lines", "sing"), "customer.yml: 'fr.lines.sing' is not a key I know"),
    (put("loud", "difficulties", "hard", "harm"), "customer.yml: 'difficulties.hard.harm' must be a number"),
    (put(3, "difficulties", "hard", "help"), "customer.yml: 'difficulties.hard.help' must be a number from 0 to 2."),
    (without("difficulties", "calm", "trust"), "customer.yml: 'difficulties.calm.trust' must be a number"),
    (without("fr", "bands", "furious"), "customer.yml: 'fr.bands.furious' is missing or is not text"),
    (put(["Bof."], "fr", "reasons", "served"), "customer.yml: 'fr.reasons.served' has 1 of at least 3 lines"),
    (put({"joy": 3}, "effects", "held"), "customer.yml: 'effects.held.joy' is not a key I know"),
    (put(2, "drill", "replies"), "customer.yml: 'drill.replies' must be a number from"),
]


@pytest.mark.parametrize(("spoil", "sentence"), LOGIC_FAULTS, ids=[sentence for _, sentence in LOGIC_FAULTS])
def test_a_fault_in_the_logic_names_key_and_fix(spoil: Spoil, sentence: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        parse(spoilt(LOGIC, spoil), WORDS, "fr", RULES)
    assert sentence in said(raised.value)


@pytest.mark.parametrize(("spoil", "sentence"), WORDS_FAULTS, ids=[sentence for _, sentence in WORDS_FAULTS])
def test_a_fault_in_the_words_names_key_and_fix(spoil: Spoil, sentence: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        parse(LOGIC, spoilt(WORDS, spoil), "fr", RULES)
    assert sentence in said(raised.value)


@pytest.mark.parametrize(("spoil", "sentence"), RULES_FAULTS, ids=[sentence for _, sentence in RULES_FAULTS])
def test_a_fault_in_the_constants_names_key_and_fix(spoil: Spoil, sentence: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        parse(LOGIC, WORDS, "fr", spoilt(RULES, spoil))
    assert sentence in said(raised.value)


def test_a_fault_names_its_line() -> None:
    page = yaml.load(
        'title: "Un titre"\nfacts:\n  number:\n    label: "le numéro"\n    says: []\nmoments: {first: {title: ""}}\n',
        Loader=Loader,
    )
    facts = Page(page, "fr.yml").page("facts").page("number")
    assert str(facts.error("says", "is short.")) == "fr.yml, line 5: 'facts.number.says' is short."
    with pytest.raises(ScenarioError, match=r"^fr\.yml, line 6: 'moments\.first\.title' is missing"):
        Page(page, "fr.yml").page("moments").page("first").text("title")


def test_what_is_missing_is_missing_from_the_line_of_its_block() -> None:
    page = yaml.load('title: "Un titre"\nfacts:\n  number:\n    says: []\n', Loader=Loader)
    with pytest.raises(ScenarioError, match=r"^fr\.yml, line 3: 'facts\.number\.label' is missing"):
        Page(page, "fr.yml").page("facts").page("number").text("label")
    with pytest.raises(ScenarioError, match=r"^fr\.yml: 'summary' is missing"):
        Page(page, "fr.yml").text("summary")


def test_entries_that_know_no_lines_have_their_faults_named_too() -> None:
    assert isinstance(LOGIC, Marked)
    with pytest.raises(ScenarioError, match=r"^scenario\.yml: 'need' must be one of"):
        parse({**LOGIC, "need": 3}, WORDS, "fr", RULES)


# What the library holds.


def test_every_constant_has_its_reason_beside_it() -> None:
    for block in (RULES["drill"]["numbers"], RULES["difficulties"], RULES["effects"]):
        for entry in block.values():
            assert entry["because"]


def test_a_broken_promise_costs_twice_a_bare_refusal() -> None:
    refused, broken = (RULES["effects"][key] for key in ("refused", "broken"))
    for feeling in ("anger", "anxiety", "trust", "patience"):
        assert broken[feeling] == 2 * refused[feeling]


@pytest.mark.parametrize("lang", LANGS)
def test_every_effect_has_its_words(lang: Lang) -> None:
    effects = RULES[lang]["effects"]
    assert set(effects) == set(EFFECTS) == set(RULES["effects"])
    assert len({entry["reason"] for entry in effects.values()}) == len(effects)


def test_the_library_has_every_kind_of_scenario() -> None:
    kinds = {kind for scenario in EVERY for kind in scenario.kinds}
    assert kinds == set(KINDS)
    assert {scenario.trade for scenario in EVERY} == set(TRADES)
    assert {solution.grants for scenario in EVERY for solution in scenario.solutions.values()} == set(GRANTS)
    assert any(scenario.shift for scenario in EVERY)


@pytest.mark.parametrize("lang", LANGS)
def test_every_skill_has_a_quick_drill(lang: Lang) -> None:
    library = LIBRARY.scenarios(lang)
    assert {moment.trains for scenario in library for moment in scenario.moments.values()} == set(SKILLS)


@pytest.mark.parametrize("scenario", EVERY, ids=named)
def test_only_who_checks_what_is_said_hears_mistakes(scenario: Scenario) -> None:
    mistakes = [solution for solution in scenario.solutions.values() if solution.grants == "mistake"]
    assert bool(mistakes) == ("expert" in scenario.kinds)


@pytest.mark.parametrize("scenario", EVERY, ids=named)
def test_every_scenario_can_be_asked_offered_and_doubted(scenario: Scenario) -> None:
    assert any(fact.open for fact in scenario.facts.values())
    assert len(scenario.doubts) >= max(level.doubts for level in scenario.temper.difficulties.values())
    assert all(set(doubt.settled_by) <= set(ACTS) for doubt in scenario.doubts.values())
    assert any(not solution.serves for solution in scenario.solutions.values())
    assert scenario.moments and scenario.brief.knows


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
    yield from scenario.unknown
    for moment in scenario.moments.values():
        yield moment.line


@pytest.mark.parametrize("scenario", EVERY, ids=named)
def test_no_line_is_written_twice(scenario: Scenario) -> None:
    written = list(lines(scenario))
    assert sorted(line for line in set(written) if written.count(line) > 1) == []


@pytest.mark.parametrize("scenario", EVERY, ids=named)
def test_no_slot_is_left_to_fill(scenario: Scenario) -> None:
    brief = scenario.brief
    shown = (*lines(scenario), *scenario.hints, *brief.knows, *brief.may_grant, brief.role, brief.goal)
    assert [line for line in shown if "{" in line or "}" in line] == []


@pytest.mark.parametrize("scenario", FRENCH, ids=named)
def test_french_typography(scenario: Scenario) -> None:
    for line in (*lines(scenario), *scenario.hints, *scenario.brief.knows, *scenario.brief.may_grant):
        assert not re.search(r"[^\s\u00a0] ?[?!;»]|« |[^\d\s\u00a0]:", line), line


@pytest.mark.parametrize("scenario", FRENCH, ids=named)
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
    for parts in ("facts", "solutions", "doubts", "moments"):
        assert list(getattr(french, parts)) == list(getattr(english, parts))
    assert sum(1 for _ in lines(french)) == sum(1 for _ in lines(english))
    assert bool(french.brief.constraint) == bool(english.brief.constraint)
