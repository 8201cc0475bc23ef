"""bot/accounts.py"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from actions.storage.records import Person
from actions.storage.unit import Unit
from bot import accounts

Clock = Callable[[], datetime]
PASSWORD = "quatre mots au hasard"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same argon2 with the smallest cost."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: quick)
    accounts._nobody.cache_clear()
    yield
    accounts._nobody.cache_clear()


@pytest.fixture
def lea(sqlite: Engine, clock: Clock) -> Person:
    """Somebody with a password."""
    return accounts.create(sqlite, " Lea ", "Léa", "agent", "north", "fr", PASSWORD, clock())


def test_the_right_password(sqlite: Engine, lea: Person) -> None:
    assert accounts.verify(sqlite, "lea", PASSWORD) == lea
    assert accounts.verify(sqlite, " LEA ", PASSWORD) == lea


@pytest.mark.parametrize(
    "login, password", [("lea", "wrong"), ("lea", ""), ("lea", PASSWORD + " "), ("nobody", PASSWORD), ("", "")]
)
def test_anything_else(sqlite: Engine, lea: Person, login: str, password: str) -> None:
    assert accounts.verify(sqlite, login, password) is None


def test_people_of_other_doors_have_no_password(sqlite: Engine, clock: Clock) -> None:
    accounts.create(sqlite, "slack:T1:U1", "Ana", "agent", "slack", "en", None, clock())
    assert accounts.verify(sqlite, "slack:T1:U1", "") is None


def test_a_damaged_hash_opens_nothing(sqlite: Engine, clock: Clock) -> None:
    with Unit(sqlite) as unit:
        unit.people.add(Person("p", "lea", "Léa", "agent", "north", "fr", "not a hash"), clock())
    assert accounts.verify(sqlite, "lea", "not a hash") is None


def test_passwords_are_kept_as_argon2(sqlite: Engine, lea: Person) -> None:
    assert lea.password is not None and lea.password.startswith("$argon2id$") and PASSWORD not in lea.password
    assert lea.login == "lea"


def test_a_login_is_taken_once(sqlite: Engine, lea: Person, clock: Clock) -> None:
    with pytest.raises(IntegrityError):
        accounts.create(sqlite, "LEA", "Another", "lead", "south", "en", PASSWORD, clock())


def test_demo_people_made_elsewhere_are_not_given_a_password_that_fails(
    sqlite: Engine, tmp_path: Path, clock: Clock
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    accounts.demo(sqlite, tmp_path / "here", clock())
    assert accounts.demo(sqlite, tmp_path / "there", clock()) == []


def test_the_demo_people_of_a_first_start(sqlite: Engine, tmp_path: Path, clock: Clock) -> None:
    made = accounts.demo(sqlite, tmp_path, clock())
    assert [(account["login"], account["role"]) for account in made] == [("camille", "agent"), ("sam", "lead")]
    people = [accounts.verify(sqlite, account["login"], account["password"]) for account in made]
    assert [person and (person.role, person.team) for person in people] == [("agent", "demo"), ("lead", "demo")]
    assert len({account["password"] for account in made}) == 2
    assert (tmp_path / "demo.json").stat().st_mode & 0o777 == 0o600


def test_a_second_start_changes_nothing(sqlite: Engine, tmp_path: Path, clock: Clock) -> None:
    first = accounts.demo(sqlite, tmp_path, clock())
    assert accounts.demo(sqlite, tmp_path, clock()) == first
    with Unit(sqlite) as unit:
        assert len(unit.people.team("demo")) == 2


def test_a_new_database_keeps_the_passwords_told(sqlite: Engine, tmp_path: Path, clock: Clock) -> None:
    told = [{"login": "camille", "password": PASSWORD, "role": "agent"}]
    (tmp_path / "demo.json").write_text(json.dumps(told), encoding="utf-8")
    assert accounts.demo(sqlite, tmp_path, clock())[0]["password"] == PASSWORD
    assert accounts.verify(sqlite, "camille", PASSWORD) is not None
