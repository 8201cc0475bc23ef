"""bot/launcher.py: the sentences it says, and the processes it stops. The whole start is in tests/integration."""

from __future__ import annotations

import io
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from actions.storage.engine import open_engine
from bot import launcher, model
from bot.launcher import LaunchError, Server
from bot.settings import Settings, load


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with three free ports and everything in the test's own folder."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(3)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        ports = [str(one.getsockname()[1]) for one in sockets]
    names = dict(zip(("PORT", "RASA_PORT", "ACTION_PORT"), ports, strict=True))
    (tmp_path / "var/logs").mkdir(parents=True)
    return load({"VAR_DIR": str(tmp_path / "var"), "MODEL_DIR": str(tmp_path / "models"), **names})


@pytest.fixture
def console() -> Console:
    """A console that remembers."""
    return Console(file=io.StringIO(), width=80)


def said(console: Console) -> str:
    """What the console showed."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def program(code: str, name: str = "rasa") -> Server:
    """A server that runs `code` and answers nobody."""
    return Server(name, (sys.executable, "-c", code), "http://127.0.0.1:1/health")


@pytest.mark.parametrize("name", ["port", "rasa_port", "action_port"])
def test_a_port_in_use(settings: Settings, console: Console, name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert launcher.run(replace(settings, **{name: port}), console) == 1
    text = said(console)
    assert f"Port {port} on 127.0.0.1 cannot be used (" in text and f"or set {name.upper()}." in text
    assert text.count("\n") == 1


def test_an_address_that_is_not_ours(settings: Settings, console: Console) -> None:
    assert launcher.run(replace(settings, host="192.0.2.1"), console) == 1
    assert "on 192.0.2.1 cannot be used (" in said(console)


def test_a_host_that_does_not_exist(settings: Settings, console: Console) -> None:
    assert launcher.run(replace(settings, host="nowhere.invalid"), console) == 1
    assert "on nowhere.invalid cannot be used (" in said(console)


def test_a_damaged_model(settings: Settings, console: Console) -> None:
    settings.model_dir.mkdir()
    archive = model.path(settings)
    archive.write_bytes(b"not an archive")
    assert launcher.run(settings, console) == 1
    text = said(console)
    assert f"The Rasa model {archive} is damaged: delete that file and start again" in text
    assert text.strip().count("\n") == 0


def test_a_sentence_is_shown_as_it_is(settings: Settings, console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise LaunchError("The folder /tmp/[/red] [bold]is[/] full.")

    monkeypatch.setattr(launcher, "_up", fails)
    assert launcher.run(settings, console) == 1
    assert said(console) == "The folder /tmp/[/red] [bold]is[/] full.\n"


def test_a_database_of_a_later_version(settings: Settings) -> None:
    launcher._prepare(settings)
    engine = open_engine(settings.database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(LaunchError, match="9999"):
        launcher._prepare(settings)


@pytest.mark.parametrize(
    "url",
    ["nonsense", "sqlite:////proc/nowhere/visavis.db", "postgresql://nobody@127.0.0.1:1/nowhere", "mysql://a@b/c"],
)
def test_a_database_that_cannot_be_opened(settings: Settings, url: str) -> None:
    with pytest.raises(LaunchError, match=r"^The database of DATABASE_URL cannot be opened: ") as caught:
        launcher._prepare(replace(settings, database_url=url))
    assert "\n" not in str(caught.value)


def test_preparing_the_database(settings: Settings) -> None:
    first = launcher._prepare(settings)
    assert [account["login"] for account in first] == ["camille", "sam"]
    assert launcher._prepare(settings) == first
    assert launcher._prepare(replace(settings, demo_accounts=False)) == []


def test_a_server_is_stopped_with_us(settings: Settings) -> None:
    logs = settings.var_dir / "logs"
    with launcher.started(program("import time; print('up', flush=True); time.sleep(60)"), settings, logs) as process:
        assert process.poll() is None
    assert process.returncode == -signal.SIGTERM


def test_a_stubborn_server_is_killed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "GRACE", 0.1)
    up = settings.var_dir / "up"
    code = f"import signal, time; signal.signal(15, signal.SIG_IGN); open({str(up)!r}, 'w').close(); time.sleep(60)"
    with launcher.started(program(code), settings, settings.var_dir / "logs") as process:
        while not up.exists():
            assert process.poll() is None
    assert process.returncode == -signal.SIGKILL


def test_a_server_that_stops_at_once(settings: Settings) -> None:
    logs = settings.var_dir / "logs"
    server = program("raise SystemExit('no')", "actions")
    with launcher.started(server, settings, logs) as process:
        process.wait()
        with pytest.raises(LaunchError, match=r"^The actions server stopped at once; see .*actions\.log"):
            launcher.wait({server: process}, settings.model_dir / "m.tar.gz", lambda _: None)
    assert (logs / "actions.log").read_text(encoding="utf-8") == "no\n"


def test_a_server_that_never_answers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "PATIENCE", 0.0)
    server = program("import time; time.sleep(60)", "web")
    with (
        launcher.started(server, settings, settings.var_dir / "logs") as process,
        pytest.raises(LaunchError, match=r"^No answer from web"),
    ):
        launcher.wait({server: process}, settings.model_dir / "m.tar.gz", lambda _: None)


def test_rasa_without_its_model(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "_ask", lambda address: 503)
    server = program("import time; time.sleep(60)")
    with (
        launcher.started(server, settings, settings.var_dir / "logs") as process,
        pytest.raises(model.ModelError, match=r"m\.tar\.gz"),
    ):
        launcher.wait({server: process}, settings.model_dir / "m.tar.gz", lambda _: None)


def test_a_server_that_stops_later(settings: Settings) -> None:
    server = program("")
    with launcher.started(server, settings, settings.var_dir / "logs") as process:
        process.wait()
        with pytest.raises(LaunchError, match=r"^The rasa server has stopped; see .*rasa\.log"):
            launcher._watch({server: process}, settings.var_dir / "logs")


def test_the_log_before_last_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "rasa.log"
    for words in (b"first", b"second"):
        with launcher._log(file) as output:
            output.write(words)
    assert (file.read_bytes(), (tmp_path / "rasa.old.log").read_bytes()) == (b"second", b"first")


@pytest.fixture
def handlers() -> Iterator[None]:
    """The signals' handlers are put back, whatever happens."""
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    yield
    assert {name: signal.getsignal(name) for name in before} == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop(
    settings: Settings, console: Console, monkeypatch: pytest.MonkeyPatch, handlers: None, number: signal.Signals
) -> None:
    monkeypatch.setattr(launcher, "_up", lambda *_: signal.raise_signal(number))
    assert launcher.run(settings, console) == 0
    assert said(console) == "Stopped.\n"
