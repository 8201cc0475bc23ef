"""bot/trackers.py, on a tracker store that Rasa itself made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import text
from sqlalchemy.engine import Engine

from actions.storage.engine import open_engine
from bot.trackers import BATCH, Trackers
from bot.trackerstore import PooledTrackerStore

SAID = "Une phrase que personne ne doit retrouver."


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of Rasa's own, on SQLite, and beside ours on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/rasa.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The door's own connections to it; the table is gone before and after."""
    opened = open_engine(url)
    drop = text("DROP TABLE IF EXISTS events")
    with opened.begin() as connection:
        connection.execute(drop)
    yield opened
    with opened.begin() as connection:
        connection.execute(drop)
    opened.dispose()


async def spoken(url: str, *senders: str) -> PooledTrackerStore:
    """Rasa's store, with a reply from each sender."""
    store = PooledTrackerStore(Domain.empty(), url)
    for sender in senders:
        tracker = DialogueStateTracker.from_events(sender, [UserUttered(SAID)])
        await store.save(tracker)
    return store


def senders(engine: Engine) -> list[str]:
    """Whom the store remembers."""
    with engine.connect() as connection:
        return sorted(sender for (sender,) in connection.execute(text("SELECT DISTINCT sender_id FROM events")))


async def test_a_persons_drills_and_lobbies_are_forgotten_and_nobody_elses(url: str, engine: Engine) -> None:
    store = await spoken(url, "d1", "d2", "lobby-web-p1", "lobby-slack-p1", "lobby-web-p2", "lobby-web-p", "web-p1")
    Trackers(engine).forget("p1", ["d1", "never-said-anything"])
    assert senders(engine) == ["d2", "lobby-web-p", "lobby-web-p2", "web-p1"]
    assert await store.retrieve("d1") is None, "Rasa keeps no copy of its own"
    store.engine.dispose()


async def test_what_is_a_wildcard_in_sql_is_a_letter_in_an_id(url: str, engine: Engine) -> None:
    store = await spoken(url, "lobby-web-p1")
    for person in ("%", "p_", "_1"):
        Trackers(engine).forget(person, [])
    assert senders(engine) == ["lobby-web-p1"]
    store.engine.dispose()


async def test_more_drills_than_one_statement_takes(url: str, engine: Engine) -> None:
    store = await spoken(url, "first", "last", "other")
    Trackers(engine).forget("p1", ["first", *(f"d{number}" for number in range(2 * BATCH)), "last"])
    assert senders(engine) == ["other"]
    store.engine.dispose()


def test_before_rasa_ever_started_there_is_nothing_to_forget(engine: Engine) -> None:
    Trackers(engine).forget("p1", ["d1"])


async def test_the_text_is_gone_from_the_file_itself(tmp_path: Path) -> None:
    store = await spoken(f"sqlite:///{tmp_path}/rasa.db", *(f"d{number}" for number in range(50)))

    def found() -> int:
        return sum(file.read_bytes().count(b"personne ne doit") for file in tmp_path.iterdir())

    assert found() >= 50
    opened = Trackers(open_engine(f"sqlite:///{tmp_path}/rasa.db"))
    opened.forget("p1", [f"d{number}" for number in range(50)])
    assert found() == 0
    opened.close()
    store.engine.dispose()
