"""What the database hands out: plain immutable records, no session behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from nlu.contract import Lang

Role = Literal["agent", "lead"]


@dataclass(frozen=True)
class Person:
    """Somebody who practises (`agent`) or reviews (`lead`).

    `password` is an argon2 hash, or None for people who come through a door without one.
    """

    id: str
    login: str
    name: str
    role: Role
    team: str
    lang: Lang
    password: str | None = None


@dataclass(frozen=True)
class Drill:
    """One run of a scenario.

    `person_id` is None in `rasa shell`; `quick` is its number of moments, 0 for a whole drill. `edition` is the digest
    of what it is played with; None for drills older than editions.
    """

    id: str
    person_id: str | None
    scenario: str
    scenario_version: int
    grid: str
    grid_version: int
    lang: Lang
    difficulty: str
    seed: int
    quick: int
    door: str
    started_at: datetime
    ended_at: datetime | None = None
    ending: str | None = None
    shared_at: datetime | None = None
    edition: str | None = None

    @property
    def over(self) -> bool:
        """True once the drill has ended."""
        return self.ended_at is not None


@dataclass(frozen=True)
class Comment:
    """A lead's words on one turn."""

    id: int
    turn_id: int
    author_id: str
    author_name: str
    text: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class Feedback:
    """How the agent lived the drill: `rating` 1–5 and a line."""

    drill_id: str
    rating: int
    text: str


@dataclass(frozen=True)
class Draft:
    """A reply that could not be taken yet."""

    drill_id: str
    message_id: str
    text: str
