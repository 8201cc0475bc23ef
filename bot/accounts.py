"""Accounts: passwords, and the demo people of a first start."""

from __future__ import annotations

import json
import secrets
import uuid
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypedDict

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy.engine import Engine

from actions.storage.records import Person, Role
from actions.storage.unit import Unit
from nlu.contract import Lang

TEAM = "demo"


class Demo(TypedDict):
    """A demo account as kept in `<VAR_DIR>/demo.json` and printed at start."""

    login: str
    password: str
    role: Role


DEMO: tuple[tuple[str, str, Role, Lang], ...] = (("camille", "Camille", "agent", "fr"), ("sam", "Sam", "lead", "en"))


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    # Checking a stranger takes as long as checking a person, so the door doesn't tell who exists.
    return _hasher().hash(secrets.token_urlsafe(16))


def verify(engine: Engine, login: str, password: str) -> Person | None:
    """The person with this login and password, or None."""
    with Unit(engine) as unit:
        person = unit.people.by_login(login)
    try:
        _hasher().verify(person.password if person and person.password else _nobody(), password)
    except (Argon2Error, InvalidHashError):
        return None
    return person if person and person.password else None


def create(
    engine: Engine, login: str, name: str, role: Role, team: str, lang: Lang, password: str | None, at: datetime
) -> Person:
    """Write a new person. Raises sqlalchemy.exc.IntegrityError when the login is taken."""
    hashed = _hasher().hash(password) if password else None
    person = Person(str(uuid.uuid4()), login.strip().lower(), name, role, team, lang, hashed)
    with Unit(engine) as unit:
        unit.people.add(person, at)
    return person


def demo(engine: Engine, folder: Path, at: datetime) -> list[Demo]:
    """The demo accounts, made at first start with generated passwords kept in `folder` for their owner only."""
    path = folder / "demo.json"
    kept: list[Demo] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    passwords = {account["login"]: account["password"] for account in kept}
    accounts: list[Demo] = []
    for login, name, role, lang in DEMO:
        with Unit(engine) as unit:
            there = unit.people.by_login(login)
        password = passwords.get(login) or secrets.token_urlsafe(9)
        if there is None:
            create(engine, login, name, role, TEAM, lang, password, at)
        elif login not in passwords:
            continue  # made elsewhere: we do not know its password
        accounts.append({"login": login, "password": password, "role": role})
    path.touch(mode=0o600)
    path.write_text(json.dumps(accounts), encoding="utf-8")
    return accounts
