"""`make run`: bring everything up, say when it is ready, take everything down."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from types import FrameType
from typing import IO

import httpx
from alembic.util import CommandError
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from actions.storage.engine import open_engine
from bot import accounts, database, model
from bot.settings import ROOT, Settings

PATIENCE = 180.0
"""Seconds we wait for the servers before giving up."""
GRACE = 10.0
"""Seconds a server has to stop before it is killed."""
ASKED = (signal.SIGINT, signal.SIGTERM)
"""How a person, or the system, asks us to stop."""


class LaunchError(RuntimeError):
    """Something stands in the way; the message says what to do."""


class Stopped(Exception):
    """Ctrl-C or SIGTERM."""


@dataclass(frozen=True)
class Server:
    """A process we start: its name, its command, and the address that answers 200 once it is ready."""

    name: str
    command: tuple[str, ...]
    health: str


def run(settings: Settings, console: Console) -> int:
    """Run until Ctrl-C or SIGTERM. Returns the exit status: 0 when asked to stop."""
    os.umask(0o077)  # replies, hashes and logs are for whoever runs the room, not for every account of the machine
    try:
        with _stoppable():
            _up(settings, console)
    except Stopped:
        console.print("Stopped.")
        return 0
    except (LaunchError, model.ModelError) as error:
        console.print(str(error), style="bold red", markup=False, highlight=False, soft_wrap=True)
        return 1
    return 0


def _up(settings: Settings, console: Console) -> None:
    _free(settings)
    logs = settings.var_dir / "logs"
    logs.mkdir(exist_ok=True)
    with console.status("Preparing…") as status:
        archive = model.path(settings)
        if not archive.exists():
            status.update("Training the Rasa model (about a minute, once)…")
            archive = model.train(settings, logs / "train.log")
        model.check(archive)
        status.update("Preparing the database…")
        demo = _prepare(settings)
        status.update("Starting the servers…")
        with contextlib.ExitStack() as stack:
            running = {
                server: stack.enter_context(started(server, settings, logs)) for server in servers(settings, archive)
            }
            wait(running, archive, status.update)
            status.stop()
            console.print(f"[bold green]ready: http://{settings.host}:{settings.port}[/]", highlight=False)
            for account in demo:
                console.print(f"  demo {account['role']}: {account['login']} / {account['password']}", highlight=False)
            console.print("Ctrl-C stops everything.")
            _watch(running, logs)


def _prepare(settings: Settings) -> list[accounts.Demo]:
    try:
        engine = open_engine(settings.database_url, settings.sqlite_synchronous)
        try:
            database.migrate(engine)
            return accounts.demo(engine, settings.var_dir, datetime.now(timezone.utc)) if settings.demo_accounts else []
        finally:
            engine.dispose()
    except (SQLAlchemyError, CommandError) as error:
        reason = str(error).splitlines()[0]
        raise LaunchError(f"The database of DATABASE_URL cannot be opened: {reason}") from error


def servers(settings: Settings, archive: Path) -> tuple[Server, ...]:
    """The three processes of the room, all on loopback but the door, which listens where the settings say."""
    rasa = model.rasa(
        "run", "--model", str(archive), "--interface", "127.0.0.1", "--port", str(settings.rasa_port),
        "--endpoints", "endpoints.yml", "--credentials", "credentials.yml",
    )  # fmt: skip
    site = f"http://{settings.host}:{settings.port}/api/health"
    return (
        Server("rasa", tuple(rasa), f"{settings.rasa_url}/webhooks/visavis/health"),
        Server("actions", (sys.executable, "-m", "bot.actionserver"), f"{settings.action_url}/health"),
        Server("web", (sys.executable, "-m", "bot.site"), site),
    )


@contextlib.contextmanager
def started(server: Server, settings: Settings, logs: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running server, stopped at the end of the `with`: asked first, killed after `GRACE` seconds."""
    with _log(logs / f"{server.name}.log") as output:
        process = None
        try:
            with _undisturbed():
                # A session of its own: Ctrl-C reaches us alone, and we stop the servers in order.
                process = subprocess.Popen(
                    server.command, cwd=ROOT, env=model.environment(settings), stdin=subprocess.DEVNULL,
                    stdout=output, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=_die_with_parent,
                )  # fmt: skip
            yield process
        finally:
            if process:
                _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait: in the middle of a start they would leave a process that nobody knows of."""
    heard: list[int] = []
    before = {name: signal.signal(name, lambda number, frame: heard.append(number)) for name in ASKED}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
    if heard:
        signal.raise_signal(heard[0])


def _die_with_parent() -> None:
    """Ask Linux to end the server when the launcher is killed outright; elsewhere there is nothing to ask."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def wait(running: dict[Server, subprocess.Popen[bytes]], archive: Path, tell: Callable[[str], None]) -> None:
    """Wait until every server answers. Raises LaunchError or model.ModelError with the sentence to show."""
    waiting = dict(running)
    began = time.monotonic()
    while waiting:
        seconds = time.monotonic() - began
        tell(f"Waiting for {', '.join(server.name for server in waiting)} ({seconds:.0f} s)…")
        for server, process in running.items():
            if process.poll() is not None:
                raise LaunchError(f"The {server.name} server stopped at once; see logs/{server.name}.log in VAR_DIR.")
        for server in list(waiting):
            status = _ask(server.health)
            if status == 200:
                del waiting[server]
            elif status == 503 and server.name == "rasa":
                # Rasa listens only once it has tried its model: not ready now is not ready ever.
                raise model.ModelError(model.damaged(archive))
        if seconds > PATIENCE:
            names = ", ".join(server.name for server in waiting)
            raise LaunchError(f"No answer from {names} after {PATIENCE:.0f} s; see the logs in the VAR_DIR folder.")
        time.sleep(0.2)


def _watch(running: dict[Server, subprocess.Popen[bytes]], logs: Path) -> None:
    while True:
        for server, process in running.items():
            if process.poll() is not None:
                raise LaunchError(f"The {server.name} server has stopped; see {logs / server.name}.log.")
        time.sleep(0.5)


def _ask(address: str) -> int | None:
    try:
        return httpx.get(address, timeout=2).status_code
    except httpx.HTTPError:
        return None


def _free(settings: Settings) -> None:
    for name, host, port in (
        ("PORT", settings.host, settings.port),
        ("RASA_PORT", "127.0.0.1", settings.rasa_port),
        ("ACTION_PORT", "127.0.0.1", settings.action_port),
    ):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise LaunchError(
                    f"Port {port} on {host} cannot be used ({error.strerror}): stop what holds it, or set {name}."
                ) from error


def _log(file: Path) -> IO[bytes]:
    if file.exists():
        shutil.move(file, file.with_suffix(".old.log"))
    return file.open("wb")


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        for name in ASKED:
            signal.signal(name, signal.SIG_IGN)  # stopping is under way: a second Ctrl-C changes nothing
        raise Stopped

    before = {name: signal.signal(name, stop) for name in ASKED}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
