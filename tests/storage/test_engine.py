"""actions/storage/engine.py, unit.py and tables.py"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError, IntegrityError
from sqlalchemy.pool import QueuePool

from actions.storage import tables
from actions.storage.engine import open_engine, settle, tune
from actions.storage.records import Drill, Person
from actions.storage.unit import Unit

Clock = Callable[[], datetime]
MakeDrill = Callable[..., Drill]


@pytest.mark.parametrize("asked, kept", [("NORMAL", 1), ("FULL", 2), ("full", 2), ("OFF; DROP TABLE people", 1)])
def test_a_sqlite_file_is_tuned(tmp_path: Path, asked: str, kept: int) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/new.db", asked)
    assert isinstance(engine.pool, QueuePool)
    with engine.connect() as connection:
        told = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous")
        ]
    assert told == ["wal", 1, kept]
    engine.dispose()


def test_what_is_deleted_is_overwritten() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA secure_delete=OFF")  # whatever SQLite was built with
    tune(connection, "NORMAL")
    assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)
    connection.close()


def test_settling_empties_the_log(engine: Engine, clock: Clock) -> None:
    with Unit(engine) as unit:
        unit.people.add(Person("p", "lea", "Léa", "agent", "north", "fr"), clock())
    settle(engine)
    if engine.dialect.name == "sqlite":
        assert Path(f"{engine.url.database}-wal").stat().st_size == 0


@pytest.mark.parametrize("url", ["", "not an address", "mysql://a@b/c", "postgres://a@b/c"])
def test_not_a_database_address(url: str) -> None:
    with pytest.raises(ArgumentError):
        open_engine(url)


def test_opening_does_not_connect() -> None:
    open_engine("postgresql://nobody@127.0.0.1:1/nowhere").dispose()


def test_a_unit_writes_all_or_nothing(engine: Engine, clock: Clock, new_drill: MakeDrill) -> None:
    with Unit(engine) as unit:
        unit.people.add(Person("p", "lea", "Léa", "agent", "north", "fr"), clock())
    with pytest.raises(ZeroDivisionError), Unit(engine) as unit:
        unit.drills.add(new_drill("d", "p"))
        _ = 1 // 0
    with Unit(engine) as unit:
        assert unit.people.get("p") is not None
        assert unit.drills.get("d") is None


def test_a_unit_gives_its_connection_back(sqlite: Engine) -> None:
    for _ in range(20):  # more than the pool has
        with Unit(sqlite) as unit:
            unit.people.get("nobody")
    assert isinstance(sqlite.pool, QueuePool) and sqlite.pool.checkedout() == 0


def test_readers_do_not_wait_for_a_writer(sqlite: Engine, clock: Clock) -> None:
    with Unit(sqlite) as writer:
        writer.people.add(Person("p", "lea", "Léa", "agent", "north", "fr"), clock())
        with Unit(sqlite) as reader:
            assert reader.people.get("p") is None
    with Unit(sqlite) as reader:
        assert reader.people.get("p") is not None


def test_a_moment_comes_back_in_utc(engine: Engine, new_drill: MakeDrill) -> None:
    paris = timezone(timedelta(hours=1))
    with Unit(engine) as unit:
        unit.drills.add(new_drill("d", started_at=datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=timezone.utc)))
        unit.drills.end("d", "served", datetime(2026, 11, 22, 10, 30, tzinfo=paris))
        found = unit.drills.get("d")
    assert found is not None and found.ended_at is not None
    assert found.started_at == datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=timezone.utc)
    assert found.started_at.utcoffset() is not None
    assert found.ended_at == datetime(2026, 11, 22, 9, 30, tzinfo=timezone.utc)


def test_an_error_does_not_tell_what_was_written(engine: Engine, new_drill: MakeDrill) -> None:
    with pytest.raises(IntegrityError) as error, Unit(engine) as unit:
        unit.drills.add(new_drill("d", "nobody", scenario="a secret of the agent"))
    assert "a secret of the agent" not in str(error.value)


@pytest.mark.parametrize("role", ["boss", "", "AGENT"])
def test_only_our_roles(engine: Engine, clock: Clock, role: str) -> None:
    with pytest.raises(IntegrityError), Unit(engine) as unit:
        unit.people.add(Person("p", "lea", "Léa", role, "north", "fr"), clock())  # type: ignore[arg-type]


def test_a_drill_belongs_to_somebody_we_know(engine: Engine, new_drill: MakeDrill) -> None:
    with pytest.raises(IntegrityError), Unit(engine) as unit:
        unit.drills.add(new_drill("d", "nobody"))


def test_erasing_a_person_erases_what_is_theirs(engine: Engine, clock: Clock, new_drill: MakeDrill) -> None:
    with Unit(engine) as unit:
        unit.people.add(Person("p", "lea", "Léa", "agent", "north", "fr"), clock())
        unit.drills.add(new_drill("d", "p"))
    with engine.begin() as connection:
        connection.execute(
            insert(tables.turns).values(
                drill_id="d", sequence=1, kind="reply", position=1, message_id="m", text="Bonjour", created_at=clock()
            )
        )
        connection.execute(tables.people.delete())
        assert connection.execute(select(tables.drills)).all() == []
        assert connection.execute(select(tables.turns)).all() == []


def test_the_file_is_an_ordinary_sqlite_file(sqlite: Engine) -> None:
    with sqlite3.connect(sqlite.url.database) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()
