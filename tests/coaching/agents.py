"""Scripted agents for the simulated customer: what they say to anyone, and how it would be perceived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from actions.coaching.customer import meet, turn
from actions.coaching.memory import Memory
from actions.coaching.scenario import Scenario
from actions.storage.library import Library
from nlu.contract import EMPATHY, TONE, Assessment, Lang, Marker, Topics

LIBRARY = Library(Path(__file__).resolve().parents[2] / "data")
LEVELS = ("excellent", "decent", "cold", "hostile")
NOTHING = Topics()
Reply = tuple[str, Assessment]


def perceive(
    lang: Lang = "fr",
    empathy: Sequence[int] = (0, 0, 0),
    tone: Sequence[int] = (1, 1, 1, 1),
    acts: Iterable[str] = (),
    *,
    topics: Topics = NOTHING,
    hostility: Iterable[str] = (),
    harsh: Iterable[str] = (),
    red_flags: Iterable[str] = (),
    confidence: dict[str, float] | None = None,
) -> Assessment:
    """An assessment made by hand: reaction, interpretation, exploration; warmth, courtesy, calm, clarity.

    Words show each kind of `hostility`; `harsh` are those that nothing but the tone suggests.
    """
    shown = tuple(hostility)
    return Assessment(
        lang=lang,
        empathy=dict(zip(EMPATHY, empathy, strict=True)),
        tone=dict(zip(TONE, tone, strict=True)),
        sentiment={"label": "neutral"},
        hostility=(*shown, *harsh),
        acts=tuple(acts),
        markers=tuple(Marker(0, 1, kind, -1) for kind in shown),
        red_flags=tuple(red_flags),
        confidence=confidence or {},
        topics=topics,
    )


AIMS = ("hear", "limit", "ask", "solve", "assure", "part")
"""What an agent can be doing, each the key of what it says and of how that is perceived."""

SKILL: dict[str, dict[str, tuple[Sequence[int], Sequence[int], Sequence[str], Sequence[str]]]] = {
    "excellent": {
        "hear": ((2, 2, 2), (2, 2, 2, 2), ("greet", "reformulate", "acknowledge", "ask_open"), ()),
        "limit": ((1, 1, 0), (1, 2, 2, 2), ("acknowledge", "set_limit"), ()),
        "ask": ((1, 2, 1), (2, 2, 2, 2), ("acknowledge", "ask_closed"), ()),
        "solve": ((0, 1, 0), (2, 2, 2, 2), ("own", "explain", "propose", "commit_dated"), ()),
        "assure": ((0, 1, 0), (2, 2, 2, 2), ("explain", "commit_dated", "personalise"), ()),
        "part": ((1, 0, 0), (2, 2, 2, 2), ("check_understanding", "thank", "close"), ()),
    },
    "decent": {
        "hear": ((1, 1, 0), (1, 2, 2, 1), ("greet", "apologise", "ask_closed"), ()),
        "limit": ((0, 0, 0), (1, 1, 2, 1), ("set_limit",), ()),
        "ask": ((0, 1, 1), (1, 1, 2, 1), ("ask_closed",), ()),
        "solve": ((1, 0, 0), (1, 1, 2, 1), ("propose", "commit"), ()),
        "assure": ((0, 1, 0), (1, 2, 2, 1), ("explain",), ()),
        "part": ((0, 0, 0), (1, 2, 2, 1), ("close",), ()),
    },
    "cold": {
        "hear": ((0, 0, 0), (0, 1, 1, 1), ("ask_closed",), ()),
        "limit": ((0, 0, 0), (0, 1, 1, 1), ("set_limit",), ()),
        "ask": ((0, 0, 0), (0, 1, 1, 1), ("ask_closed",), ()),
        "solve": ((0, 0, 0), (0, 1, 1, 1), ("propose",), ()),
        "assure": ((0, 0, 0), (0, 0, 1, 1), ("deflect",), ()),
        "part": ((0, 0, 0), (0, 1, 1, 1), ("close",), ()),
    },
    "hostile": {
        "hear": ((0, 0, 0), (0, 0, 0, 1), ("refuse",), ("dismissal",)),
        "part": ((0, 0, 0), (0, 0, 0, 0), ("deflect",), ("command", "blame", "sarcasm")),
    },
}

SAID: dict[Lang, dict[str, str]] = {
    "fr": {
        "hear": "Attendre pour rien, puis devoir tout redire, il y a de quoi en avoir assez. Que s'est-il passé ?",
        "limit": "Je veux vous aider, et je vous demande de me parler avec respect. On y va ?",
        "ask": "Pour agir tout de suite, il me faut deux ou trois choses, s'il vous plaît.",
        "solve": "Voici ce que je vous propose, et je m'en charge moi-même.",
        "assure": "C'est chez nous que cela s'est bloqué, et ce sera fait vendredi à midi.",
        "part": "Est-ce que tout est clair ? Merci à vous, et bonne journée.",
    },
    "en": {
        "hear": "Waiting for nothing and then saying it all again would wear anybody out. What happened?",
        "limit": "I want to help, and I ask you to speak to me with respect. Shall we?",
        "ask": "To act straight away I need two or three things, please.",
        "solve": "Here's what I suggest, and I'll see to it myself.",
        "assure": "It got stuck on our side, and it will be done on Friday at noon.",
        "part": "Is that all clear? Thank you, and have a good day.",
    },
}

LISTENS = {"excellent": 3, "decent": 3, "cold": 1}
"""How many replies an agent spends on listening, at most."""


def script(scenario: Scenario, level: str, difficulty: str = "demanding", seed: int = 1) -> list[Reply]:
    """The replies of an agent of this level, to the end the customer gives the drill. A hostile one offers nothing."""
    _, memory = meet(scenario, difficulty, seed)
    replies: list[Reply] = []
    times: Counter[str] = Counter()
    while not memory.ending:
        aim = _aim(level, times, memory, scenario)
        empathy, tone, acts, hostility = SKILL[level][aim]
        perceived = perceive(
            scenario.lang, empathy, tone, acts, topics=_topics(aim, memory, scenario), hostility=hostility
        )
        text = SAID[scenario.lang][aim]
        replies.append((text, perceived))
        times[aim] += 1
        turn(text, perceived, memory, scenario)
    return replies


def _aim(level: str, times: Counter[str], memory: Memory, scenario: Scenario) -> str:
    if level == "hostile":
        return "part" if times["hear"] else "hear"
    if memory.agreed:
        return "part"
    if memory.move == "abuse":
        return "limit"
    if memory.doubt:
        return "assure"
    if not memory.feelings.heard and memory.need == "warm" and times["hear"] < LISTENS[level]:
        return "hear"
    return "ask" if _missing(memory, scenario) else "solve"


def _topics(aim: str, memory: Memory, scenario: Scenario) -> Topics:
    if aim == "ask":
        return Topics(asked=_missing(memory, scenario))
    if aim == "solve":
        return Topics(proposed=(best(scenario),))
    return Topics(settled=(memory.doubt,)) if aim == "assure" and memory.doubt else Topics(near=True)


def _missing(memory: Memory, scenario: Scenario) -> tuple[str, ...]:
    """What the best solution still needs to be told, and before anything else what shifts the need."""
    told = {scenario.shift.fact: None} if scenario.shift else {}
    needed = {**told, **dict.fromkeys(scenario.solutions[best(scenario)].needs)}
    return tuple(fact for fact in needed if not memory.told[fact])


def best(scenario: Scenario) -> str:
    """The first solution that settles the matter."""
    return next(solution.id for solution in scenario.solutions.values() if solution.grants == "full")
