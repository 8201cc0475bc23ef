from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from actions.coaching.check import seen
from actions.coaching.grid import Grid, GridError, Mark, Scorecard, fill, parse
from nlu.contract import LANGS, RED_FLAGS
from tests.coaching.judgement import LIBRARY, entry, react

WEIGHTS = {
    "welcome": 10, "discovery": 20, "empathy": 20, "treatment": 25, "personalisation": 10, "language": 5, "leave": 10,
}  # fmt: skip


def default(lang: str = "fr") -> Grid:
    return parse(LIBRARY.read("grids/default/grid.yml"), LIBRARY.read(f"grids/default/{lang}.yml"))


def small(*checks: Mapping[str, Any]) -> Grid:
    """A grid of one criterion under test; its red flags are watched elsewhere."""
    logic = {
        "id": "small",
        "version": 1,
        "criteria": [
            {"id": "tested", "weight": 60, "checks": [{"id": f"c{n}", **check} for n, check in enumerate(checks)]},
            {"id": "safe", "weight": 40, "checks": [{"id": "flags", "no_red_flag": list(RED_FLAGS)}]},
        ],
    }
    words = LIBRARY.read("grids/default/fr.yml")
    criteria = {
        "tested": {"label": "Testé", "checks": {f"c{n}": f"Case {n}" for n in range(len(checks))}},
        "safe": {"label": "Sûr", "checks": {"flags": "Rien de grave"}},
    }
    return parse(logic, {**words, "criteria": criteria})


def mark(card: Scorecard, name: str = "tested") -> Mark:
    return next(mark for mark in card.marks if mark.criterion.id == name)


def test_nothing_said_scores_nothing() -> None:
    card = fill(default(), ())
    assert card.score is None
    assert {mark.level for mark in card.marks} == {"not_seen"}


@pytest.mark.parametrize("lang", LANGS)
def test_the_default_grid_has_the_usual_weights(lang: str) -> None:
    grid = default(lang)
    assert {criterion.id: criterion.weight for criterion in grid.criteria} == WEIGHTS


def test_both_languages_name_the_same_things() -> None:
    french, english = (LIBRARY.read(f"grids/default/{lang}.yml") for lang in LANGS)

    def keys(plain: Any) -> Any:
        return {key: keys(value) for key, value in plain.items()} if isinstance(plain, dict) else None

    assert keys(french) == keys(english)


def test_a_check_quotes_the_words_it_stands_on() -> None:
    grid = small({"any_act": ["greet"], "where": "first", "shown_by": ["greeting"]})
    card = fill(
        grid, [entry(1, "Bonjour Madame, je vous écoute.", good={"Bonjour Madame": "greeting"}, acts=["greet"])]
    )
    assert mark(card).to_json()["checks"] == [
        {"id": "c0", "label": "Case 0", "passed": True, "evidence": [{"position": 1, "quote": "Bonjour Madame"}]}
    ]


def test_a_greeting_counts_in_the_first_reply_only() -> None:
    grid = small({"any_act": ["greet"], "where": "first"})
    assert mark(fill(grid, [entry(1, "Oui."), entry(2, "Bonjour.", acts=["greet"])])).level == "missed"


def test_half_of_the_checks_is_partly_and_less_is_missed() -> None:
    act, other = {"any_act": ["greet"]}, {"any_act": ["close"]}
    replies = [entry(1, "Bonjour.", acts=["greet"])]
    assert mark(fill(small(act), replies)).level == "met"
    assert mark(fill(small(act, other), replies)).level == "partly"
    assert mark(fill(small(act, other, other | {"where": "last"}), replies)).level == "missed"


def test_one_red_flag_makes_the_whole_score_zero() -> None:
    replies = [
        entry(1, "Bonjour Madame.", acts=["greet"]),
        entry(2, "Vous êtes idiote.", bad={"idiote": "insult"}, red_flags=["insult"]),
    ]
    card = fill(default(), replies)
    assert card.score == 0
    assert card.stopped_by == "Propos insultant"
    language = mark(card, "language")
    assert (language.level, language.level_label) == ("unacceptable", "Inacceptable")
    failed = next(answer for answer in language.answers if answer.check.id == "respectful")
    assert [evidence.to_json() for evidence in failed.evidence] == [{"position": 2, "quote": "idiote"}]


@pytest.mark.parametrize("flag", RED_FLAGS)
def test_every_red_flag_stops_the_default_grid(flag: str) -> None:
    assert fill(default(), [entry(1, "Non.", red_flags=[flag])]).score == 0


def test_a_criterion_without_occasion_leaves_the_weights() -> None:
    grid = small({"any_act": ["close"], "phase": "closing"}, {"any_act": ["greet"], "phase": "closing"})
    card = fill(grid, [entry(1, "Bonjour.", acts=["greet"])])
    assert mark(card).level == "not_seen"
    assert mark(card).to_json()["checks"] == []
    assert card.score is None  # nothing but the absence of red flags was seen, and that earns nothing


def test_taking_leave_is_judged_once_the_customer_is_about_to_go() -> None:
    grid = small({"any_act": ["close"], "phase": "closing"})
    settled = entry(1, "C'est fait.", react(phase="closing"))
    assert mark(fill(grid, [settled])).level == "not_seen"
    assert mark(fill(grid, [settled, entry(2, "Voilà.")])).level == "missed"
    assert mark(fill(grid, [settled, entry(2, "Au revoir.", acts=["close"])])).level == "met"


def test_a_level_that_cannot_be_judged_is_not_held_against_anyone() -> None:
    grid = small({"level": {"reaction": 1, "interpretation": 1}})
    assert mark(fill(grid, [entry(1, "Hum.", confidence={"reaction": 0.2})])).level == "not_seen"
    assert mark(fill(grid, [entry(1, "Hum.")])).level == "missed"
    seen = entry(1, "Trois semaines !", levels={"interpretation": 2}, confidence={"reaction": 0.2})
    assert mark(fill(grid, [seen])).level == "met"


def test_a_hurried_customer_does_not_need_long_discovery_or_gushing() -> None:
    hurried = react("La clé, s'il vous plaît.", need="efficient")
    text = "Bonsoir, voici votre clé, chambre 12, ascenseur à droite."
    card = fill(default(), [entry(1, text, hurried, acts=["greet", "explain"], levels={"clarity": 2})])
    assert mark(card, "discovery").level == "met"
    assert mark(card, "empathy").level == "met"


def test_a_hurried_customer_is_not_drowned_in_words() -> None:
    hurried = react(need="efficient")
    short, wordy = entry(1, "Voici.", hurried), entry(1, "Comme je vous comprends ! " * 12, hurried)
    brief = small({"at_most": 40})
    assert mark(fill(brief, [short])).level == "met"
    assert mark(fill(brief, [wordy])).level == "missed"


def test_a_reply_is_judged_by_the_need_it_met() -> None:
    hurried, worried = react(need="efficient"), react(need="warm")
    replies = [entry(1, "Oui.", hurried), entry(2, "Et dans la valise ?", worried), entry(3, "Je vois.", worried)]
    assert [reply.need for reply in seen(replies)] == ["efficient", "efficient", "warm"]


def test_most_is_more_than_half_and_all_is_all() -> None:
    calm, tense = entry(1, "Je regarde."), entry(2, "Mais enfin !", levels={"calm": 0})
    again = entry(3, "Voilà.")
    level = {"level": {"calm": 1}}
    assert mark(fill(small({**level, "where": "most"}), [calm, tense])).level == "missed"
    assert mark(fill(small({**level, "where": "most"}), [calm, tense, again])).level == "met"
    assert mark(fill(small({**level, "where": "all"}), [calm, tense, again])).level == "missed"


def test_an_answer_is_a_doubt_settled_or_a_solution_put_forward() -> None:
    grid = small({"answered": 1})
    assert mark(fill(grid, [entry(1, "Je rembourse.", react(promises=("refund",)))])).level == "met"
    assert mark(fill(grid, [entry(1, "Je regarde.")])).level == "missed"


def test_faults_of_language_are_quoted() -> None:
    faulty = entry(
        1,
        "Calmez-vous, pas de problème.",
        bad={"Calmez-vous": "command"},
        hostility=["command"],
        wording={"pas de problème": "avec plaisir"},
    )
    card = fill(default(), [faulty])
    quotes = {answer.check.id: [item.quote for item in answer.evidence] for answer in mark(card, "language").answers}
    assert quotes["steady"] == ["Calmez-vous"]
    assert quotes["wording"] == ["pas de problème"]


def test_a_better_drill_scores_higher() -> None:
    warm = {"interpretation": 2, "exploration": 2, "warmth": 2, "courtesy": 2, "calm": 2, "clarity": 2}
    acts = ["greet", "ask_open", "reformulate", "propose", "commit_dated", "personalise"]
    excellent = entry(1, "Bonjour Madame.", react(heard=True, promises=("refund",)), levels=warm, acts=acts)
    cold = entry(1, "Numéro de commande.")
    card, other = fill(default(), [excellent]), fill(default(), [cold])
    assert card.score is not None and other.score is not None
    assert card.score > 90 > 30 > other.score


def broken(key: str, value: Any) -> dict[str, Any]:
    logic = copy.deepcopy(dict(LIBRARY.read("grids/default/grid.yml")))
    logic["criteria"][0]["checks"][0] = {"id": "greets", "any_act": ["greet"]}
    target: Any = logic
    *path, last = key.split(".")
    for step in path:
        target = target[int(step)] if step.isdigit() else target[step]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return logic


@pytest.mark.parametrize(
    ("key", "value", "named", "fix"),
    [
        ("id", None, "grid.id", "write"),
        ("version", "one", "version", "version: 1"),
        ("criteria", [], "grid.criteria", "at least one"),
        ("criteria.0.weight", 0, "criteria.welcome.weight", "weight: 10"),
        ("criteria.0.id", "unknown", "criteria.unknown", "write"),
        ("criteria.1.id", "welcome", "criteria.welcome", "write"),
        ("criteria.0.checks", [], "criteria.welcome.checks", "at least one"),
        ("criteria.0.checks.0.any_act", ["wave"], "criteria.welcome.checks.greets.any_act", "greet"),
        ("criteria.0.checks.0.any_act", "greet", "criteria.welcome.checks.greets.any_act", "list"),
        ("criteria.0.checks.0.smile", True, "criteria.welcome.checks.greets", "exactly one"),
        ("criteria.0.checks.0.where", "often", "criteria.welcome.checks.greets.where", "first"),
        ("criteria.0.checks.0.need", "cold", "criteria.welcome.checks.greets.need", "efficient"),
        ("criteria.0.checks.0.phase", "late", "criteria.welcome.checks.greets.phase", "closing"),
        ("criteria.0.checks.1.level", {"charm": 1}, "criteria.welcome.checks.considerate.level", "courtesy"),
        ("criteria.0.checks.1.id", "greets", "criteria.welcome.checks", "its own id"),
        ("criteria.5.checks.0.no_red_flag", ["insult"], "criteria", "discrimination"),
    ],
)
def test_an_unusable_grid_names_the_key_and_the_fix(key: str, value: Any, named: str, fix: str) -> None:
    with pytest.raises(GridError) as raised:
        parse(broken(key, value), LIBRARY.read("grids/default/fr.yml"))
    assert str(raised.value).startswith(named)
    assert fix in str(raised.value)


def test_a_missing_word_is_named() -> None:
    words = copy.deepcopy(dict(LIBRARY.read("grids/default/fr.yml")))
    del words["levels"]["partly"]
    with pytest.raises(GridError, match=r"levels\.partly"):
        parse(LIBRARY.read("grids/default/grid.yml"), words)
