"""What the database hands out: plain immutable records, no session behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from nlu.contract import Lang

Role = Literal["agent", "lead"]


@dataclass(frozen=True)
class Person:
    """Somebody who practises (`agent`) or reviews (`lead`).

    `password` is an argon2 hash, or None for people who come through a door without one. `trade` is one of
    the library's, None before the first visit; `exam`: plays without seeing the customer's feelings.
    """

    id: str
    login: str
    name: str
    role: Role
    team: str
    lang: Lang
    password: str | None = None
    trade: str | None = None
    exam: bool = False


@dataclass(frozen=True)
class Drill:
    """One run of a scenario.

    `person_id` is None in `rasa shell`; `quick` is its number of moments, 0 for a whole drill. `edition` is the digest
    of what it is played with; None for drills older than editions. `exemplar` shows it to the whole team, `signed` or
    `anonymous`.
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
    exemplar: str | None = None

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
    """How the agent lived the drill: `rating` 1–5 and a line, for the lead's eyes too when it is `shared` as well."""

    drill_id: str
    rating: int
    text: str
    shared: bool = False


@dataclass(frozen=True)
class Draft:
    """A reply that could not be taken yet."""

    drill_id: str
    message_id: str
    text: str


@dataclass(frozen=True)
class Scratch:
    """What is being typed in a drill, not sent yet."""

    drill_id: str
    text: str
    updated_at: datetime


@dataclass(frozen=True)
class Contest:
    """Why an agent does not agree with a mark of the scorecard. `criterion` is the mark's id in the grid."""

    id: int
    drill_id: str
    criterion: str
    text: str
    created_at: datetime


@dataclass(frozen=True)
class Assignment:
    """A scenario that a lead asks to be played by `due`; `person_id` is None when it is for the whole team."""

    id: int
    author_id: str
    person_id: str | None
    team: str
    scenario: str
    due: date
    text: str
    created_at: datetime


@dataclass(frozen=True)
class Certificate:
    """A stage of the learning path that somebody mastered."""

    person_id: str
    stage: str
    earned_at: datetime


@dataclass(frozen=True)
class Told:
    """Something that a learning record store is to be told of a drill.

    `id` is the statement's own, a UUID; `verb` one of `repositories.Outbox.VERBS`. `refused` is why the store will
    never take it. While neither `sent_at` nor `refused` is there, it is tried again at `due_at`.
    """

    id: str
    drill_id: str
    verb: str
    at: datetime
    tries: int
    due_at: datetime
    sent_at: datetime | None
    refused: str | None
