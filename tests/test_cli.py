"""bot/cli.py: the sentences of the commands that need no server."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
from typer.testing import CliRunner

from actions.storage.engine import open_engine
from actions.storage.records import Drill
from actions.storage.unit import Unit
from bot import accounts, launcher, model
from bot.cli import cli
from bot.settings import load


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in (("VAR_DIR", tmp_path / "var"), ("MODEL_DIR", tmp_path / "models"), ("PORT", "8000")):
        monkeypatch.setenv(name, str(value))


def visavis(*words: str, typed: str = "") -> tuple[int, str]:
    """Run the command: (status, everything it said)."""
    done = CliRunner().invoke(cli, list(words), input=typed)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_without_a_command_it_explains() -> None:
    _, said = visavis("--help")
    assert all(command in said for command in ("run", "train", "score", "drill", "account", "shell"))


def test_a_wrong_setting_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    for command in ("run", "train", "shell"):
        status, said = visavis(command)
        assert (status, said) == (2, "PORT is “eighty”: give a port between 1 and 65535.\n")


def test_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("account", "Lea", "--name", "Léa", "--team", "north", "--role", "lead")
    assert visavis(*asked, typed="quatre mots au hasard\n") == (0, "Léa can sign in as Lea.\n")
    engine = open_engine(load().database_url)
    person = accounts.verify(engine, "lea", "quatre mots au hasard")
    engine.dispose()
    assert person is not None and (person.role, person.team, person.lang) == ("lead", "north", "fr")
    status, said = visavis(*asked, typed="quatre mots au hasard\n")
    assert status == 2 and said.startswith("Somebody signs in as “Lea” already") and said.count("\n") == 1


@pytest.mark.parametrize("password", ["", "short\n", "neuf.....\n"])
def test_a_short_password(password: str) -> None:
    status, said = visavis("account", "lea", "--name", "Léa", "--team", "north", typed=password)
    assert (status, said) == (2, "That password is too short: give at least 10 characters.\n")


def test_a_shell_without_a_model() -> None:
    assert visavis("shell") == (2, "There is no trained model yet: run `make train` first.\n")


def test_a_damaged_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    archive = model.path(load())
    archive.write_bytes(b"not an archive")
    status, said = visavis("train")
    assert status == 2 and str(archive) in said and said.count("\n") == 1


def test_run_gives_the_launchers_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "run", lambda settings, console: 7)
    assert visavis("run")[0] == 7


def test_the_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    assert visavis("outbox") == (0, "LRS_URL is empty: nothing is sent.\nsent 0, waiting 0, refused 0\n")
    monkeypatch.setenv("LRS_URL", "https://lrs.example/xapi")
    at = datetime(2026, 11, 22, 9, 0, tzinfo=timezone.utc)
    engine = open_engine(load().database_url)
    with Unit(engine) as unit:
        unit.drills.add(Drill("d", None, "late-refund", 1, "default", 1, "fr", "calm", 1, 0, "web", at))
        for told_id in ("one", "two", "three"):
            unit.outbox.add(told_id, "d", "initialized", at)
        unit.outbox.sent(["one"], at)
        unit.outbox.refuse("two", "400 no")
        unit.outbox.later(["three"], 4, at)
    assert visavis("outbox") == (
        0,
        "https://lrs.example/xapi\nsent 1, waiting 1, refused 1\n"
        "waiting: tried 4 times at most, next from 2026-11-22 09:00 UTC on\n"
        "refused: initialized two, 2026-11-22 09:00 UTC: 400 no\n",
    )
    status, said = visavis("outbox", "--retry")
    assert status == 0 and "sent 1, waiting 2, refused 0" in said and "tried 0 times" in said
    with Unit(engine) as unit:
        assert unit.outbox.refused() == []
    engine.dispose()
