"""What an author should mend in a scenario that can be read: none of it stops it from being played, all of it shows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.coaching import customer
from actions.coaching.page import Page
from actions.coaching.scenario import Scenario
from actions.coaching.words import tokens
from nlu.contract import EMPATHY, TONE, Assessment, Topics

LIX = 55
"""Hardest brief an agent should have to read: LIX (Björnsson 1968) is words per sentence plus the share, in percent, of
words of more than six letters; below 30 is a children's book, 40–50 a newspaper, above 60 an official text."""
LONG = 6

WORDINGS = {"open": 3, "vent": 6, "press": 6, "soften": 3, "refuse": 3, "thank": 4, "hang_up": 2, "leave": 2}
"""At least so many lines of what every drill says."""
TELLING = 2
"""Wordings of each fact and solution: the second time it is asked or offered, other words must be left."""

_SENTENCE = re.compile(r"[.!?…:;\n]+")
_TYPED = re.compile(r"(?<!\u00a0)(?<![\d.…?!])[?!;:»](?=[\s\"”»]|$)|«(?!\u00a0)")


@dataclass(frozen=True)
class Respect:
    """Words the customer may not say to the agent: the pattern, over the line as written, and what to write instead."""

    find: re.Pattern[str]
    fix: str


Avoid = Callable[[str], Iterable[str]]


def respect(entries: Sequence[Mapping[str, str]]) -> tuple[Respect, ...]:
    """Read one language of `respect.yml`. Raises re.error on a wrong pattern."""
    return tuple(Respect(re.compile(entry["find"], re.IGNORECASE), entry["fix"]) for entry in entries)


def lint(scenario: Scenario, words: Mapping[str, Any], rules: Collection[Respect], avoid: Avoid) -> Iterator[str]:
    """Every remark on one scenario in one language, each a sentence that names the key and says what to do.

    `words` is the page it was read from; `avoid` finds, in a text, the words a brief should not teach an agent.
    """
    source = Page(words, f"{scenario.lang}.yml")
    for key, remark in (
        *_poor(scenario), *_twice(scenario), *_unreachable(scenario), *_unsaid(scenario), *_lost(scenario),
        *_unkind(scenario, rules), *_hard(scenario), *_worn(scenario, avoid), *_typed(scenario),
    ):  # fmt: skip
        yield str(_place(source, key).error(key.rpartition(".")[2], remark))


def _place(page: Page, key: str) -> Page:
    """The block of `key`, as far as it can be followed."""
    for part in key.split(".")[:-1]:
        if not isinstance(page.entries.get(part), Mapping):
            break
        page = page.page(part)
    return page


def spoken(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """`(key, line)` for everything this customer can say of its own."""
    for kind, bands in scenario.lines.items():
        for band, lines in bands.items():
            yield from ((f"lines.{kind}.{band}", line) for line in lines)
    for name, fact in scenario.facts.items():
        yield from (
            (f"facts.{name}.{part}", line) for part in ("says", "again", "offered") for line in getattr(fact, part)
        )
    for name, solution in scenario.solutions.items():
        yield from (
            (f"solutions.{name}.{part}", line) for part in ("accept", "refuse") for line in getattr(solution, part)
        )
    for name, doubt in scenario.doubts.items():
        yield from ((f"doubts.{name}.asks", line) for line in doubt.asks)
    yield from (("unknown.says", line) for line in scenario.unknown)
    yield from ((f"moments.{name}.line", moment.line) for name, moment in scenario.moments.items())


def strangers(scenario: Scenario, page: Mapping[str, Any]) -> Iterator[str]:
    """What a page of examples names that the scenario does not have: its sentences would be lost."""
    known = {"facts": scenario.facts, "solutions": scenario.solutions, "doubts": scenario.doubts}
    for kind, block in page.items():
        if kind not in (*known, "unknown", "neither"):
            yield f"'{kind}' is not a key I know: it is one of facts, solutions, doubts, unknown, neither."
        elif kind in known and isinstance(block, Mapping):
            for name in block:
                if name not in known[kind]:
                    yield f"'{kind}.{name}' is not in scenario.yml: correct the name, or remove it."


Remarks = Iterator[tuple[str, str]]
"""`(key, what to do)`."""


def _poor(scenario: Scenario) -> Remarks:
    for kind, least in WORDINGS.items():
        if (found := sum(map(len, scenario.lines.get(kind, {}).values()))) < least:
            yield f"lines.{kind}", f"has {found} lines: write at least {least}, it is said often."
    for name, fact in scenario.facts.items():
        if len(fact.says) < TELLING:
            yield f"facts.{name}.says", f"has one wording: write at least {TELLING}."
    for name, solution in scenario.solutions.items():
        for part, wanted in (("accept", solution.serves), ("refuse", solution.grants != "full")):
            if wanted and len(getattr(solution, part)) < TELLING:
                yield f"solutions.{name}.{part}", f"has one wording: write at least {TELLING}."


def _twice(scenario: Scenario) -> Remarks:
    places = defaultdict(list)
    for key, line in spoken(scenario):
        places[tokens(line) or line].append((key, line))
    for found in places.values():
        for key, line in found[1:]:
            yield key, f"says “{line}”, which {found[0][0]} says too: no line may come twice, change one of them."


def _unreachable(scenario: Scenario) -> Remarks:
    never = {"abuse", "contrite"} if "abusive" not in scenario.kinds else set()
    if scenario.need == "efficient" and (scenario.shift is None or scenario.shift.need == "efficient"):
        never.add("too_soon")
    for kind in sorted(never & scenario.lines.keys()):
        yield f"lines.{kind}", "can never be said in this scenario: remove it."
    if not scenario.doubts:
        yield (
            "doubts",
            "has no doubt: a demanding customer would have nothing to ask before agreeing; write one or two.",
        )


def _unsaid(scenario: Scenario) -> Remarks:
    """A value that a fact forgets to tell, though it is what the agent asked for."""
    for name, fact in scenario.facts.items():
        for part in ("says", "again", "offered") if fact.value else ():
            for line in getattr(fact, part):
                if fact.value not in line:
                    yield f"facts.{name}.{part}", f"does not tell the value in “{line}”: write {{{name}}} there."


def _lost(scenario: Scenario) -> Remarks:
    """A solution that even a perfect agent cannot bring the customer to accept, at the calmest difficulty."""
    for name, solution in scenario.solutions.items():
        if solution.serves and not reached(scenario, name):
            yield (
                f"solutions.{name}",
                "is never accepted, even from a perfect agent: start with more trust, or make it 'full'.",
            )


def reached(scenario: Scenario, solution: str) -> bool:
    """Whether an agent who does everything right gets `solution` accepted."""
    _, memory = customer.meet(scenario, scenario.difficulties[0], 0)
    while not memory.ending and not memory.agreed:
        topics = Topics(
            asked=tuple(fact for fact in scenario.solutions[solution].needs if not memory.told[fact]),
            proposed=(solution,) if memory.feelings.heard or memory.need == "efficient" else (),
            settled=(memory.doubt,) if memory.doubt else (),
        )
        customer.turn("…", perfect(scenario, topics), memory, scenario)
    return memory.agreed == solution


def perfect(scenario: Scenario, topics: Topics) -> Assessment:
    """How the best reply there is would be perceived."""
    sure = dict.fromkeys((*EMPATHY, *TONE), 1.0)
    levels = dict.fromkeys(sure, 2)
    return Assessment(
        lang=scenario.lang,
        empathy={name: levels[name] for name in EMPATHY},
        tone={name: levels[name] for name in TONE},
        sentiment={"label": "neutral"},
        acts=("reformulate", "own", "explain", "commit_dated", "set_limit"),
        confidence=sure,
        topics=topics,
    )


def _unkind(scenario: Scenario, rules: Collection[Respect]) -> Remarks:
    for key, line in spoken(scenario):
        for rule in rules:
            if found := rule.find.search(line):
                yield key, f"says “{found.group()}” in “{line}”: {rule.fix}."


def _hard(scenario: Scenario) -> Remarks:
    if (found := reading(_brief(scenario))) > LIX:
        yield "brief", f"is hard to read (LIX {found:.0f}, at most {LIX}): shorten its sentences and its words."


def _brief(scenario: Scenario) -> str:
    brief = scenario.brief
    return "\n".join((brief.role, brief.goal, *brief.may_grant, *brief.knows, brief.constraint))


def reading(text: str) -> float:
    """The LIX of a text: about 20 to 70, 0 without a word."""
    found = tokens(text)
    sentences = sum(1 for sentence in _SENTENCE.split(text) if tokens(sentence))
    return len(found) / sentences + 100 * sum(len(word) > LONG for word in found) / len(found) if found else 0


def _worn(scenario: Scenario, avoid: Avoid) -> Remarks:
    for phrase in dict.fromkeys(avoid(_brief(scenario))):
        yield "brief", f"says “{phrase}”, which agents are asked to avoid: say it otherwise."


def _typed(scenario: Scenario) -> Remarks:
    """French puts a space that cannot break before ? ! : ; and inside « »."""
    for key, line in spoken(scenario) if scenario.lang == "fr" else ():
        if _TYPED.search(line):
            yield key, f"lacks a non-breaking space before ? ! : ; or inside « » in “{line}”."
