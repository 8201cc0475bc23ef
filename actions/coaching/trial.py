"""What a scenario is tried with: five scripted agents, whose replies the author wrote in each language.

They are read from `trial.fr.yml` and `trial.en.yml` beside the scenario, which neither the room nor its training uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.coaching.memory import Memory
from actions.coaching.page import Page
from actions.coaching.scenario import Scenario
from nlu.contract import Lang

AGENTS = ("excellent", "decent", "cold", "hostile", "gaming")
"""In this order the customer leaves satisfied; `gaming`, who writes for the scorer, only below `decent`."""

GUIDED = ("excellent", "decent", "cold")
"""The agents that follow the customer; the two others say what they have to say, whatever it answers."""

KINDS = {"hear": 2, "ask": 1, "propose": 2, "close": 1}
"""What a guided agent says, and at least how many replies of each; `ask` only where a solution needs a fact."""

SAY = 6
"""How many replies an agent that is not guided has, at least."""


@dataclass(frozen=True)
class Script:
    """The replies of one agent, by what they are for, in the order they are said."""

    replies: Mapping[str, tuple[str, ...]]

    @property
    def texts(self) -> tuple[str, ...]:
        """Every reply of it."""
        return tuple(text for some in self.replies.values() for text in some)


@dataclass
class Player:
    """One agent in one drill: what it has said so far."""

    script: Script
    used: dict[str, int] = field(default_factory=dict)
    known: int = 0
    """How many needed facts it knew when it last asked."""

    def reply(self, memory: Memory, scenario: Scenario) -> str:
        """What it says now, given all that happened. Never empty."""
        known = sum(memory.told[fact] > 0 for fact in scenario.needed)
        for kind in _wanted(memory, scenario):
            if kind == "ask" and self.used.get("ask") and known > self.known:
                continue  # it was answered: nobody asks the same again in other words
            if text := self._next(kind):
                self.known = known if kind == "ask" else self.known
                return text
        pool = self.script.replies.get("say") or self.script.replies["propose"]
        self.used["again"] = self.used.get("again", -1) + 1
        return pool[self.used["again"] % len(pool)]

    def _next(self, kind: str) -> str:
        at, pool = self.used.get(kind, 0), self.script.replies.get(kind, ())
        if at >= len(pool):
            return ""
        self.used[kind] = at + 1
        return pool[at]


def _wanted(memory: Memory, scenario: Scenario) -> tuple[str, ...]:
    """What a guided agent would do next, the most fitting first."""
    if memory.position == 0:
        return ("hear", "say")
    if memory.move == "abuse":
        return ("limit", "hear", "say")
    if memory.agreed:
        return ("close", "say")
    if memory.doubt:
        return (f"doubts.{memory.doubt}", "say", "propose")
    listened = memory.feelings.heard or memory.need == "efficient"
    missing = any(not memory.told[fact] for fact in scenario.needed)
    order = ("ask", "propose") if missing else ("propose",)
    return ("say", *order) if listened else ("say", "hear", *order)


def parse(entries: Mapping[str, Any], lang: Lang, scenario: Scenario) -> dict[str, Script]:
    """The five agents of `trial.<lang>.yml`. Raises ScenarioError."""
    page = Page(entries, f"trial.{lang}.yml").known("agents", "paraphrases").page("agents").known(*AGENTS)
    return {name: _guided(page.page(name), scenario) if name in GUIDED else _said(page.page(name)) for name in AGENTS}


def _said(page: Page) -> Script:
    return Script({"say": page.known("say").texts("say", SAY)})


def _guided(page: Page, scenario: Scenario) -> Script:
    page.known(*KINDS, "doubts", "limit")
    replies = {kind: page.texts(kind, least) for kind, least in KINDS.items() if kind != "ask" or scenario.needed}
    if "abusive" in scenario.kinds:
        replies["limit"] = page.texts("limit")
    if scenario.doubts:
        answers = page.page("doubts").known(*scenario.doubts)
        replies |= {f"doubts.{name}": answers.texts(name) for name in scenario.doubts}
    return Script(replies)
