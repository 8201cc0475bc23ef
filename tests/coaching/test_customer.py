"""The simulated customer: what moves it, what it answers, how it ends."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.coaching.customer import (
    Feelings,
    Reaction,
    Verdict,
    begin,
    hint,
    meet,
    play,
    react,
    satisfaction,
    turn,
    verdict,
)
from actions.coaching.feelings import BANDS, FEELINGS, NEAR, band
from actions.coaching.line import say
from actions.coaching.memory import Memory
from actions.coaching.move import MOVES
from actions.coaching.scenario import HINTS, Scenario, Shift
from actions.coaching.temper import DIFFICULTIES
from actions.coaching.verdict import HEARD, THEMES, pleasing
from nlu.contract import ACTS, HOSTILITY, LANGS, RED_FLAGS, Lang, Topics
from tests.coaching import golden
from tests.coaching.agents import LEVELS, LIBRARY, Reply, perceive, script

EVERY = [LIBRARY.scenario(slug, lang) for slug in LIBRARY.slugs() for lang in LANGS]
QUICK = [scenario.quick(name) for scenario in EVERY for name in scenario.moments]
PARROT = "(the customer's own line)"


def named(scenario: Scenario) -> str:
    return f"{scenario.slug}-{scenario.lang}"


@pytest.fixture(params=LANGS)
def shop(request: pytest.FixtureRequest) -> Scenario:
    """An angry person, who wants to be heard before anything else."""
    return LIBRARY.scenario("late-refund", request.param)


@pytest.fixture(params=LANGS)
def night(request: pytest.FixtureRequest) -> Scenario:
    """A person in a hurry."""
    return LIBRARY.scenario("night-arrival", request.param)


@pytest.fixture(params=LANGS)
def bags(request: pytest.FixtureRequest) -> Scenario:
    """A person in a hurry, until the medicine in the bag is told."""
    return LIBRARY.scenario("lost-luggage", request.param)


@pytest.fixture(params=LANGS)
def delay(request: pytest.FixtureRequest) -> Scenario:
    """A person who knows the rules."""
    return LIBRARY.scenario("expert-delay", request.param)


@pytest.fixture(params=LANGS)
def shouts(request: pytest.FixtureRequest) -> Scenario:
    """A person who is rude until somebody sets a limit."""
    return LIBRARY.scenario("shouting-caller", request.param)


def says(
    *acts: str,
    empathy: Sequence[int] = (0, 0, 0),
    tone: Sequence[int] = (1, 1, 1, 1),
    text: str = "…",
    lang: Lang = "fr",
    **facts: Any,
) -> Reply:
    """A reply whose words do not matter, only what is perceived in it; without a word, no language is the wrong one."""
    return text, perceive(lang, empathy, tone, acts, **facts)


GOOD = (2, 2, 2, 2)
ABOUT = Topics(near=True)
LISTENED = says("reformulate", "ask_open", empathy=(2, 2, 2), tone=GOOD)
AGAIN = says("acknowledge", "reformulate", empathy=(1, 2, 0), tone=GOOD)
VAGUE = says("acknowledge", empathy=(0, 1, 0))
COLD = says("explain", tone=(0, 1, 1, 1))
PLAIN = says("identify", topics=ABOUT)
NUMBER = says("ask_closed", topics=Topics(asked=("order_number",)))
REFUND = says("propose", topics=Topics(proposed=("refund_now",)))
VOUCHER = says("propose", topics=Topics(proposed=("voucher",)))
WAIT = says("propose", topics=Topics(proposed=("wait_more",)))
NO_REFUND = says("refuse", topics=Topics(declined=("refund_now",)))
SETTLED = says(topics=Topics(settled=("when", "why", "follow_up")))
LIMIT = says("set_limit", tone=(1, 2, 2, 2), topics=ABOUT)
BLAMED = says(hostility=("blame",), topics=ABOUT)
BYE = says("close", tone=GOOD)


def after(*replies: Reply, scenario: Scenario, difficulty: str = "demanding", seed: int = 1) -> Reaction:
    return react(scenario, difficulty, seed, replies)


def kept(*replies: Reply, scenario: Scenario, difficulty: str = "demanding", seed: int = 1) -> Memory:
    """What the customer remembers."""
    return play(scenario, difficulty, seed, replies)[1]


def did(*replies: Reply, scenario: Scenario, difficulty: str = "demanding", seed: int = 1) -> set[str]:
    """The effects of the last reply."""
    now, before = (kept(*some, scenario=scenario, difficulty=difficulty, seed=seed) for some in (replies, replies[:-1]))
    return set(now.effects - before.effects)


def moved(reaction: Reaction, feeling: str) -> int:
    return sum(change.delta for change in reaction.changes if change.feeling == feeling)


def why(effect: str, scenario: Scenario, topic: str = "") -> str:
    """What the agent is told of an effect."""
    return scenario.temper.effects[effect].why.format(topic=topic, name=scenario.customer_name)


def pool(scenario: Scenario, kind: str, common: bool = False) -> set[str]:
    """The lines of a kind: the scenario's own, or anyone's."""
    lines = scenario.temper.lines if common else scenario.lines
    return {line for wordings in lines.get(kind, {}).values() for line in wordings}


def felt(scenario: Scenario, **feelings: Any) -> Scenario:
    """The same person, who feels this at the start."""
    start = replace(scenario.persona.start, **feelings)
    return replace(scenario, persona=replace(scenario.persona, start=start))


def listening(scenario: Scenario, **feelings: Any) -> Scenario:
    """The same person, who has been heard, and trusts."""
    calm = {"anger": 40, "anxiety": 20, "trust": 90, "patience": 90, "effort": 30}
    return felt(scenario, heard=True, **{**calm, **feelings})


# The agents.


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
@pytest.mark.parametrize("scenario", EVERY, ids=named)
def test_agents_end_in_order(scenario: Scenario, difficulty: str) -> None:
    for seed in range(3):
        ends = [react(scenario, difficulty, seed, script(scenario, level, difficulty, seed)) for level in LEVELS]
        finals = [satisfaction(end.feelings) for end in ends]
        assert finals == sorted(finals, reverse=True) and len(set(finals)) == len(finals), (seed, finals)
        assert (ends[0].ending, ends[-1].ending) == ("served", "hung_up")


@pytest.mark.parametrize("scenario", EVERY, ids=named)
def test_a_good_drill_lasts_a_few_replies(scenario: Scenario) -> None:
    for difficulty in DIFFICULTIES:
        reactions, _ = play(scenario, difficulty, 3, script(scenario, "excellent", difficulty, 3))
        assert 4 <= len(reactions) <= 10
        assert [reaction.move for reaction in reactions[-2:]] == ["accept", "thank"]


def test_harder_customers_are_harder(shop: Scenario) -> None:
    finals = [
        satisfaction(after(*script(shop, "decent", level), scenario=shop, difficulty=level).feelings)
        for level in DIFFICULTIES
    ]
    assert finals == sorted(finals, reverse=True)
    starts = [begin(shop, level, 1).feelings.patience for level in DIFFICULTIES]
    assert starts == sorted(starts, reverse=True)


# The opening.


def test_it_opens(shop: Scenario) -> None:
    opening = begin(shop, "demanding", 1)
    assert (opening.move, opening.phase, opening.need, opening.over) == ("open", "opening", "warm", False)
    assert opening.band == band(shop.persona.start) and opening.band_label == shop.bands[opening.band]
    assert opening.line in pool(shop, "open") and opening.changes == ()
    assert react(shop, "demanding", 1, []) == opening


def test_seeds_choose_the_words(shop: Scenario) -> None:
    assert {begin(shop, "demanding", seed).line for seed in range(40)} == pool(shop, "open")
    assert after(LISTENED, NUMBER, scenario=shop, seed=7) == after(LISTENED, NUMBER, scenario=shop, seed=7)


def test_an_unknown_difficulty_is_refused(shop: Scenario) -> None:
    with pytest.raises(KeyError):
        begin(shop, "impossible", 1)


def test_a_drill_can_be_played_turn_by_turn(shop: Scenario) -> None:
    replies = script(shop, "decent")
    opening, memory = meet(shop, "demanding", 1)
    reactions = [opening, *(turn(*reply, memory, shop) for reply in replies)]
    together, remembered = play(shop, "demanding", 1, replies)
    assert tuple(reactions) == together and memory == remembered


# Listening.


def test_understanding_calms(shop: Scenario) -> None:
    reaction = after(LISTENED, AGAIN, scenario=shop)
    assert moved(reaction, "anger") < 0 < moved(reaction, "trust")
    assert reaction.feelings.heard


def test_being_heard_takes_an_exchange(shop: Scenario) -> None:
    everything = says("reformulate", "own", "ask_open", empathy=(2, 2, 2), tone=GOOD)
    once = kept(everything, scenario=shop).heard
    assert once == shop.temper.numbers["heard_most"] < kept(everything, everything, scenario=shop).heard


def test_owning_it_shows_that_it_was_heard(shop: Scenario) -> None:
    assert kept(says("own"), scenario=shop).heard > kept(says("explain"), scenario=shop).heard == 0


def test_the_same_formula_again_makes_nobody_feel_heard(shop: Scenario) -> None:
    first, second, third = (kept(*[VAGUE] * times, scenario=shop).heard for times in (1, 2, 3))
    assert first > second - first > third - second > 0


def test_a_feeling_ignored_comes_back_louder(shop: Scenario) -> None:
    ignored = why("ignored", shop)
    once, twice = (
        [change.delta for change in reaction.changes if change.why == ignored and change.feeling == "patience"]
        for reaction in (after(COLD, scenario=shop), after(COLD, COLD, scenario=shop))
    )
    assert sum(twice) < sum(once) < 0


def test_a_fitting_question_is_a_way_of_listening(shop: Scenario) -> None:
    assert "ignored" in did(PLAIN, scenario=shop)
    assert "ignored" not in did(NUMBER, scenario=shop)


def test_levels_nobody_is_sure_of_move_nothing(shop: Scenario) -> None:
    levels = ("reaction", "interpretation", "exploration", "warmth", "courtesy", "calm", "clarity")
    doubtful = says("explain", empathy=(2, 2, 2), tone=(0, 0, 0, 0), confidence=dict.fromkeys(levels, 0.2))
    assert did(doubtful, scenario=shop) == {"waited", "explained"}
    assert not after(doubtful, scenario=shop).feelings.heard


def test_feelings_ease_in_steps(shop: Scenario) -> None:
    most = shop.temper.numbers["relief_most"]
    everything = says(
        "reformulate", "own", "explain", "commit_dated", "recognise", "personalise", empathy=(2, 2, 2), tone=GOOD
    )
    worst = felt(shop, anger=100, anxiety=100, trust=0)
    for difficulty in DIFFICULTIES:
        reaction = after(everything, scenario=worst, difficulty=difficulty)
        assert -most <= moved(reaction, "anger") < 0 < moved(reaction, "trust") <= most


def test_the_same_kindness_again_is_worth_less(shop: Scenario) -> None:
    named = says("personalise")
    wary = felt(shop, trust=10)
    worth = [moved(after(*[named] * times, scenario=wary), "trust") for times in (1, 2, 3)]
    cold = [moved(after(*[says("greet", topics=ABOUT)] * times, scenario=wary), "trust") for times in (1, 2, 3)]
    gained = [one - other for one, other in zip(worth, cold, strict=True)]
    assert gained == sorted(gained, reverse=True) and gained[0] > gained[-1]


def test_coldness_alone_takes_nobody_all_the_way(shop: Scenario) -> None:
    patient = felt(shop, patience=100)
    reactions, _ = play(patient, "hard", 1, [COLD] * shop.temper.replies)
    assert all(reaction.feelings.anger < 100 and reaction.ending != "hung_up" for reaction in reactions)
    assert reactions[-1].ending == "gave_up"


def test_repeating_the_customers_words_is_no_reformulation(shop: Scenario) -> None:
    line = begin(shop, "demanding", 1).line
    parrot = says("reformulate", empathy=(0, 2, 0), tone=GOOD, text=line)
    assert did(parrot, scenario=shop) >= {"parroted"}
    assert did(parrot, scenario=shop).isdisjoint({"understood", "reformulated"})
    assert not after(parrot, scenario=shop).feelings.heard


def test_sympathy_that_moves_nothing_ends_by_costing(shop: Scenario) -> None:
    trust = [after(*[VAGUE] * times, scenario=shop).feelings.trust for times in range(1, 7)]
    assert trust[-1] < max(trust)
    assert "stuffed" in did(*[VAGUE] * 3, scenario=shop)
    assert after(*[VAGUE] * shop.temper.replies, scenario=shop).ending == "gave_up"


def test_an_apology_too_many_costs(shop: Scenario) -> None:
    sorry = says("apologise", "ask_open", empathy=(1, 0, 1), tone=GOOD)
    assert "over_apologised" not in did(sorry, sorry, scenario=shop)
    assert "over_apologised" in did(sorry, sorry, sorry, scenario=shop)


def test_kindness_that_stalls_costs(shop: Scenario) -> None:
    heard = listening(shop)
    assert after(PLAIN, scenario=heard).move == "press"
    assert "stalled" in did(PLAIN, AGAIN, scenario=heard)
    for reply in (NUMBER, REFUND, SETTLED, says("ask_open"), says("commit_dated"), says("refuse"), LIMIT):
        assert "stalled" not in did(PLAIN, reply, scenario=heard)


def test_length_costs(shop: Scenario, night: Scenario) -> None:
    brief, long = (int(shop.temper.numbers[name]) + 1 for name in ("brief_words", "long_words"))
    assert "wordy" in did(says("explain", text="la " * long, lang=shop.lang), scenario=shop)
    assert "wordy" not in did(says("explain", text="la " * brief, lang=shop.lang), scenario=shop)
    assert "wordy" in did(says("explain", text="la " * brief, lang=night.lang), scenario=night)
    gush = says("explain", "acknowledge", empathy=(2, 0, 0), text="la " * brief, lang=night.lang)
    assert "gushed" in did(gush, scenario=night)


# Questions.


def test_it_answers_all_it_is_asked(shop: Scenario) -> None:
    both = says(topics=Topics(asked=("order_number", "return_date")))
    reaction = after(both, scenario=shop)
    assert reaction.move == "answer"
    assert shop.facts["order_number"].value in reaction.line and shop.facts["return_date"].value in reaction.line


def test_asked_twice_it_notices(shop: Scenario) -> None:
    fact = shop.facts["order_number"]
    reaction = after(NUMBER, NUMBER, scenario=shop)
    assert why("asked_again", shop, fact.label) in {change.why for change in reaction.changes}
    assert moved(reaction, "effort") > 0
    assert any(line in reaction.line for line in fact.again)


@pytest.mark.parametrize("question", [says("ask_open"), says(empathy=(0, 0, 1), topics=ABOUT)])
def test_an_open_question_brings_the_story_out(shop: Scenario, question: Reply) -> None:
    first, second, *_ = (fact for fact in shop.facts.values() if fact.open)
    reactions, _ = play(shop, "demanding", 1, [question, question])
    for reaction, fact in zip(reactions[1:], (first, second), strict=True):
        assert reaction.move == "answer"
        assert any(reaction.line.endswith(said) for said in fact.says)


def test_a_calm_customer_tells_its_story_at_length(shop: Scenario) -> None:
    first, second, *_ = (fact for fact in shop.facts.values() if fact.open)
    told = {level: kept(says("ask_open"), scenario=shop, difficulty=level).told for level in DIFFICULTIES}
    assert set(told["calm"]) == {first.id, second.id}
    assert set(told["demanding"]) == set(told["hard"]) == {first.id}


def test_asked_what_it_cannot_know_it_says_so(shop: Scenario) -> None:
    reactions, _ = play(shop, "demanding", 1, [says(topics=Topics(unknown=True))] * (len(shop.unknown) + 1))
    said = [reaction.line for reaction in reactions[1:]]
    assert {reaction.move for reaction in reactions[1:]} == {"answer"}
    assert set(said[:-1]) == set(shop.unknown)
    assert said[-1] in pool(shop, "unknown", common=True)


def test_not_certain_what_was_meant_it_asks(shop: Scenario) -> None:
    unsure = says("greet", topics=Topics(unsure=True))
    reaction = after(PLAIN, unsure, scenario=shop)
    assert reaction.move == "clarify" and reaction.line in pool(shop, "unsure")
    assert "off_point" not in did(PLAIN, unsure, scenario=shop)
    answered = says(topics=Topics(unsure=True, settled=("when",)))
    assert after(answered, scenario=shop).move != "clarify"


def test_off_the_point_it_asks_to_clarify(shop: Scenario) -> None:
    reaction = after(LISTENED, says(), scenario=shop)
    assert reaction.move == "clarify" and reaction.line in pool(shop, "clarify")
    assert did(LISTENED, says(), scenario=shop) == {"waited", "off_point"}


@pytest.mark.parametrize(
    "reply", [says(topics=ABOUT), says(topics=Topics(settled=("when",))), says("explain"), says(empathy=(1, 0, 0))]
)
def test_what_has_to_do_with_it_is_not_off_the_point(shop: Scenario, reply: Reply) -> None:
    assert "off_point" not in did(LISTENED, reply, scenario=shop)


def test_saying_hello_is_to_the_point_once(shop: Scenario) -> None:
    hello = says("greet", "identify")
    assert "off_point" not in did(hello, scenario=shop)
    assert "off_point" in did(hello, hello, scenario=shop)


def test_what_this_version_does_not_have_is_not_heard(shop: Scenario) -> None:
    elsewhere = ("elsewhere",)
    gone = says(topics=Topics(asked=elsewhere, proposed=elsewhere, declined=elsewhere, settled=elsewhere))
    assert after(gone, scenario=shop) == after(says(), scenario=shop)


def test_it_has_one_language(shop: Scenario) -> None:
    other: Lang = "en" if shop.lang == "fr" else "fr"
    words = "Un deux trois quatre, one two three four."
    foreign = words, perceive(other, (2, 2, 2), GOOD, ("reformulate", "own"), topics=Topics(proposed=("refund_now",)))
    reaction = after(LISTENED, foreign, scenario=shop)
    assert reaction.move == "clarify" and reaction.line in pool(shop, "language", common=True)
    assert "foreign" in did(LISTENED, foreign, scenario=shop)
    assert "foreign" not in did(LISTENED, ("OK, super.", foreign[1]), scenario=shop)


# Solutions.


def test_a_solution_before_listening_lands_badly(shop: Scenario) -> None:
    reaction = after(REFUND, scenario=shop)
    assert reaction.move == "refuse" and reaction.line in pool(shop, "too_soon")
    assert moved(reaction, "trust") < 0
    assert why("too_soon", shop, shop.solutions["refund_now"].label) in {change.why for change in reaction.changes}


def test_it_does_not_say_too_soon_for_ever(shop: Scenario) -> None:
    patient = felt(shop, patience=100, trust=90)
    most = int(shop.temper.numbers["too_soon"])
    reactions, memory = play(patient, "calm", 1, [NUMBER, *[VOUCHER] * (most + 1)])
    assert not memory.feelings.heard and memory.effects["too_soon"] == most
    assert [reaction.line in pool(shop, "too_soon") for reaction in reactions[2:]] == [True] * most + [False]


def test_a_hurried_customer_takes_the_solution_at_once(night: Scenario) -> None:
    asked = says("greet", topics=Topics(asked=("name",)))
    key = says("propose", topics=Topics(proposed=("key",)))
    trusting = felt(night, trust=90)
    assert after(asked, key, scenario=trusting, difficulty="calm").move == "accept"


def test_a_missing_fact_is_offered_with_a_remark(shop: Scenario) -> None:
    for difficulty in ("calm", "demanding"):
        reaction = after(REFUND, scenario=listening(shop), difficulty=difficulty)
        assert reaction.move == "answer" and reaction.line in shop.facts["order_number"].offered
        assert "skipped" in did(REFUND, scenario=listening(shop), difficulty=difficulty)


def test_a_hard_customer_first_only_says_that_something_is_missing(shop: Scenario) -> None:
    first, second = play(listening(shop), "hard", 1, [REFUND, REFUND])[0][1:]
    assert (first.move, second.move) == ("answer", "answer")
    assert first.line in pool(shop, "incomplete", common=True)
    assert second.line in shop.facts["order_number"].offered


def test_asked_and_offered_at_once_it_answers_first(shop: Scenario) -> None:
    both = says(topics=Topics(asked=("order_number",), proposed=("refund_now",)))
    for difficulty in DIFFICULTIES:
        reaction = after(both, scenario=listening(shop), difficulty=difficulty)
        assert reaction.move == "answer" and reaction.line in shop.facts["order_number"].says


def test_what_is_asked_in_the_same_breath_is_not_missing(shop: Scenario) -> None:
    both = says(topics=Topics(asked=("order_number",), proposed=("refund_now",)))
    assert "skipped" not in did(both, scenario=listening(shop))


def test_a_trap_is_refused_and_costs_trust(shop: Scenario) -> None:
    reaction = after(WAIT, scenario=listening(shop))
    assert reaction.move == "refuse" and reaction.line in shop.solutions["wait_more"].refuse
    assert moved(reaction, "trust") < 0
    assert "off_target" in did(WAIT, scenario=listening(shop))


def test_a_customer_who_knows_the_rules_hears_a_mistake(delay: Scenario) -> None:
    mistake = delay.solutions["technical_excuse"]
    excuse = says("explain", topics=Topics(proposed=(mistake.id,)))
    reaction = after(excuse, scenario=listening(delay))
    assert reaction.move == "refuse" and reaction.line in mistake.refuse
    assert moved(reaction, "trust") < 0
    assert why("mistaken", delay, mistake.label) in {change.why for change in reaction.changes}


def test_what_answers_a_doubt_right_is_no_mistake(delay: Scenario) -> None:
    heard, claim = listening(delay), says(topics=Topics(asked=("booking", "email"), proposed=("claim",)))
    for seed in range(9):
        doubt = kept(claim, PLAIN, scenario=heard, seed=seed).doubt
        assert doubt is not None
        wrong = says(topics=Topics(proposed=("five_hours",)))
        right = says(topics=Topics(proposed=("five_hours",), settled=(doubt,)))
        assert "mistaken" in did(claim, PLAIN, wrong, scenario=heard, seed=seed)
        assert "mistaken" not in did(claim, PLAIN, right, scenario=heard, seed=seed)


def test_of_several_offers_it_takes_the_best(shop: Scenario) -> None:
    heard = listening(shop)
    several = says(topics=Topics(proposed=("wait_more", "voucher", "refund_now")))
    assert "off_target" not in did(NUMBER, several, scenario=heard)
    assert kept(NUMBER, several, scenario=heard).pending == "refund_now"


def test_settling_for_less_takes_more_trust(shop: Scenario) -> None:
    def least(offer: Reply) -> int:
        return next(
            trust
            for trust in range(101)
            if after(NUMBER, offer, scenario=listening(shop, trust=trust), difficulty="calm").move == "accept"
        )

    assert 0 < least(REFUND) < least(VOUCHER)
    wary = after(NUMBER, VOUCHER, scenario=listening(shop, trust=0), difficulty="calm")
    assert wary.move == "refuse" and wary.line in shop.solutions["voucher"].refuse


def test_offering_the_same_again_neither_helps_nor_hurts(shop: Scenario) -> None:
    heard = listening(shop)
    assert "offered" in did(NUMBER, REFUND, scenario=heard)
    assert did(NUMBER, REFUND, REFUND, scenario=heard).isdisjoint({"offered", "too_soon"})


def test_a_promise_taken_back_costs_more_than_a_refusal(shop: Scenario) -> None:
    heard = listening(shop)
    bare = after(NUMBER, NO_REFUND, scenario=heard)
    broken = after(NUMBER, REFUND, NO_REFUND, scenario=heard)
    assert "refund_now" in after(NUMBER, REFUND, scenario=heard).feelings.promises
    assert "refund_now" not in broken.feelings.promises
    assert broken.move == "refuse" and broken.line in pool(shop, "broken", common=True) | pool(shop, "broken")
    assert moved(broken, "trust") < moved(bare, "trust") < 0
    assert "broken" not in did(NUMBER, NO_REFUND, scenario=heard)


def test_a_no_that_is_explained_is_no_bare_no(shop: Scenario) -> None:
    bare, kind = says("refuse", topics=ABOUT), says("refuse", "explain", topics=ABOUT)
    assert "refused" in did(bare, scenario=shop) and "refused_kindly" in did(kind, scenario=shop)
    patience = [moved(after(reply, scenario=shop), "patience") for reply in (bare, kind)]
    assert patience[0] < patience[1]
    assert after(kind, scenario=listening(shop)).move == "press"


def test_a_date_is_worth_more_than_a_promise_without_one(shop: Scenario) -> None:
    dated, vague = (after(says(act, topics=ABOUT), scenario=shop) for act in ("commit_dated", "commit"))
    assert moved(dated, "trust") > moved(vague, "trust")
    assert "date" in dated.feelings.promises and "date" not in vague.feelings.promises


# Doubts.


def doubted(shop: Scenario, *replies: Reply, seed: int = 1) -> tuple[Reaction, Memory]:
    """After a fitting offer, a doubt is spoken; `replies` follow."""
    reactions, memory = play(listening(shop), "demanding", seed, [NUMBER, REFUND, *replies])
    assert reactions[2].move == "test"
    return reactions[-1], memory


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_each_difficulty_has_its_doubts(shop: Scenario, difficulty: str) -> None:
    heard, replies = listening(shop), [NUMBER, REFUND]
    while (doubt := kept(*replies, scenario=heard, difficulty=difficulty).doubt) is not None:
        replies.append(says(topics=Topics(settled=(doubt,))))
    reactions, _ = play(heard, difficulty, 1, replies)
    spoken = [reaction.move for reaction in reactions].count("test")
    assert spoken == shop.temper.difficulties[difficulty].doubts
    assert (reactions[-1].move, reactions[-1].phase, reactions[-1].over) == ("accept", "closing", False)


def test_a_doubt_stands_until_it_is_answered(shop: Scenario) -> None:
    first, memory = doubted(shop)
    doubt = memory.doubt
    assert doubt is not None and first.line in shop.doubts[doubt].asks
    again, memory = doubted(shop, PLAIN)
    assert again.move == "test" and memory.doubt == doubt
    assert again.line in shop.doubts[doubt].asks and again.line != first.line
    assert why("dodged", shop, shop.doubts[doubt].label) in {change.why for change in again.changes}


def test_a_question_back_is_no_dodge_and_the_doubt_still_stands(shop: Scenario) -> None:
    reaction, memory = doubted(shop, says(topics=Topics(asked=("return_date",))))
    assert reaction.move == "answer" and memory.doubt
    assert not memory.effects["dodged"]
    reaction, memory = doubted(shop, says(topics=Topics(asked=("return_date",))), PLAIN)
    assert reaction.move == "test"


def test_a_doubt_not_understood_still_stands(shop: Scenario) -> None:
    for reply in (says(), says(topics=Topics(unsure=True))):
        reaction, memory = doubted(shop, reply)
        assert reaction.move == "clarify" and memory.doubt


def test_a_doubt_about_an_offer_taken_back_is_no_longer_one(shop: Scenario) -> None:
    reaction, memory = doubted(shop, NO_REFUND, PLAIN)
    assert reaction.move == "press"  # it asks something else by now
    assert memory.effects["dodged"] <= 1 and memory.doubt is None


def test_words_or_acts_answer_a_doubt(shop: Scenario) -> None:
    for seed in range(12):
        doubt = doubted(shop, seed=seed)[1].doubt
        assert doubt is not None
        for answer in (says(topics=Topics(settled=(doubt,))), says(*shop.doubts[doubt].settled_by)):
            reaction, memory = doubted(shop, answer, seed=seed)
            assert reaction.move == "accept" and doubt in reaction.feelings.answered
            assert memory.doubt is None and memory.effects["settled"] == 1


def test_a_doubt_can_be_answered_before_it_is_spoken(shop: Scenario) -> None:
    heard = listening(shop)
    assert after(NUMBER, SETTLED, scenario=heard).feelings.answered == ()  # nothing to doubt yet
    offer = says(topics=Topics(proposed=("refund_now",), settled=("when", "why", "follow_up")))
    assert after(NUMBER, offer, scenario=heard).move == "accept"


# The end.


def accepted(shop: Scenario, *replies: Reply) -> Reaction:
    """After a fitting offer that is accepted, `replies` follow."""
    assert after(NUMBER, REFUND, scenario=listening(shop), difficulty="calm").move == "accept"
    return after(NUMBER, REFUND, *replies, scenario=listening(shop), difficulty="calm")


def test_once_served_it_thanks_and_goes(shop: Scenario) -> None:
    assert (accepted(shop).phase, accepted(shop).over) == ("closing", False)
    end = accepted(shop, BYE)
    assert (end.move, end.over, end.ending) == ("thank", True, "served")
    assert end.line in pool(shop, "thank")
    assert why("farewell", shop) in {change.why for change in end.changes}


def test_a_solution_found_relieves(shop: Scenario) -> None:
    solved = why("solved", shop, shop.solutions["refund_now"].label)
    assert solved in {change.why for change in accepted(shop).changes}


def test_after_agreeing_it_still_answers(shop: Scenario) -> None:
    reaction = accepted(shop, says(topics=Topics(asked=("return_date",))))
    assert (reaction.move, reaction.over) == ("answer", False)
    assert accepted(shop, NUMBER).over  # what was told already keeps nobody


def test_after_agreeing_hostility_is_not_thanked_for(shop: Scenario) -> None:
    reaction = accepted(shop, BLAMED)
    assert (reaction.move, reaction.over) == ("vent", False)
    assert accepted(shop, BLAMED, BYE).ending == "served"


def test_an_agreement_taken_back_is_no_agreement(shop: Scenario) -> None:
    reaction = accepted(shop, NO_REFUND)
    assert (reaction.move, reaction.phase, reaction.over) == ("refuse", "middle", False)
    assert accepted(shop, NO_REFUND, BYE).ending is None


def test_taking_leave_before_it_is_settled_costs(shop: Scenario) -> None:
    assert after(BYE, scenario=listening(shop)).move == "press"
    assert "closed_early" in did(BYE, scenario=listening(shop))
    assert "closed_early" not in did(says("close", "ask_open"), scenario=listening(shop))


@pytest.mark.parametrize("flag", ["insult", "discrimination"])
def test_it_hangs_up_on_the_unacceptable(shop: Scenario, flag: str) -> None:
    reaction = after(LISTENED, says(red_flags=(flag,)), scenario=shop)
    assert (reaction.move, reaction.over, reaction.ending) == ("hang_up", True, "hung_up")
    assert reaction.line in pool(shop, "hang_up")
    assert why("cut_off", shop) in {change.why for change in reaction.changes}


def test_it_leaves_when_patience_has_run_out(shop: Scenario) -> None:
    reaction = after(COLD, scenario=felt(shop, patience=1))
    assert (reaction.move, reaction.over, reaction.ending) == ("hang_up", True, "gave_up")
    assert reaction.line in pool(shop, "leave")


def test_a_contact_that_leads_nowhere_ends(shop: Scenario) -> None:
    nowhere = [says(topics=Topics(unknown=True))] * (shop.temper.replies + 1)
    reactions, _ = play(listening(shop, patience=100), "demanding", 1, nowhere)
    assert len(reactions) == shop.temper.replies + 1
    assert reactions[-1].ending == "gave_up" and reactions[-1].feelings.patience > 0


def test_the_last_reply_can_still_part_well(shop: Scenario) -> None:
    waits = [says(topics=Topics(unknown=True))] * (shop.temper.replies - 3)
    end = after(*waits, NUMBER, REFUND, BLAMED, scenario=listening(shop, patience=100), difficulty="calm")
    assert end.ending == "served"


def test_leaving_with_nothing_is_worse(shop: Scenario) -> None:
    impatient = listening(shop, patience=1)
    assert after(REFUND, scenario=impatient).ending == after(PLAIN, scenario=impatient).ending == "gave_up"
    offered, nothing = (satisfaction(after(reply, scenario=impatient).feelings) for reply in (REFUND, PLAIN))
    assert nothing < offered


def test_whoever_leaves_with_nothing_was_listened_to_for_nothing(shop: Scenario) -> None:
    impatient = listening(shop, patience=1)
    assert not after(PLAIN, scenario=impatient).feelings.heard
    assert after(REFUND, scenario=impatient).feelings.heard


def test_an_ended_drill_stays_ended(shop: Scenario) -> None:
    insult = says(red_flags=("insult",))
    assert after(insult, LISTENED, REFUND, scenario=shop) == after(insult, scenario=shop)


# Hostility.


@pytest.mark.parametrize("kind", HOSTILITY)
def test_hostility_hurts(shop: Scenario, kind: str) -> None:
    reaction = after(says(hostility=(kind,)), scenario=shop)
    assert moved(reaction, "anger") > 0 > moved(reaction, "trust")
    assert reaction.move in ("vent", "manager") and not reaction.over


@pytest.mark.parametrize("flag", RED_FLAGS)
def test_a_red_flag_hurts(shop: Scenario, flag: str) -> None:
    reaction = after(says("explain", red_flags=(flag,)), scenario=felt(shop, trust=90))
    assert moved(reaction, "trust") < 0 and not reaction.feelings.heard


def test_an_accusation_is_counted_once(shop: Scenario) -> None:
    accused = says(hostility=("blame",), red_flags=("blame",), topics=ABOUT)
    assert "accused" in did(accused, scenario=shop) and "blamed" not in did(accused, scenario=shop)


def test_a_pleasant_tone_does_not_soften_hostile_words(shop: Scenario) -> None:
    sweet = says("reformulate", empathy=(2, 2, 2), tone=GOOD, hostility=("sarcasm",))
    assert did(sweet, scenario=shop).isdisjoint({"kind", "clear"})
    assert not after(sweet, sweet, scenario=felt(shop, patience=100, anger=10)).feelings.heard


def test_some_people_feel_more_than_others(shop: Scenario) -> None:
    def sensitive(times: float) -> Scenario:
        felt_by = {**shop.persona.sensitivities, "anger": times}
        return replace(shop, persona=replace(shop.persona, sensitivities=felt_by))

    for reply in (BLAMED, LISTENED):
        thin, thick = (abs(moved(after(reply, scenario=sensitive(times)), "anger")) for times in (1.5, 0.5))
        assert thin > thick > 0


@pytest.mark.parametrize("kind", HOSTILITY)
def test_a_hardness_that_no_word_shows_hurts_less(shop: Scenario, kind: str) -> None:
    start = felt(shop, trust=60, anger=40)
    harsh, hostile = says("explain", harsh=(kind,)), says("explain", hostility=(kind,))
    assert "harsh" in did(harsh, scenario=start) and "harsh" not in did(hostile, scenario=start)
    for feeling, worse in (("anger", 1), ("trust", -1)):
        faint, open_ = (moved(after(reply, scenario=start), feeling) * worse for reply in (harsh, hostile))
        assert 0 < faint < open_


def test_a_hardness_that_no_word_shows_is_no_reason_to_hang_up(shop: Scenario) -> None:
    raging = felt(shop, anger=100, patience=100)
    harsh = says(topics=ABOUT, harsh=("blame",))
    assert after(BLAMED, scenario=raging).ending is None
    assert after(BLAMED, BLAMED, scenario=raging).ending == "hung_up"
    assert after(harsh, harsh, scenario=raging).ending is None


def test_coldness_to_a_raging_customer_is_no_reason_to_hang_up(shop: Scenario) -> None:
    assert after(COLD, COLD, scenario=felt(shop, anger=100, patience=100)).ending is None


def test_out_of_trust_it_asks_for_somebody_else_once(shop: Scenario) -> None:
    wary = felt(shop, anger=20, trust=5, patience=100)
    for reply in (BLAMED, says("refuse", topics=ABOUT), says("deflect", topics=ABOUT)):
        first, second = play(wary, "demanding", 1, [reply, reply])[0][1:]
        assert first.move == "manager" and first.line in pool(shop, "manager")
        assert second.move in ("vent", "press")
    assert after(BLAMED, scenario=felt(shop, trust=95)).move == "vent"


def test_a_polite_limit_does_no_harm(shop: Scenario) -> None:
    reaction = after(LIMIT, scenario=listening(shop))
    assert "limited" in did(LIMIT, scenario=listening(shop))
    assert moved(reaction, "anger") <= 0 <= moved(reaction, "trust")


def test_coldness_can_leave_it_speechless_once(shop: Scenario) -> None:
    patient = felt(shop, patience=100)
    silences = [
        [reaction.move for reaction in play(patient, "demanding", seed, [COLD] * 5)[0]].count("silent")
        for seed in range(20)
    ]
    assert max(silences) == 1


# Abuse.


def test_it_is_rude_until_somebody_sets_a_limit(shouts: Scenario) -> None:
    for reply in (LISTENED, VAGUE, says("propose", topics=Topics(proposed=("open_case",)))):
        reaction = after(reply, scenario=shouts)
        assert reaction.move == "abuse" and reaction.line in pool(shouts, "abuse")
    assert after(VAGUE, AGAIN, scenario=shouts).move == "abuse"


def test_even_rude_it_answers_a_question(shouts: Scenario) -> None:
    asked = says(topics=Topics(asked=("line_number",)))
    reaction = after(asked, scenario=shouts)
    assert reaction.move == "answer" and shouts.facts["line_number"].value in reaction.line


def test_a_limit_brings_it_back_to_reason(shouts: Scenario) -> None:
    reaction = after(VAGUE, LIMIT, scenario=shouts)
    assert reaction.move == "soften" and reaction.line in pool(shouts, "contrite")
    assert moved(reaction, "anger") < 0 < moved(reaction, "trust")
    assert why("held", shouts) in {change.why for change in reaction.changes}
    assert "limited" not in did(VAGUE, LIMIT, scenario=shouts)


def test_after_a_limit_it_is_somebody_to_talk_to(shouts: Scenario) -> None:
    limited = [VAGUE, LIMIT]
    for reply in (AGAIN, LIMIT, says("ask_open"), PLAIN):
        reaction = after(*limited, reply, scenario=shouts)
        assert reaction.move != "abuse" and reaction.line not in pool(shouts, "contrite") | pool(shouts, "abuse")


def test_a_limit_set_with_contempt_holds_nothing(shouts: Scenario) -> None:
    contempt = says("set_limit", hostility=("sarcasm",), topics=ABOUT)
    assert did(contempt, scenario=shouts).isdisjoint({"held", "limited"})
    assert after(contempt, scenario=shouts).move in ("vent", "manager")
    assert after(contempt, VAGUE, scenario=shouts).move == "abuse"


# A person in a hurry.


def test_to_the_point_is_how_a_hurried_customer_feels_heard(night: Scenario) -> None:
    for useful in (Topics(asked=("name",)), Topics(proposed=("key",)), Topics(proposed=("key_after_form",))):
        assert after(says(topics=useful), scenario=night).feelings.heard
    for useless in (Topics(asked=("tiredness",)), Topics(proposed=("tour",)), ABOUT):
        assert not after(says(empathy=(2, 2, 2), topics=useless), scenario=night).feelings.heard
    rude = says(topics=Topics(asked=("name",)), hostility=("command",))
    assert not after(rude, scenario=night).feelings.heard


def test_a_needless_question_to_a_hurried_customer_costs(night: Scenario) -> None:
    needless = says(topics=Topics(asked=("luggage",)))
    whys = {change.why for change in after(needless, scenario=night).changes}
    assert why("needless", night, night.facts["luggage"].label) in whys
    assert "needless" not in did(says(topics=Topics(asked=("name",))), scenario=night)


def test_sympathy_is_worth_less_to_a_hurried_customer(night: Scenario) -> None:
    kind = says("reformulate", empathy=(2, 2, 0))
    hurried = after(kind, scenario=night)
    unhurried = after(kind, scenario=replace(night, need="warm"))
    assert moved(unhurried, "anger") < moved(hurried, "anger") < 0


# A need that changes.

MEDICINE = says("ask_open", topics=Topics(asked=("medicine",)))
DELIVERY = says("propose", topics=Topics(proposed=("urgent_delivery",)))
TAG = says(topics=Topics(asked=("bag_tag", "address")))


def test_what_it_tells_can_change_what_it_needs(bags: Scenario) -> None:
    before, reaction = play(bags, "demanding", 1, [TAG, MEDICINE])[0][1:]
    assert (before.need, before.feelings.heard) == ("efficient", True)
    assert (reaction.need, reaction.feelings.heard) == ("warm", False)
    assert reaction.move == "answer" and any(line in reaction.line for line in bags.facts["medicine"].says)
    assert why("shifted", bags, bags.facts["medicine"].label) in {change.why for change in reaction.changes}


def test_a_changed_need_is_met_anew(bags: Scenario) -> None:
    reaction = after(TAG, MEDICINE, DELIVERY, scenario=bags)
    assert reaction.move == "refuse" and reaction.line in pool(bags, "too_soon")
    assert after(TAG, MEDICINE, LISTENED, AGAIN, scenario=bags).feelings.heard
    assert after(TAG, MEDICINE, LISTENED, AGAIN, DELIVERY, scenario=bags).line not in pool(bags, "too_soon")


def test_a_need_changes_once(bags: Scenario) -> None:
    memory = kept(TAG, MEDICINE, LISTENED, AGAIN, MEDICINE, scenario=bags)
    assert memory.effects["shifted"] == 1 and memory.feelings.heard and memory.need == "warm"


def test_what_would_change_the_need_is_no_needless_question(bags: Scenario) -> None:
    assert "needless" not in did(MEDICINE, scenario=bags)
    assert "needless" in did(says(topics=Topics(asked=("bag_look",))), scenario=bags)


def test_once_agreed_the_need_changes_no_more(bags: Scenario) -> None:
    trusting = felt(bags, trust=95)
    reaction = after(TAG, DELIVERY, MEDICINE, scenario=trusting, difficulty="calm")
    assert (reaction.move, reaction.need) == ("answer", "efficient")


def test_a_need_to_be_heard_can_become_a_hurry(shop: Scenario) -> None:
    late = replace(shop, shift=Shift("return_date", "efficient"))
    asked = says(topics=Topics(asked=("return_date",)))
    assert after(asked, scenario=late).need == "efficient"
    assert after(asked, scenario=listening(late)).feelings.heard  # who was heard stays heard
    assert after(asked, REFUND, scenario=late).line not in pool(shop, "too_soon")


# Moments.


def test_a_quick_drill_begins_in_the_middle(shop: Scenario) -> None:
    moment = shop.moments["which_day"]
    quick = shop.quick("which_day")
    opening = begin(quick, "demanding", 1)
    assert (opening.line, opening.move) == (moment.line, "open")
    assert opening.feelings == replace(moment.start, patience=opening.feelings.patience)
    assert opening.feelings.heard
    assert after(NUMBER, scenario=quick).line.endswith(shop.facts["order_number"].again)
    assert after(REFUND, scenario=quick).move == "test"  # nothing is missing, nothing comes too soon


def test_a_quick_drill_begins_with_the_need_that_was_told(bags: Scenario) -> None:
    quick = bags.quick("tablets_in_the_bag")  # the medicine is told already
    assert begin(quick, "demanding", 1).need == "warm"
    reaction = after(LISTENED, scenario=quick)
    assert why("shifted", bags, bags.facts["medicine"].label) not in {change.why for change in reaction.changes}
    assert kept(LISTENED, scenario=quick).heard > 0


def test_the_hint_of_a_quick_drill_fits_where_it_begins(shop: Scenario) -> None:
    assert hint(shop.quick("third_call"), "demanding", 1, ()) == shop.hints[HINTS.index("opening")]
    assert hint(shop.quick("which_day"), "demanding", 1, ()) == shop.hints[HINTS.index("unsolved")]  # heard already


def test_a_quick_drill_is_as_patient_as_its_difficulty(shop: Scenario) -> None:
    quick = shop.quick("which_day")
    starts = [begin(quick, level, 1).feelings.patience for level in DIFFICULTIES]
    assert starts == sorted(starts, reverse=True) and len(set(starts)) > 1


def test_a_quick_drill_leaves_its_scenario_as_it_was(shop: Scenario) -> None:
    before = begin(shop, "demanding", 1)
    quick = shop.quick("third_call")
    assert (quick.slug, quick.title) == ("late-refund.third_call", shop.moments["third_call"].title)
    assert quick.summary == shop.moments["third_call"].situation
    assert quick.skills == (shop.moments["third_call"].trains,)
    assert begin(shop, "demanding", 1) == before and shop.moment is None
    with pytest.raises(KeyError):
        shop.quick("never")


# What shows, and what is said.

EVERY_MOOD = [
    Feelings(anger, anxiety, trust, patience, 50)
    for anger in range(0, 101, 5)
    for anxiety in range(0, 101, 5)
    for trust in (0, 90)
    for patience in range(0, 101, 5)
]


def test_every_band_can_show() -> None:
    assert {band(feelings) for feelings in EVERY_MOOD} == set(BANDS)


@pytest.mark.parametrize(
    ("anger", "anxiety", "trust", "patience", "shown"),
    [
        (5, 10, 80, 80, "confident"),
        (5, 10, 80, 0, "confident"),
        (5, 10, 20, 80, "eased"),
        (37, 20, 80, 80, "tense"),
        (20, 37, 80, 80, "tense"),
        (54, 20, 80, 80, "annoyed"),
        (20, 54, 80, 80, "worried"),
        (70, 20, 80, 80, "angry"),
        (20, 70, 80, 80, "anxious"),
        (95, 20, 80, 80, "furious"),
        (20, 95, 80, 80, "distraught"),
        (95, 95, 80, 80, "furious"),
        (37, 20, 80, 20, "weary"),
        (20, 70, 80, 20, "weary"),
        (95, 20, 80, 20, "furious"),
        (37, 20, 80, 0, "spent"),
        (95, 20, 80, 0, "spent"),
    ],
)
def test_what_shows_is_the_stronger_distress(anger: int, anxiety: int, trust: int, patience: int, shown: str) -> None:
    assert band(Feelings(anger, anxiety, trust, patience, 50)) == shown


def test_every_band_has_a_name(shop: Scenario) -> None:
    assert set(shop.bands) == set(BANDS)
    assert len(set(shop.temper.bands.values())) == len(BANDS)


def test_a_milder_shade_has_the_name_of_the_fuller_one() -> None:
    badge = LIBRARY.scenario("no-badge", "fr")
    assert badge.bands["worried"] == badge.bands["anxious"] == "Gêne"
    assert badge.bands["annoyed"] == badge.temper.bands["annoyed"]


@pytest.mark.parametrize("shade", sorted(NEAR))
def test_a_shade_without_words_of_its_own_takes_the_nearest(shop: Scenario, shade: str) -> None:
    feelings = next(feelings for feelings in EVERY_MOOD if band(feelings) == shade)
    vent = {NEAR[shade]: ("Grr.",), "any": ("Bof.",)}
    near = replace(shop, persona=replace(shop.persona, start=feelings), lines={**shop.lines, "vent": vent})
    own = replace(near, lines={**shop.lines, "vent": {shade: ("Pff.",), **vent}})
    said = [say("vent", meet(scenario, "demanding", 1)[1], scenario) for scenario in (near, own)]
    assert said == ["Grr.", "Pff."]


def test_out_of_patience_the_mood_still_has_its_words(shop: Scenario) -> None:
    for patience in (20, 1):
        tired = felt(shop, anger=70, anxiety=10, patience=patience)
        vent = {"angry": ("Grr.",), "any": ("Bof.",)}
        plain = replace(tired, lines={**shop.lines, "vent": vent})
        own = replace(tired, lines={**shop.lines, "vent": {band(tired.persona.start): ("Pff.",), **vent}})
        said = [say("vent", meet(scenario, "demanding", 1)[1], scenario) for scenario in (plain, own)]
        assert said == ["Grr.", "Pff."]


def test_its_own_words_come_first_then_anyones_then_the_spare_ones(shop: Scenario) -> None:
    common = replace(shop.temper, lines={"press": {"any": ("Et donc ?",)}, "spare": {"any": ("Hum.",)}})
    bare = replace(listening(shop), lines={"open": {"any": ("Allô ?",)}, "press": {"any": ("Et là ?",)}}, temper=common)
    said = [reaction.line for reaction in play(bare, "demanding", 1, [PLAIN] * 3)[0]]
    assert said == ["Allô ?", "Et là ?", "Et donc ?", "Hum."]


def test_a_word_on_the_feeling_comes_before_the_answer(shop: Scenario) -> None:
    relieved = after(LISTENED, says("ask_open", "reformulate", empathy=(2, 2, 2)), scenario=shop, difficulty="hard")
    assert relieved.feelings.heard
    assert relieved.line.startswith(tuple(pool(shop, "soften")))
    tense = replace(shop, lines={**shop.lines, "answer": {"any": ("Bon.",)}})
    assert after(NUMBER, scenario=tense).line.startswith("Bon. ")


def test_feelings_stay_within_bounds() -> None:
    assert Feelings(95, 0, 5, 0, 0).moved("anger", 20).anger == 100
    assert Feelings(95, 0, 5, 0, 0).moved("trust", -20).trust == 0


def test_satisfaction_runs_from_0_to_100() -> None:
    assert satisfaction(Feelings(0, 0, 100, 100, 0, heard=True)) == 100
    assert satisfaction(Feelings(100, 100, 0, 0, 100)) == 0
    assert satisfaction(Feelings(50, 50, 50, 50, 50)) < satisfaction(Feelings(50, 50, 50, 50, 50, heard=True))


def test_a_reaction_survives_json(shop: Scenario) -> None:
    for reaction in play(shop, "hard", 2, script(shop, "decent", "hard", 2))[0]:
        plain = json.loads(json.dumps(reaction.to_json()))
        assert Reaction.from_json(plain) == reaction
        assert plain["feelings"]["satisfaction"] == satisfaction(reaction.feelings)


# Hints.


@pytest.mark.parametrize(
    ("replies", "stands"),
    [
        ((), "opening"),
        ((COLD,), "unheard"),
        ((LISTENED, AGAIN), "unsolved"),
        ((LISTENED, AGAIN, NUMBER, REFUND), "doubtful"),
        ((LISTENED, AGAIN, NUMBER, REFUND, PLAIN), "doubtful"),
    ],
)
def test_the_hint_fits_where_the_contact_stands(shop: Scenario, replies: Sequence[Reply], stands: str) -> None:
    assert hint(shop, "demanding", 1, replies) == shop.hints[HINTS.index(stands)]


def test_the_hint_once_it_is_settled(shop: Scenario) -> None:
    assert hint(listening(shop), "calm", 1, [NUMBER, REFUND]) == shop.hints[HINTS.index("closing")]


def test_a_refusal_for_want_of_trust_is_a_doubt(shop: Scenario) -> None:
    wary = listening(shop, trust=0)
    assert after(NUMBER, VOUCHER, scenario=wary, difficulty="calm").move == "refuse"
    assert hint(wary, "calm", 1, [NUMBER, VOUCHER]) == shop.hints[HINTS.index("doubtful")]


def test_a_hurried_customer_is_never_unheard(night: Scenario) -> None:
    assert hint(night, "demanding", 1, [COLD]) == night.hints[HINTS.index("unsolved")]


# Verdicts.


@pytest.mark.parametrize("scenario", EVERY, ids=named)
def test_verdicts_follow_the_agents(scenario: Scenario) -> None:
    given_ = [verdict(scenario, "demanding", 1, script(scenario, level)) for level in LEVELS]
    assert [one.csat for one in given_] == sorted((one.csat for one in given_), reverse=True)
    assert given_[0].csat >= 4 and given_[-1].csat == 1
    assert given_[0].recommend > given_[-1].recommend
    for one in given_:
        assert 1 <= one.csat <= 5 and 1 <= one.effort <= 7 and 0 <= one.recommend <= 10


@pytest.mark.parametrize("scenario", EVERY, ids=named)
@pytest.mark.parametrize("difficulty", DIFFICULTIES)
@pytest.mark.parametrize("level", LEVELS)
def test_the_reasons_of_a_verdict_agree_with_its_rating(scenario: Scenario, level: str, difficulty: str) -> None:
    effects = scenario.temper.effects
    glad = {effect.reason for name, effect in effects.items() if pleasing(name, scenario)}
    sad = {effect.reason for effect in effects.values()} - glad
    replies = script(scenario, level, difficulty)
    for size in range(len(replies) + 1):
        told = verdict(scenario, difficulty, 1, replies[:size])
        assert len({*told.reasons}) == 3
        assert told.csat <= 3 or not sad & {*told.reasons}
        assert told.csat >= 3 or not glad & {*told.reasons}


def test_a_verdict_says_each_kind_of_thing_once(shop: Scenario) -> None:
    effects = shop.temper.effects
    themes = [{effects[name].reason for name in theme} for theme in THEMES]
    for level in LEVELS:
        reasons = set(verdict(shop, "demanding", 1, script(shop, level)).reasons)
        assert all(len(reasons & theme) <= 1 for theme in themes)
        assert effects["waited"].reason not in reasons


def test_every_theme_is_made_of_effects(shop: Scenario) -> None:
    assert frozenset().union(*THEMES) | HEARD <= set(shop.temper.effects)


def test_who_does_not_feel_heard_does_not_thank_for_listening(shop: Scenario) -> None:
    listened = {shop.temper.effects[name].reason for name in HEARD}
    for seed in range(10):
        assert not after(VAGUE, VAGUE, scenario=shop, seed=seed).feelings.heard
        assert listened.isdisjoint(verdict(shop, "demanding", seed, [VAGUE, VAGUE]).reasons)


def test_nobody_left_without_an_answer_is_pleased(shop: Scenario) -> None:
    happy = listening(shop, anger=0, anxiety=0, effort=0, trust=100)
    assert verdict(happy, "calm", 1, [NUMBER]).csat == 3
    assert verdict(felt(happy, patience=1), "demanding", 1, [COLD]).csat <= 2
    assert verdict(happy, "calm", 1, [says(red_flags=("insult",))]).csat == 1
    assert verdict(happy, "calm", 1, [NUMBER, REFUND]).csat == 5


def test_whoever_hangs_up_rates_it_low_whatever_was_agreed(shop: Scenario) -> None:
    happy = listening(shop, anger=0, anxiety=0, effort=0, trust=100)
    told = verdict(happy, "calm", 1, [NUMBER, REFUND, says(red_flags=("insult",))])
    assert told.csat <= 2 and shop.temper.effects["solved"].reason not in told.reasons


def test_whoever_agreed_does_not_leave_for_want_of_a_solution(shop: Scenario) -> None:
    tired = listening(shop, anger=0, anxiety=0, effort=0, trust=100, patience=8)
    worn = [NUMBER, REFUND, *[BLAMED] * 8]
    assert after(*worn, scenario=tired, difficulty="calm").ending in ("gave_up", "hung_up")
    assert not kept(*worn, scenario=tired, difficulty="calm").effects["given_up"]
    assert set(shop.temper.reasons["gave_up"]).isdisjoint(verdict(tired, "calm", 1, worn).reasons)


@pytest.mark.parametrize("feelings", [{"anger": 65}, {"anger": 95}, {"anger": 50, "patience": 15}])
def test_nobody_who_is_still_upset_is_pleased(shop: Scenario, feelings: dict[str, int]) -> None:
    assert verdict(listening(shop, **feelings), "demanding", 1, ()).csat <= 2


def test_a_verdict_is_always_marked_as_simulated(shop: Scenario) -> None:
    assert verdict(shop, "calm", 1, ()).to_json()["simulated"] is True
    assert isinstance(verdict(shop, "calm", 1, [COLD]), Verdict)


# Whatever is said.


def some(chance: random.Random, names: Iterable[str], odds: float = 0.5) -> tuple[str, ...]:
    """A few of them, in any order; sometimes one that only another version of the scenario had."""
    pool = [*names, "elsewhere"]
    return tuple(chance.sample(pool, min(len(pool), chance.randint(1, 3)))) if chance.random() < odds else ()


def anything(scenario: Scenario, chance: random.Random) -> Reply:
    """Any reply at all, about anything."""
    text = chance.choice(("…", "Non.", "🙂", "Je vous écoute, racontez-moi ?", "la " * 140, PARROT))
    return text, perceive(
        chance.choice((*[scenario.lang] * 9, *LANGS)),
        [chance.randint(0, 2) for _ in range(3)],
        [chance.randint(0, 2) for _ in range(4)],
        chance.sample(ACTS, chance.randint(0, 4)),
        topics=Topics(
            asked=some(chance, scenario.facts),
            proposed=some(chance, scenario.solutions),
            declined=some(chance, scenario.solutions, 0.15),
            settled=some(chance, scenario.doubts),
            unknown=chance.random() < 0.2,
            unsure=chance.random() < 0.2,
            near=chance.random() < 0.5,
        ),
        hostility=chance.sample(HOSTILITY[1:], 1) if chance.random() < 0.06 else (),
        harsh=HOSTILITY[:1] if chance.random() < 0.06 else (),
        red_flags=chance.sample(RED_FLAGS, 1) if chance.random() < 0.02 else (),
        confidence={"interpretation": 0.2} if chance.random() < 0.1 else {},
    )


@dataclass(frozen=True)
class Drill:
    """Any drill, by a few plain values: each number makes a reply, and there are more than it takes to end it."""

    slug: str
    lang: Lang
    difficulty: str
    seed: int
    numbers: tuple[int, ...]

    @property
    def scenario(self) -> Scenario:
        return LIBRARY.scenario(self.slug, self.lang)

    @property
    def replies(self) -> list[Reply]:
        return [anything(self.scenario, random.Random(number)) for number in self.numbers]

    @property
    def start(self) -> tuple[Scenario, str, int]:
        return self.scenario, self.difficulty, self.seed


DRILLS = st.builds(
    Drill,
    st.sampled_from(sorted({scenario.slug for scenario in (*EVERY, *QUICK)})),
    st.sampled_from(LANGS),
    st.sampled_from(DIFFICULTIES),
    st.integers(0, 2**31 - 1),
    st.tuples(*[st.integers(0, 2**32 - 1)] * 20),
)


def followed(drill: Drill) -> list[Reaction]:
    """The whole drill; PARROT says the customer's own line again."""
    scenario = drill.scenario
    opening, memory = meet(*drill.start)
    reactions = [opening]
    for text, assessment in drill.replies:
        if memory.ending:
            break
        reactions.append(turn(memory.line if text == PARROT else text, assessment, memory, scenario))
    return reactions


ANYTHING = settings(max_examples=300, deadline=None, derandomize=True)


@ANYTHING
@given(DRILLS)
def test_whatever_is_said_no_line_comes_twice_and_the_drill_ends(drill: Drill) -> None:
    reactions = followed(drill)
    said = [reaction.line for reaction in reactions]
    assert all(line.strip() for line in said) and len(set(said)) == len(said)
    assert len(reactions) <= drill.scenario.temper.replies + 1
    assert reactions[-1].over and reactions[-1].ending in ("served", "gave_up", "hung_up")
    assert not any(reaction.over for reaction in reactions[:-1])


@ANYTHING
@given(DRILLS)
def test_whatever_is_said_a_reaction_is_whole(drill: Drill) -> None:
    for reaction in followed(drill):
        assert reaction.move in MOVES and reaction.band in BANDS and reaction.band_label
        assert reaction.phase in ("opening", "middle", "closing") and reaction.need in ("warm", "efficient")
        assert all(0 <= getattr(reaction.feelings, name) <= 100 for name in FEELINGS)
        assert all(change.delta and change.why and "{" not in change.why for change in reaction.changes)
        assert Reaction.from_json(json.loads(json.dumps(reaction.to_json()))) == reaction


@ANYTHING
@given(DRILLS, st.integers(0, 14))
def test_whatever_is_said_there_is_a_hint_and_a_verdict(drill: Drill, size: int) -> None:
    assert hint(*drill.start, drill.replies[:size]) in drill.scenario.hints
    told = verdict(*drill.start, drill.replies[:size])
    assert 1 <= told.csat <= 5 and 1 <= told.effort <= 7 and 0 <= told.recommend <= 10
    assert len({*told.reasons}) == 3 and all(told.reasons)


@ANYTHING
@given(DRILLS, st.integers(0, 14))
def test_only_what_was_said_before_matters(drill: Drill, size: int) -> None:
    whole, _ = play(*drill.start, drill.replies)
    begun, _ = play(*drill.start, drill.replies[:size])
    assert whole[: len(begun)] == begun and react(*drill.start, drill.replies[:size]) == begun[-1]


def test_the_lines_of_three_drills_are_those_that_were_pinned() -> None:
    """A replay, a restart and a replica must say the same lines as before.

    A changed engine, changed constants or changed lines break this on purpose: give each scenario concerned a new
    `version`, then pin the new lines with `python -m tests.coaching.golden`, and read what changed.
    """
    assert golden.lines() == json.loads(golden.FILE.read_text(encoding="utf-8")), golden.AGAIN
