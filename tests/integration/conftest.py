"""What the integration tests share: a room on SQLite, another on PostgreSQL, and a conversation in either."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from actions.storage.records import Person
from bot.conversation import Conversation
from tests.integration.room import Room, opened


@pytest.fixture(scope="session")
def sqlite_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A room whose two databases are SQLite files."""
    with opened(tmp_path_factory.mktemp("sqlite-room")) as room:
        yield room


@pytest.fixture(scope="session")
def room_database(postgres_url: str) -> Iterator[str]:
    """A PostgreSQL database for one room: the unit tests empty theirs."""
    name = f"visavis_room_{os.getpid()}"
    server = create_engine(make_url(postgres_url).set(database="postgres"), isolation_level="AUTOCOMMIT", future=True)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="session")
def postgres_room(room_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A room that keeps everything in PostgreSQL; skipped, with the command that brings it, where there is none."""
    with opened(tmp_path_factory.mktemp("postgres-room"), room_database) as room:
        yield room


@pytest.fixture
def room(request: pytest.FixtureRequest) -> Room:
    """The room on SQLite; a test marked `EITHER` gets the one on PostgreSQL too."""
    found: Room = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_room")
    return found


@pytest.fixture
async def conversation(room: Room) -> AsyncIterator[Conversation]:
    """A door's way to Rasa."""
    talk = room.conversation()
    yield talk
    await talk.close()


@pytest.fixture
def person(room: Room) -> Person:
    """Somebody who practises."""
    return room.person
