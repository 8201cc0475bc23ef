"""Coherence: five hundred dialogues a language with agents who do anything at all, in any order."""

from __future__ import annotations

import random
from functools import cache

import pytest

from actions.coaching import customer
from actions.coaching.scenario import Scenario
from actions.coaching.temper import DIFFICULTIES
from nlu.contract import ACTS, EMPATHY, HOSTILITY, LANGS, RED_FLAGS, TONE, Assessment, Lang, Marker, Topics
from tests.coaching.agents import LIBRARY

DIALOGUES = 500
SAID = {
    "fr": ("…", "Oui.", "Il fait beau ?", "Je vous rembourse, mais pas aujourd’hui.", "🙂", "Quel est votre nom ?"),
    "en": ("…", "Yes.", "Lovely weather we’re having.", "I’ll refund you, but not today.", "🙂", "What’s your name?"),
}  # fmt: skip


@cache
def library(lang: Lang) -> tuple[Scenario, ...]:
    """Every scenario, and every quick drill."""
    whole = LIBRARY.scenarios(lang)
    return (*whole, *(scenario.quick(name) for scenario in whole for name in scenario.moments))


def anything(scenario: Scenario, dice: random.Random) -> tuple[str, Assessment]:
    """A reply that may ask, offer, refuse, answer, insult, stay silent or speak the other language."""
    topics = Topics(
        asked=_some(list(scenario.facts), dice),
        proposed=_some(list(scenario.solutions), dice),
        declined=_some(list(scenario.solutions), dice),
        settled=_some(list(scenario.doubts), dice),
        unknown=dice.random() < 0.1,
        unsure=dice.random() < 0.1,
        near=dice.random() < 0.5,
    )
    hostile = _some(HOSTILITY, dice, 0.05)
    return dice.choice(SAID[scenario.lang]), Assessment(
        lang=dice.choice(LANGS) if dice.random() < 0.1 else scenario.lang,
        empathy={name: dice.randrange(3) for name in EMPATHY},
        tone={name: dice.randrange(3) for name in TONE},
        sentiment={"label": "neutral"},
        hostility=hostile,
        acts=_some(ACTS, dice),
        markers=tuple(Marker(0, 1, kind, -1) for kind in hostile if dice.random() < 0.5),
        red_flags=_some(RED_FLAGS, dice, 0.01),
        confidence={name: dice.random() for name in (*EMPATHY, *TONE) if dice.random() < 0.3},
        topics=topics,
    )


def _some(names: list[str] | tuple[str, ...], dice: random.Random, share: float = 0.15) -> tuple[str, ...]:
    return tuple(name for name in names if dice.random() < share)


@pytest.mark.parametrize("lang", LANGS)
def test_whatever_the_agent_does_the_customer_stays_coherent(lang: Lang) -> None:
    for seed in range(DIALOGUES):
        dice = random.Random(f"{lang}/{seed}")
        scenario, difficulty = dice.choice(library(lang)), dice.choice(DIFFICULTIES)
        reaction, memory = customer.meet(scenario, difficulty, seed)
        lines = [reaction.line]
        while not memory.ending:
            text, assessment = anything(scenario, dice)
            reaction = customer.turn(text, assessment, memory, scenario)
            lines.append(reaction.line)
        where = (scenario.slug, difficulty, seed)
        assert memory.position <= scenario.temper.replies, where
        assert all(line.strip() for line in lines), where
        assert len(set(lines)) == len(lines), where


@pytest.mark.parametrize("lang", LANGS)
def test_every_answer_to_a_question_holds_the_one_value_there_is(lang: Lang) -> None:
    """No line of the customer can contradict a fact: a value is written once, and told by every answer."""
    for scenario in library(lang):
        for fact in scenario.facts.values():
            said = (*fact.says, *fact.again, *fact.offered) if fact.value else ()
            assert all(fact.value in line for line in said), (scenario.slug, fact.id)
