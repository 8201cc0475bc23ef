"""migrations/: they build exactly the tables, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Engine

from actions.storage import tables
from actions.storage.engine import open_engine
from bot.database import migrate
from bot.settings import ROOT


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without a table."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path}/empty.db")
        yield engine
        engine.dispose()
        return
    url = request.getfixturevalue("postgres_url")
    server = create_engine(url, isolation_level="AUTOCOMMIT", future=True)
    with server.connect() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS empty CASCADE"))
        connection.execute(text("CREATE SCHEMA empty"))
    engine = open_engine(f"{url}?options=-csearch_path%3Dempty")
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text("DROP SCHEMA empty CASCADE"))
    server.dispose()


def test_migrations_build_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_up_twice_down_and_up_again(empty: Engine) -> None:
    migrate(empty)
    migrate(empty)
    assert {*inspect(empty).get_table_names()} == {*tables.metadata.tables, "alembic_version"}
    command.downgrade(_config(empty), "base")
    assert inspect(empty).get_table_names() == ["alembic_version"]
    migrate(empty)
    assert {*inspect(empty).get_table_names()} == {*tables.metadata.tables, "alembic_version"}


def test_one_line_of_migrations() -> None:
    assert len(ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini"))).get_heads()) == 1


def _config(engine: Engine) -> Config:
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["engine"] = engine
    return config
