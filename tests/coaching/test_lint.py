"""actions/coaching/lint.py: each remark on a scenario spoilt by hand, and our own library without any."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from actions.coaching import lint
from actions.coaching.lint import Respect, reached, reading, respect, spoken
from actions.coaching.scenario import Scenario, parse
from nlu.contract import LANGS, Lang
from tests.coaching.agents import LIBRARY

RULES = {lang: respect(LIBRARY.read("respect.yml")[lang]) for lang in LANGS}
Pages = tuple[dict[str, Any], dict[str, Any]]
"""The logic of a scenario and its words."""
Spoil = Callable[[dict[str, Any], dict[str, Any]], object]


def pages(slug: str, lang: Lang) -> Pages:
    """The pages of a scenario of ours, to spoil."""
    logic, words = LIBRARY.pages(slug, lang)
    return copy.deepcopy(dict(logic)), copy.deepcopy(dict(words))


def remarks(found: Pages, lang: Lang = "fr", avoid: lint.Avoid = lambda text: ()) -> list[str]:
    """What should be mended."""
    logic, words = found
    scenario = parse(logic, words, lang, LIBRARY.read("customer.yml"))
    return list(lint.lint(scenario, words, RULES[lang], avoid))


def spoilt(spoil: Spoil, slug: str = "late-refund", lang: Lang = "fr") -> list[str]:
    """What should be mended once a scenario is spoilt, without the line numbers."""
    logic, words = pages(slug, lang)
    spoil(logic, words)
    return [re.sub(r", line \d+", "", remark) for remark in remarks((logic, words), lang)]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("slug", LIBRARY.slugs())
def test_our_library_has_nothing_to_mend(slug: str, lang: Lang) -> None:
    assert remarks(pages(slug, lang), lang) == []


@pytest.mark.parametrize("kind", [kind for kind in lint.WORDINGS if kind != "open"])  # without three it cannot be read
def test_what_is_said_often_has_lines_enough(kind: str) -> None:
    least = lint.WORDINGS[kind]
    few = ["Un.", "Deux.", "Trois."][: least - 1]
    found = spoilt(lambda _, words: words["lines"].update({kind: few}))
    assert found == [f"fr.yml: 'lines.{kind}' has {len(few)} lines: write at least {least}, it is said often."]


def test_a_kind_of_line_that_is_not_there_has_none() -> None:
    found = spoilt(lambda _, words: words["lines"].pop("soften"))
    assert found == ["fr.yml: 'lines.soften' has 0 lines: write at least 3, it is said often."]


@pytest.mark.parametrize(
    "key",
    [
        "facts.impact.says", "solutions.refund_now.accept", "solutions.voucher.accept", "solutions.voucher.refuse",
        "solutions.wait_more.refuse",
    ],
)  # fmt: skip
def test_a_second_time_other_words_must_be_left(key: str) -> None:
    kind, name, part = key.split(".")
    found = spoilt(lambda _, words: words[kind][name].update({part: words[kind][name][part][:1]}))
    assert found == [f"fr.yml: '{key}' has one wording: write at least 2."]


def test_what_is_never_said_needs_no_wordings() -> None:
    assert spoilt(lambda _, words: words["solutions"]["wait_more"].update(accept=["Soit."])) == []


@pytest.mark.parametrize("again", ["Bon. On verra bien.", "«\u00a0BON\u00a0»\u00a0: on verra bien\u00a0!"])
def test_no_line_comes_twice(again: str) -> None:
    def spoil(_: dict[str, Any], words: dict[str, Any]) -> None:
        words["lines"]["thank"] = {"eased": ["Bon. On verra bien.", "Merci.", "Ah."], "any": ["Oui."]}
        words["unknown"]["says"] = ["Aucune idée.", again]

    (found,) = spoilt(spoil)
    assert found.startswith(
        f"fr.yml: 'unknown.says' says “{again}”, which lines.thank.eased says too: no line may come"
    )


def test_the_line_of_a_moment_is_a_line_too() -> None:
    def spoil(_: dict[str, Any], words: dict[str, Any]) -> None:
        next(iter(words["moments"].values()))["line"] = words["lines"]["soften"][0]

    (found,) = spoilt(spoil)
    assert "fr.yml: 'moments." in found and ".line' says" in found and "which lines.soften.any says too" in found


@pytest.mark.parametrize(
    ("slug", "kind"), [("late-refund", "abuse"), ("late-refund", "contrite"), ("night-arrival", "too_soon")]
)
def test_a_line_that_can_never_be_said(slug: str, kind: str) -> None:
    some = ["Espèce de robot.", "Vous êtes un mur.", "Autant parler à une porte."]
    found = spoilt(lambda _, words: words["lines"].update({kind: some}), slug)
    assert f"fr.yml: 'lines.{kind}' can never be said in this scenario: remove it." in found


def test_whoever_comes_to_need_warmth_may_say_it_is_too_soon() -> None:
    def spoil(logic: dict[str, Any], words: dict[str, Any]) -> None:
        logic["shift"] = {"fact": next(iter(logic["facts"])), "need": "warm"}
        words["lines"]["too_soon"] = ["Attendez un peu.", "Pas si vite.", "Écoutez-moi d’abord."]

    assert not [remark for remark in spoilt(spoil, "night-arrival") if "too_soon" in remark]


def test_a_scenario_without_a_doubt() -> None:
    def spoil(logic: dict[str, Any], words: dict[str, Any]) -> None:
        del logic["doubts"], words["doubts"]

    (found,) = spoilt(spoil)
    assert found.startswith("fr.yml: 'doubts' has no doubt: ") and "write one or two" in found


@pytest.mark.parametrize("part", ["says", "again", "offered"])
def test_a_fact_tells_its_value(part: str) -> None:
    some = ["C’est écrit dessus.", "Le {order_number}."]
    (found,) = spoilt(lambda _, words: words["facts"]["order_number"].update({part: some}))
    told = "does not tell the value in “C’est écrit dessus.”: write {order_number} there."
    assert found == f"fr.yml: 'facts.order_number.{part}' {told}"


def test_a_solution_that_nobody_could_bring_about() -> None:
    def spoil(logic: dict[str, Any], _: dict[str, Any]) -> None:
        logic["persona"]["start"].update(trust=0, patience=0)
        logic["persona"]["sensitivities"] = {"trust": 0.2, "patience": 3}

    found = [remark for remark in spoilt(spoil) if "is never accepted, even from a perfect agent: start with" in remark]
    keys = [remark.split("'")[1] for remark in found]
    assert keys == ["solutions.refund_now", "solutions.voucher"], "a trap is not there to be accepted"


@pytest.mark.parametrize("solution, serves", [("refund_now", True), ("voucher", True), ("wait_more", False)])
def test_what_a_perfect_agent_brings_about(solution: str, serves: bool) -> None:
    assert reached(LIBRARY.scenario("late-refund", "fr"), solution) is serves


@pytest.mark.parametrize(
    ("lang", "line", "said"),
    [
        ("fr", "Écoutez, monsieur, ça suffit.", "monsieur"),
        ("fr", "Madame, ça suffit.", "Madame"),
        ("en", "Sir, that’s enough.", "Sir"),
        ("fr", "Et vous êtes sûre de vous, là\u00a0?", "vous êtes sûre"),
        ("fr", "Dites donc, jeune homme, ça suffit.", "jeune homme"),
        ("en", "Look, young lady, that’s enough.", "young lady"),
        ("en", "Listen, mate, that’s enough.", "mate"),
    ],
)
def test_the_customer_knows_neither_sex_nor_age_of_the_agent(lang: Lang, line: str, said: str) -> None:
    (found,) = spoilt(lambda _, words: words["facts"]["impact"].update(again=[line]), lang=lang)
    assert found.startswith(f"{lang}.yml: 'facts.impact.again' says “{said}” in “{line}”: ")


@pytest.mark.parametrize("line", ["C’est monsieur Petit qui me l’a dit.", "Madame Petit me l’a dit."])
def test_somebody_with_a_name_may_be_called_by_it(line: str) -> None:
    assert spoilt(lambda _, words: words["facts"]["impact"].update(again=[line])) == []


def test_a_rule_says_what_to_write_instead() -> None:
    (rule,) = respect([{"find": "truc", "fix": "dites quoi"}])
    assert rule == Respect(re.compile("truc", re.IGNORECASE), "dites quoi")
    with pytest.raises(re.error):
        respect([{"find": "(", "fix": ""}])
    logic, words = pages("late-refund", "fr")
    words["facts"]["impact"]["again"] = ["Ce truc-là."]
    scenario = parse(logic, words, "fr", LIBRARY.read("customer.yml"))
    (found,) = lint.lint(scenario, words, [rule], lambda text: ())
    assert found.endswith("'facts.impact.again' says “truc” in “Ce truc-là.”: dites quoi.")


def test_a_brief_that_is_hard_to_read() -> None:
    def spoil(_: dict[str, Any], words: dict[str, Any]) -> None:
        words["brief"]["knows"] = [
            " ".join(["Conformément aux réglementations interprofessionnelles applicables,"] * 12)
        ]

    (found,) = spoilt(spoil)
    assert re.match(
        r"fr.yml: 'brief' is hard to read \(LIX \d+, at most 55\): shorten its sentences and its words.", found
    )


@pytest.mark.parametrize(
    ("text", "lix"),
    [
        ("", 0),
        ("… ?", 0),
        ("Le chat dort.", 3),
        ("Le chat dort. Le chien mange bien.", 3.5),
        ("Le remboursement arrive jeudi.", 4 + 25),
        ("Un, deux\ntrois", 1.5),
        ("Jardin, bonjour.", 2 + 50),
    ],
)
def test_how_hard_a_text_is(text: str, lix: float) -> None:
    assert reading(text) == lix


def test_the_words_a_brief_should_not_put_in_an_agents_mouth() -> None:
    seen: list[str] = []

    def avoid(text: str) -> Iterable[str]:
        seen.append(text)
        return ["calmez-vous", "procédure", "calmez-vous"]

    logic, words = pages("late-refund", "fr")
    found = remarks((logic, words), avoid=avoid)
    assert [remark.partition(": ")[2] for remark in found] == [
        "'brief' says “calmez-vous”, which agents are asked to avoid: say it otherwise.",
        "'brief' says “procédure”, which agents are asked to avoid: say it otherwise.",
    ]
    brief = words["brief"]
    assert len(seen) == 1
    assert all(text in seen[0] for text in (brief["role"], brief["goal"], *brief["knows"], *brief["may_grant"]))


@pytest.mark.parametrize(
    "line", ["Alors ?", "Alors?", "Ça suffit !", "Bon ; et après.", "Voilà : rien.", "Dites « oui ».", "Quoi ?»"]
)
def test_french_keeps_its_marks_with_their_word(line: str) -> None:
    (found,) = spoilt(lambda _, words: words["facts"]["impact"].update(again=[line]))
    assert found == f"fr.yml: 'facts.impact.again' lacks a non-breaking space before ? ! : ; or inside « » in “{line}”."


@pytest.mark.parametrize(
    "line",
    [
        "Alors\u00a0?",
        "Quoi\u00a0?!",
        "À 10:30.",
        "Dites «\u00a0oui\u00a0».",
        "Vous dites…\u00a0?",
        "Voilà\u00a0: rien\u00a0;",
    ],
)
def test_what_is_typed_well_is_left_alone(line: str) -> None:
    assert spoilt(lambda _, words: words["facts"]["impact"].update(again=[line])) == []


def test_english_keeps_its_marks_close() -> None:
    assert spoilt(lambda _, words: words["facts"]["impact"].update(again=["So, when?", "Well: now!"]), lang="en") == []


def test_a_remark_names_the_line_of_its_key() -> None:
    logic, words = LIBRARY.pages("late-refund", "fr")
    words = copy.deepcopy(words)
    words["facts"]["impact"]["says"] = ["Une seule."]
    (found,) = remarks((dict(logic), words))  # type: ignore[arg-type]
    text = (LIBRARY.folders()["late-refund"] / "fr.yml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, some in enumerate(text, 1) if some == "  impact:")
    says = next(number for number, some in enumerate(text[line:], line + 1) if some == "    says:")
    assert found == f"fr.yml, line {says}: 'facts.impact.says' has one wording: write at least 2."


def test_everything_the_customer_says_is_looked_at() -> None:
    scenario: Scenario = LIBRARY.scenario("shouting-caller", "fr")
    keys = [key for key, _ in spoken(scenario)]
    assert {key.partition(".")[0] for key in keys} == {"lines", "facts", "solutions", "doubts", "unknown", "moments"}
    texts = {line for _, line in spoken(scenario)}
    every: Mapping[str, Any] = scenario.lines
    assert texts >= {line for bands in every.values() for some in bands.values() for line in some}
    assert texts >= {moment.line for moment in scenario.moments.values()} | set(scenario.unknown)
    assert [line for _, line in spoken(replace(scenario, lines={}, moments={}, unknown=()))] == [
        line for key, line in spoken(scenario) if key.startswith(("facts", "solutions", "doubts"))
    ]
