from __future__ import annotations

import pytest

from actions.storage.unit import Unit
from bot.web.visit import inside
from tests.web.door import PASSWORD, Site


def test_the_right_password_opens(site: Site) -> None:
    ada = site.visitor("ada")
    assert "Hello Ada" in ada.get("/").text


def test_a_wrong_password_says_so_and_keeps_the_name(site: Site) -> None:
    visitor = site.visitor()
    answer = visitor.post("/login", {"login": "<ada>", "password": "no", "next": "/"}, at="/login")
    assert answer.status_code == 422
    assert "don’t go together" in answer.text
    assert 'value="&lt;ada&gt;"' in answer.text


def test_signing_in_goes_where_one_was_going(site: Site) -> None:
    visitor = site.visitor()
    assert visitor.get("/team").headers["location"] == "/login?next=/team"
    answer = visitor.post("/login", {"login": "lea", "password": PASSWORD, "next": "/team"}, at="/login")
    assert answer.headers["location"] == "/team"


@pytest.mark.parametrize("address", ["https://evil.example", "//evil.example", "/\\evil.example", "", "evil", "/a\nb"])
def test_nobody_is_sent_elsewhere(address: str) -> None:
    assert inside(address) == "/"


def test_signing_out_closes(site: Site) -> None:
    ada = site.visitor("ada")
    ada.post("/logout")
    assert ada.get("/").headers["location"] == "/login"


def test_a_removed_person_is_out_at_once(site: Site) -> None:
    ada = site.visitor("ada")
    with site.room.engine.begin() as connection:
        connection.exec_driver_sql("delete from people where login = 'ada'")
    assert ada.get("/").status_code == 303


def test_the_language_is_chosen_and_remembered(site: Site) -> None:
    ada = site.visitor("ada")
    answer = ada.post("/lang", {"lang": "fr", "next": "/"})
    assert answer.headers["location"] == "/"
    page = ada.get("/").text
    assert '<html lang="fr">' in page and "Bonjour Ada" in page
    with Unit(site.room.engine) as unit:
        kept = unit.people.by_login("ada")
    assert kept is not None and kept.lang == "fr"
    ada.post("/lang", {"lang": "tlh", "next": "/"})
    assert '<html lang="fr">' in ada.get("/").text


def test_the_browser_says_which_language_first(site: Site) -> None:
    assert "Bienvenue" in site.visitor(lang="fr-CA,fr;q=0.9").get("/login").text
    assert "Welcome" in site.visitor(lang="de,en;q=0.5").get("/login").text
    assert "Bienvenue" in site.visitor(lang="de").get("/login").text
