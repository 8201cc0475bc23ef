"""The `visavis` command. A composition root: each command wires what it needs, when it runs."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime, timezone
from enum import Enum
from typing import NoReturn

import typer
from dotenv import load_dotenv
from rich.console import Console

from bot import scenarios, settings
from bot.settings import ROOT, Settings

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Vis-à-vis: practise with a difficult customer, see why, try again.",
)  # fmt: skip


class Lang(str, Enum):
    """The languages of the room."""

    fr = "fr"
    en = "en"


class Difficulty(str, Enum):
    """How much the customer forgives."""

    calm = "calm"
    demanding = "demanding"
    hard = "hard"


class Role(str, Enum):
    """What an account may do."""

    agent = "agent"
    lead = "lead"


cli.add_typer(scenarios.cli, name="scenarios")


@cli.command()
def run() -> None:
    """Start the room: Rasa, the action server and the web door."""
    from bot import launcher

    raise typer.Exit(launcher.run(_settings(), Console()))


@cli.command()
def train() -> None:
    """Train the Rasa model if it is missing or stale."""
    from bot import model

    chosen = _settings()
    logs = chosen.var_dir / "logs"
    logs.mkdir(exist_ok=True)
    try:
        made = model.path(chosen)
        if not made.exists():
            model.train(chosen, logs / "train.log")
        model.check(made)
    except model.ModelError as error:
        _refuse(str(error))
    typer.echo(f"model: {made}")


@cli.command()
def score(
    suggest: bool = typer.Option(False, "--suggest", help="Add small edits that score higher, each scored again."),
) -> None:
    """Assess replies: JSON lines on standard input, JSON lines on standard output."""
    from nlu import command, encoder, scorer

    load_dotenv(ROOT / ".env")  # not `settings.load()`: scoring needs no folder to write in
    try:
        loaded = scorer.load(ROOT, sentiment=os.environ.get("SENTIMENT_MODEL", ""))
    except encoder.EncoderError as error:
        _refuse(str(error))
    raise typer.Exit(command.main(sys.stdin, sys.stdout, loaded, suggest))


@cli.command()
def drill(
    slug: str = typer.Argument("", help="Which situation; without it, the list."),
    lang: Lang = typer.Option(Lang.fr, help="The language of the drill."),
    difficulty: Difficulty = typer.Option(Difficulty.calm, help="How much the customer forgives."),
    login: str = typer.Option("camille", help="Whose drill it is."),
) -> None:
    """Play a drill in the terminal, against the running room."""
    from actions.storage.engine import open_engine
    from actions.storage.library import Library
    from actions.storage.unit import Unit
    from bot import terminal
    from bot.conversation import Conversation

    chosen = _settings()
    engine = open_engine(chosen.database_url, chosen.sqlite_synchronous)
    with Unit(engine) as unit:
        person = unit.people.by_login(login)
        if person is None:
            _refuse(f"Nobody signs in as “{login}”: name another with --login, or use `visavis account` to make one.")
        waiting = terminal.waiting(unit.drills.of_person(person.id), slug, lang.value)
    conversation = Conversation(engine, chosen.rasa_url, chosen.rasa_token, lambda: datetime.now(timezone.utc))
    library = Library(chosen.data_dir, chosen.scenarios_dir)
    play = terminal.run(conversation, person, library, slug, lang.value, difficulty.value, waiting)
    raise typer.Exit(asyncio.run(play))


@cli.command()
def account(
    login: str = typer.Argument(..., help="What they type to sign in."),
    name: str = typer.Option(..., help="How they are called."),
    role: Role = typer.Option(Role.agent, help="Agents practise, leads review what is shared."),
    team: str = typer.Option(..., help="Leads see what agents of their team share."),
    lang: Lang = typer.Option(Lang.fr, help="The language they read."),
) -> None:
    """Make an account; the password is asked, or read from standard input."""
    from sqlalchemy.exc import IntegrityError

    from actions.storage.engine import open_engine
    from bot import accounts, database

    chosen = _settings()
    engine = open_engine(chosen.database_url, chosen.sqlite_synchronous)
    database.migrate(engine)
    password = typer.prompt("Password", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline().strip()
    if len(password) < 10:
        _refuse("That password is too short: give at least 10 characters.")
    try:
        accounts.create(engine, login, name, role.value, team, lang.value, password, datetime.now(timezone.utc))
    except IntegrityError:
        _refuse(f"Somebody signs in as “{login}” already: choose another login.")
    typer.echo(f"{name} can sign in as {login}.")


@cli.command()
def outbox(retry: bool = typer.Option(False, "--retry", help="Try again now whatever waits or was refused.")) -> None:
    """What the learning record store was told, what waits, and what it refused (docs/xapi.md)."""
    from actions.storage.engine import open_engine
    from actions.storage.unit import Unit
    from bot import database

    chosen = _settings()
    engine = open_engine(chosen.database_url, chosen.sqlite_synchronous)
    database.migrate(engine)
    with Unit(engine) as unit:
        if retry:
            unit.outbox.retry(datetime.now(timezone.utc))
        waiting, refused = unit.outbox.waiting(), unit.outbox.refused()
        sent = unit.outbox.count_sent()
    typer.echo(f"{chosen.lrs_url or 'LRS_URL is empty: nothing is sent.'}\nsent {sent}, waiting {len(waiting)}, "
               f"refused {len(refused)}")  # fmt: skip
    if waiting:
        tries, due = max(one.tries for one in waiting), min(one.due_at for one in waiting)
        typer.echo(f"waiting: tried {tries} times at most, next from {due:%Y-%m-%d %H:%M} UTC on")
    for one in refused:
        typer.echo(f"refused: {one.verb} {one.id}, {one.at:%Y-%m-%d %H:%M} UTC: {one.refused}")


@cli.command()
def shell() -> None:
    """Talk with Rasa itself in the terminal; the room must be running, for its action server."""
    from bot import model

    chosen = _settings()
    archive = model.path(chosen)
    if not archive.exists():
        _refuse("There is no trained model yet: run `make train` first.")
    os.chdir(ROOT)
    command = model.rasa("shell", "--model", str(archive), "--endpoints", "endpoints.yml")
    os.execve(command[0], command, model.environment(chosen))


def main() -> None:
    """Entry point of the `visavis` command."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow speaks of its build to whoever imports spaCy
    cli()


def _settings() -> Settings:
    try:
        return settings.load()
    except settings.SettingError as error:
        _refuse(str(error))


def _refuse(sentence: str) -> NoReturn:
    typer.secho(sentence, fg="red", err=True)
    raise typer.Exit(2)
