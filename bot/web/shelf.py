"""The shelf of situations: what one looks for, what fits it, and which comes first. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from actions.coaching.path import Path
from actions.coaching.scenario import QUICK, SKILLS, TRADES, Scenario
from actions.coaching.temper import DIFFICULTIES

LENGTHS = ("quick", "short", "long")
"""A quick drill; a whole situation of at most `SHORT` minutes; a longer one."""
SHORT = 6
CHOICES = {"trade": TRADES, "skill": SKILLS, "length": LENGTHS, "difficulty": DIFFICULTIES}
Say = Callable[[str], str]


@dataclass(frozen=True)
class Wish:
    """What one looks for; empty where anything will do. `q` is free text, each other field a value of `CHOICES`."""

    q: str = ""
    trade: str = ""
    skill: str = ""
    length: str = ""
    difficulty: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Wish:
        """The wish in the query of an address; a value nobody offered is as good as none."""
        kept = {name: asked.get(name, "") for name in CHOICES}
        known = {name: value for name, value in kept.items() if value in CHOICES[name]}
        return cls(q=asked.get("q", "").strip()[:200], **known)

    def __bool__(self) -> bool:
        """False when everything is asked for."""
        return any((self.q, self.trade, self.skill, self.length, self.difficulty))


@dataclass(frozen=True)
class Found:
    """What fits a wish: whole situations and quick drills. `mine` of the situations are of one's own trade: the first
    ones."""

    whole: tuple[Scenario, ...]
    quick: tuple[Scenario, ...]
    mine: int

    @property
    def groups(self) -> tuple[tuple[str, tuple[Scenario, ...]], ...]:
        """The situations as they are shown: those of one's trade, the others; one group when there is only one kind."""
        split = (("mine", self.whole[: self.mine]), ("others", self.whole[self.mine :]))
        return split if all(group for _, group in split) else (("", self.whole),)

    @property
    def by_skill(self) -> dict[str, tuple[Scenario, ...]]:
        """The quick drills by the skill they train, in the order of the skills."""
        found = {skill: tuple(drill for drill in self.quick if drill.skills == (skill,)) for skill in SKILLS}
        return {skill: drills for skill, drills in found.items() if drills}


def offered(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Without the abuse, which nobody meets unless they choose to."""
    return [scenario for scenario in scenarios if "abusive" not in scenario.kinds]


def choices(scenarios: Sequence[Scenario]) -> dict[str, tuple[str, ...]]:
    """What of `CHOICES` at least one of `scenarios` answers: nobody is offered what finds nothing."""
    there = {
        "trade": {one.trade for one in scenarios},
        "skill": {skill for one in scenarios for skill in one.skills},
        "length": set(LENGTHS),
        "difficulty": {difficulty for one in scenarios for difficulty in one.difficulties},
    }
    return {name: tuple(value for value in values if value in there[name]) for name, values in CHOICES.items()}


def find(scenarios: Sequence[Scenario], wish: Wish, trade: str | None, say: Say) -> Found:
    """What of `scenarios`, quick drills among them, fits `wish`; one's own `trade` first.

    `say` names skills and trades, as `Voice.say` does.
    """
    words = _words(wish.q)
    fitting = [one for one in scenarios if _long_enough(one, wish.length) and _fits(one, wish, words, say)]
    fitting.sort(key=lambda scenario: scenario.trade != trade)
    whole = tuple(one for one in fitting if one.moment is None)
    return Found(whole, tuple(one for one in fitting if one.moment), sum(one.trade == trade for one in whole))


def first(scenarios: Sequence[Scenario], path: Path, trade: str) -> str | None:
    """The quick drill to begin with in `trade`: of the skill that the learning path meets first. None without one."""
    order = [skill for stage in path.stages for skill in stage.skills]
    ours = [
        (order.index(moment.trains), f"{scenario.slug}{QUICK}{name}")
        for scenario in offered(scenarios)
        if scenario.trade == trade
        for name, moment in scenario.moments.items()
        if moment.trains in order
    ]
    return min(ours)[1] if ours else None


def _long_enough(scenario: Scenario, length: str) -> bool:
    lasts = "quick" if scenario.moment else "short" if scenario.minutes <= SHORT else "long"
    return length in ("", lasts)


def _fits(scenario: Scenario, wish: Wish, words: Sequence[str], say: Say) -> bool:
    return (
        wish.trade in ("", scenario.trade)
        and (not wish.skill or wish.skill in scenario.skills)
        and (not wish.difficulty or wish.difficulty in scenario.difficulties)
        and (not words or _told(words, scenario, say))
    )


def _told(words: Sequence[str], scenario: Scenario, say: Say) -> bool:
    """Whether each word begins a word of what is written on the card."""
    named = (say(f"trade.{scenario.trade}"), *(say(f"skill.{skill}") for skill in scenario.skills))
    card = _plain(" ".join((scenario.title, scenario.summary, scenario.trade_label, *named)))
    return all(any(there.startswith(word) for there in card) for word in words)


def _words(wanted: str) -> list[str]:
    """The words one looks for; long ones lose the mark of their plural."""
    return [word.rstrip("sx") if len(word) > 4 else word for word in _plain(wanted)]


@lru_cache(maxsize=1024)
def _plain(text: str) -> tuple[str, ...]:
    """The words of a text without accents and capitals."""
    flat = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return tuple(re.findall(r"\w+", "".join(char for char in flat if not unicodedata.combining(char))))
