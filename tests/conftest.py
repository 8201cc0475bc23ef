"""What the tests share: a migrated database on SQLite and on PostgreSQL, people, drills and assessments by hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")

import httpx
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from actions.storage import tables
from actions.storage.engine import open_engine
from actions.storage.library import Library
from actions.storage.records import Drill, Person
from actions.storage.unit import Unit
from bot.database import migrate
from bot.settings import ROOT
from nlu.contract import EMPATHY, TONE, Assessment

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=timezone.utc)
ABSENT = (
    "PostgreSQL does not answer on 127.0.0.1:5432: start one with"
    " `docker run --detach --publish 5432:5432 --env POSTGRES_HOST_AUTH_METHOD=trust postgres`"
)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: NOW


@pytest.fixture(scope="session")
def library() -> Library:
    """The real `data/`."""
    return Library(ROOT / "data")


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once: copying it is quicker than migrating."""
    path = tmp_path_factory.mktemp("template") / "visavis.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite(_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A migrated SQLite database of this test alone."""
    path = tmp_path / "visavis.db"
    shutil.copy(_template, path)
    engine = open_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An empty PostgreSQL database, dropped at the end."""
    server = _postgres()
    if server is None:
        pytest.skip(ABSENT)
    name = f"visavis_test_{os.getpid()}"
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.url.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="session")
def _migrated(postgres_url: str) -> Iterator[Engine]:
    # A test that forgets a transaction fails instead of waiting for itself.
    engine = open_engine(f"{postgres_url}?options=-clock_timeout%3D3s")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def postgres(_migrated: Engine) -> Iterator[Engine]:
    """A migrated PostgreSQL database, empty before each test."""
    yield _migrated
    with _migrated.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """A migrated database, once on SQLite and once on PostgreSQL."""
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def camille(sqlite: Engine) -> Person:
    """An agent who is in the SQLite database."""
    return _written(sqlite, Person("person-camille", "camille", "Camille", "agent", "demo", "fr"))


@pytest.fixture
def sam(sqlite: Engine) -> Person:
    """Camille's lead, in the SQLite database."""
    return _written(sqlite, Person("person-sam", "sam", "Sam", "lead", "demo", "en"))


@pytest.fixture
def new_drill() -> Callable[..., Drill]:
    """Make a drill's record: `new_drill("d1", "person-camille", lang="en")`."""

    def make(drill_id: str, person_id: str | None = None, **facts: Any) -> Drill:
        plain: dict[str, Any] = {
            "scenario": "late-refund", "scenario_version": 1, "grid": "default", "grid_version": 1, "lang": "fr",
            "difficulty": "calm", "seed": 1, "quick": 0, "door": "web", "started_at": NOW,
        }  # fmt: skip
        return Drill(drill_id, person_id, **{**plain, **facts})

    return make


@pytest.fixture
def perceived() -> Callable[..., Assessment]:
    """Make an assessment: `perceived()` is a fair reply, `perceived(level=0, red_flags=("insult",))` a bad one."""

    def make(level: int = 1, **facts: Any) -> Assessment:
        plain: dict[str, Any] = {
            "lang": "fr",
            "empathy": {"level": level, **dict.fromkeys(EMPATHY, level)},
            "tone": {"level": level, **dict.fromkeys(TONE, level)},
            "sentiment": {"label": "neutral", "negative": 0.2, "neutral": 0.6, "positive": 0.2},
            "confidence": dict.fromkeys(("empathy", *EMPATHY, "tone", *TONE, "sentiment"), 0.9),
            "score": 25 + 25 * level,
            "versions": {"model": "by hand"},
        }
        return Assessment(**{**plain, **facts})

    return make


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Any], Awaitable[httpx.AsyncClient]]]:
    """Call a Sanic application in this process: `client = await serve(app)`."""
    clients: list[httpx.AsyncClient] = []

    async def start(app: Any) -> httpx.AsyncClient:
        if _touched:
            app.signalize()
            app.finalize()
        else:  # rewrites Sanic's own classes, which can be done once in a process
            await app._startup()
            _touched.append(app.name)
        del type(app)._app_registry[app.name]  # the next test may make an application of the same name
        clients.append(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sanic"))
        return clients[-1]

    yield start
    for client in clients:
        await client.aclose()


_touched: list[str] = []


def _written(engine: Engine, person: Person) -> Person:
    with Unit(engine) as unit:
        unit.people.add(person, NOW)
    return person


def _postgres() -> Engine | None:
    for user in ("postgres", "root"):
        url = f"postgresql://{user}@127.0.0.1:5432/postgres"
        server = create_engine(url, isolation_level="AUTOCOMMIT", future=True)
        with suppress(OperationalError), server.connect():
            return server
        server.dispose()
    return None
