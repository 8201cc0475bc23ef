"""A web door on a real database file, fresh for each test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy.engine import Engine

from actions.room import Room as Stage
from actions.storage import tables
from actions.storage.engine import open_engine
from actions.storage.library import Library
from actions.storage.records import Person, Role
from actions.storage.unit import Unit
from bot.web.room import Room
from tests.web.door import DATA, NOON, PASSWORD, Clock, FakeConversation, FakeTrackers, Keys, Site


@pytest.fixture(scope="session")
def hashed() -> str:
    """Argon2 is slow on purpose: a cheap one, once."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture(scope="session")
def library() -> Library:
    return Library(DATA)


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One event loop for every browser."""
    opened = asyncio.new_event_loop()
    yield opened
    opened.close()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path}/web.db")
    tables.metadata.create_all(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def site(engine: Engine, library: Library, hashed: str, loop: asyncio.AbstractEventLoop) -> Site:
    clock: Callable[[], datetime] = Clock()
    team: tuple[tuple[str, Role, str], ...] = (
        ("ada", "agent", "blue"),
        ("bob", "agent", "blue"),
        ("lea", "lead", "blue"),
        ("max", "lead", "red"),
    )
    people = {
        name: Person(f"id-{name}", name, name.title(), role, group, "en", hashed, "shop") for name, role, group in team
    }
    with Unit(engine) as unit:
        for person in people.values():
            unit.people.add(person, NOON)
    trackers = FakeTrackers()
    conversation = FakeConversation(Stage(engine, library, clock))
    return Site(Room(engine, library, conversation, Keys(), clock, trackers), conversation, people, loop, trackers)
