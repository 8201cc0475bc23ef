"""bot/play.py, with scripts and an ear made by hand and the real customer."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product

import pytest

from actions.coaching import customer
from actions.coaching.lint import perfect
from actions.coaching.move import MOVES
from actions.coaching.scenario import Scenario
from actions.coaching.trial import AGENTS, Script
from actions.storage.library import Library
from bot import play
from bot.play import Run, Tally, tally
from nlu.contract import LANGS, Assessment, Context, Lang, Topics

ASKS, OFFERS, INSULTS, WANDERS = "Votre numéro ?", "Je vous rembourse.", "Imbécile.", "Il fait beau."
ANSWERS = {"when": "Jeudi.", "why": "L’étiquette.", "follow_up": "Je vous écris."}
ABOUT = {
    ASKS: Topics(asked=("order_number",), near=True),
    OFFERS: Topics(proposed=("refund_now",), near=True),
    **{text: Topics(settled=(doubt,), near=True) for doubt, text in ANSWERS.items()},
}
GOOD = Script({
    "hear": ("Trois semaines, c’est long.", "Racontez-moi.", "Je vois."), "ask": (ASKS,), "propose": (OFFERS, OFFERS),
    **{f"doubts.{doubt}": (text,) for doubt, text in ANSWERS.items()}, "close": ("Au revoir.",),
})  # fmt: skip
SCRIPTS = {"good": GOOD, "rude": Script({"say": (INSULTS,) * 6}), "lost": Script({"say": (WANDERS,) * 6})}


class FakeEar:
    """Hears what the table above says, in the best words there are but for the insult; remembers what it was asked."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.heard: list[tuple[str, Context]] = []

    def assess(self, text: str, context: Context) -> Assessment:
        """What is perceived in a scripted reply."""
        self.heard.append((text, context))
        found = perfect(self.scenario, ABOUT.get(text, Topics()))
        if text == INSULTS:
            return replace(found, red_flags=("insult",), acts=())
        if text == WANDERS:
            return replace(found, acts=(), empathy=dict.fromkeys(found.empathy, 0))
        return found


@pytest.fixture(params=LANGS)
def scenario(request: pytest.FixtureRequest, library: Library) -> Scenario:
    """The late refund, in each language."""
    lang: Lang = request.param
    return library.scenario("late-refund", lang)


@pytest.fixture
def ear(scenario: Scenario) -> FakeEar:
    """What hears it."""
    return FakeEar(scenario)


@pytest.mark.parametrize("difficulty", ["calm", "hard"])
def test_a_good_agent_is_thanked(scenario: Scenario, ear: FakeEar, difficulty: str) -> None:
    found = play.run(scenario, difficulty, 3, "good", GOOD, ear)
    assert (found.scenario, found.lang, found.difficulty, found.seed) == ("late-refund", scenario.lang, difficulty, 3)
    assert (found.agent, found.ending, found.csat) == ("good", "served", 5) and found.satisfaction > 80
    assert found.moves[0] == "open" and found.moves[-1] == "thank" and set(found.moves) <= set(MOVES)
    assert found.replies == len(ear.heard) == len(found.moves) - 1
    assert len(set(found.bands)) == len(found.bands) > 1
    assert json.loads(json.dumps(found.to_json()))["ending"] == "served"


def test_a_reply_is_heard_after_the_line_it_answers(scenario: Scenario, ear: FakeEar) -> None:
    play.run(scenario, "calm", 0, "good", GOOD, ear)
    opening = customer.begin(scenario, "calm", 0)
    assert ear.heard[0] == (GOOD.replies["hear"][0], Context(opening.line, scenario.lang, "warm", "opening"))
    assert ear.heard[1][1].phase == "middle" and ear.heard[-1][1].phase == "closing"
    lines = [context.customer for _, context in ear.heard]
    assert len(set(lines)) == len(lines)


def test_an_insult_ends_it(scenario: Scenario, ear: FakeEar) -> None:
    found = play.run(scenario, "calm", 0, "rude", SCRIPTS["rude"], ear)
    assert (found.ending, found.csat, found.replies, found.moves) == ("hung_up", 1, 1, ("open", "hang_up"))


def test_an_agent_who_leads_nowhere_is_left(scenario: Scenario, ear: FakeEar) -> None:
    found = play.run(scenario, "calm", 0, "lost", SCRIPTS["lost"], ear)
    assert found.ending == "gave_up" and found.csat <= 2
    assert 1 < found.replies <= scenario.temper.replies


def test_every_agent_plays_every_seed_at_every_difficulty(scenario: Scenario, ear: FakeEar) -> None:
    found = list(play.runs(scenario, SCRIPTS, ear, range(2)))
    played = [(run.difficulty, run.seed, run.agent) for run in found]
    assert played == list(product(scenario.difficulties, range(2), SCRIPTS))
    assert list(play.runs(scenario, SCRIPTS, ear, range(2))) == found, "the same drill goes the same way"


SATISFACTION = {"excellent": 95, "decent": 70, "cold": 40, "hostile": 5, "gaming": 30}


def drill(seed: int = 0, difficulty: str = "calm", slug: str = "late-refund", **satisfaction: int) -> list[Run]:
    """One drill played by the five agents, each leaving the customer as satisfied as told."""
    bands = ("angry", "tense", "eased")
    return [
        Run(slug, "fr", difficulty, seed, agent, level, 1 + level // 20, "served", 7, bands, ("open",))
        for agent, level in {**SATISFACTION, **satisfaction}.items()
    ]


def test_agents_in_order() -> None:
    found = tally(drill())
    assert set(SATISFACTION) == set(AGENTS)
    assert (found.drills, found.ordered, found.moved, found.faults) == (1, 1.0, 1.0, ())
    assert found.ties == dict.fromkeys(
        ("excellent > decent", "decent > cold", "cold > hostile", "decent > gaming"), 0.0
    )


def test_a_tie_is_not_in_order_and_no_fault() -> None:
    found = tally([*drill(0), *drill(1, cold=70), *drill(2)])
    assert (found.drills, found.ordered, found.faults) == (3, 0.6667, ())
    assert found.ties["decent > cold"] == 0.3333 and found.ties["excellent > decent"] == 0.0


def test_a_fault_says_which_drill() -> None:
    found = tally([*drill(), *drill(4, "hard", "no-badge", gaming=71, hostile=41)])
    assert found.ordered == 0.5
    assert found.faults == ("no-badge/fr/hard/4: cold > hostile", "no-badge/fr/hard/4: decent > gaming")


def test_who_writes_for_the_scorer_may_do_better_than_the_cold() -> None:
    assert tally(drill(gaming=60)).ordered == tally(drill(gaming=0)).ordered == 1.0


def test_a_customer_is_pleased_when_it_is_more_often_than_not() -> None:
    often = [*drill(0), *drill(1), *drill(2, excellent=20)]
    half = [*drill(0, slug="no-badge"), *drill(1, slug="no-badge", excellent=20)]
    found = tally([*often, *half, *drill(0, "hard", excellent=50)]).pleased
    assert found["calm"] == {"excellent": 0.5, "decent": 1.0, "cold": 0.0, "hostile": 0.0, "gaming": 0.0}
    assert found["hard"]["excellent"] == 0.0 and set(found) == {"calm", "hard"}


def test_feelings_move_in_long_drills() -> None:
    still = [replace(run, bands=("angry", "tense")) for run in drill(1)]
    short = [replace(run, bands=("angry",), replies=play.LONG - 1) for run in drill(2)]
    assert tally([*drill(0), *still, *short]).moved == 0.5
    assert tally(short).moved == 0.0


def test_no_drill_at_all() -> None:
    found = tally(())
    assert found == Tally(0, 0.0, dict.fromkeys(found.ties, 0.0), {}, 0.0, ())
    assert json.loads(json.dumps(found.to_json()))["faults"] == []
