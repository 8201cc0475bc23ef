"""A room for the tests: the real Rasa server and action server on free ports, with a database of their own."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from actions.coaching.drill import Entry
from actions.storage.engine import open_engine
from actions.storage.library import Library
from actions.storage.records import Draft, Drill, Person
from actions.storage.unit import Unit
from bot import database, launcher, model, settings
from bot.conversation import Conversation
from bot.settings import Settings

PATIENCE = 60.0
"""Seconds a test waits for what must happen."""
BEHIND_THE_DOOR = ("rasa", "actions")
EITHER = pytest.mark.parametrize("room", ["sqlite", "postgres"], indirect=True)
"""Marks a test that runs in the room on SQLite, then in the one on PostgreSQL."""


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(timezone.utc)


def until(happens: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Ask again and again, for at most `seconds`, until `happens()` is true."""
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, f"{happens} did not come true within {seconds:.0f} s"
        time.sleep(0.05)


def visavis(*words: str) -> list[str]:
    """The command line of `visavis`, which need not be installed."""
    return [sys.executable, "-c", "from bot.cli import main; main()", *words]


def free_ports(count: int) -> list[str]:
    """Ports that nobody listens on."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [str(probe.getsockname()[1]) for probe in probes]


def environment(folder: Path, url: str = "") -> dict[str, str]:
    """Settings for a room in `folder`; both databases at `url`, or two SQLite files in the folder."""
    port, rasa_port, action_port = free_ports(3)
    return {
        "VAR_DIR": str(folder),
        "HOST": "127.0.0.1",
        "PORT": port,
        "RASA_PORT": rasa_port,
        "ACTION_PORT": action_port,
        "DATABASE_URL": url or f"sqlite:///{folder}/visavis.db",
        "TRACKER_URL": url or f"sqlite:///{folder}/rasa.db",
        "SLACK_BOT_TOKEN": "",
    }


def listening(pid: int) -> set[str]:
    """The addresses a process and its children listen on."""
    process = psutil.Process(pid)
    return {
        connection.laddr.ip
        for one in (process, *process.children(recursive=True))
        for connection in one.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }


class Room:
    """Servers that can be stopped and started, their database, and a person who practises."""

    def __init__(self, chosen: Settings) -> None:
        self.settings = chosen
        self.library = Library(chosen.data_dir, chosen.scenarios_dir)
        self.logs = chosen.var_dir / "logs"
        self.logs.mkdir(exist_ok=True)
        self.archive = trained(chosen, self.logs)
        self.engine = open_engine(chosen.database_url)
        database.migrate(self.engine)
        self.person = self.newcomer("agent-of-the-tests")
        self._servers = {server.name: server for server in launcher.servers(chosen, self.archive)}
        self._running: dict[str, tuple[subprocess.Popen[bytes], contextlib.ExitStack]] = {}

    def newcomer(self, login: str) -> Person:
        """Somebody new in the database."""
        person = Person(str(uuid.uuid4()), login, login.title(), "agent", "tests", "fr")
        with Unit(self.engine) as unit:
            unit.people.add(person, now())
        return person

    def start(self, *names: str) -> None:
        """Start these servers and wait until they answer."""
        for name in names:
            stack = contextlib.ExitStack()
            server = launcher.started(self._servers[name], self.settings, self.logs)
            self._running[name] = stack.enter_context(server), stack
        launcher.wait({self._servers[name]: self._running[name][0] for name in names}, self.archive, lambda _: None)

    def stop(self, *names: str, outright: bool = False) -> None:
        """Stop these servers: asked, or killed `outright` in the middle of whatever they do."""
        for name in names:
            process, stack = self._running.pop(name)
            if outright:
                process.kill()
            stack.close()

    @contextlib.contextmanager
    def without(self, name: str) -> Iterator[None]:
        """A while without one of the servers."""
        self.stop(name, outright=True)
        try:
            yield
        finally:
            self.start(name)

    def close(self) -> None:
        """Stop everything; nothing of ours survives."""
        try:
            children = [child for name in self._running for child in self._family(name)]
            self.stop(*list(self._running))
            assert psutil.wait_procs(children, timeout=launcher.GRACE)[1] == []
        finally:
            self.engine.dispose()

    def pid(self, name: str) -> int:
        """The process of a server."""
        return self._running[name][0].pid

    def conversation(self, url: str = "") -> Conversation:
        """A door's way to Rasa; the caller closes it."""
        return Conversation(self.engine, url or self.settings.rasa_url, self.settings.rasa_token, now)

    def drill(self, drill_id: str) -> Drill:
        """The record of a drill."""
        with Unit(self.engine) as unit:
            found = unit.drills.get(drill_id)
        assert found is not None
        return found

    def log(self, drill_id: str) -> tuple[Entry, ...]:
        """What SQL holds of a drill."""
        with Unit(self.engine) as unit:
            return unit.turns.entries(drill_id)

    def draft(self, drill_id: str) -> Draft | None:
        """The reply that waits in a drill."""
        with Unit(self.engine) as unit:
            return unit.drafts.get(drill_id)

    def forget(self, drill_id: str) -> None:
        """Empty Rasa's memory of a conversation, as a lost tracker store would."""
        trackers = open_engine(self.settings.tracker_url)
        with trackers.begin() as connection:
            gone = connection.execute(text("DELETE FROM events WHERE sender_id = :sender"), {"sender": drill_id})
            assert gone.rowcount > 0
        trackers.dispose()

    def _family(self, name: str) -> list[psutil.Process]:
        process = psutil.Process(self.pid(name))
        return [process, *process.children(recursive=True)]


@contextlib.contextmanager
def opened(folder: Path, url: str = "", **more: str) -> Iterator[Room]:
    """A room with its servers up, and `more` settings, taken down at the end."""
    room = Room(settings.load({**environment(folder, url), **more}))
    try:
        room.start(*BEHIND_THE_DOOR)
        yield room
    finally:
        room.close()


def trained(chosen: Settings, logs: Path) -> Path:
    """The Rasa model of the present files, trained if it is missing."""
    archive = model.path(chosen)
    return archive if archive.exists() else model.train(chosen, logs / "train.log")
