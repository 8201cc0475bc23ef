from __future__ import annotations

import re

from actions.storage.records import Person
from actions.storage.unit import Unit
from tests.web.door import Site, words

CHOICES = {"lang": "en", "trade": "shop", "theme": ""}


def ada(site: Site) -> Person:
    with Unit(site.room.engine) as unit:
        person = unit.people.by_login("ada")
    assert person is not None
    return person


def test_my_choices_are_kept_and_shown(site: Site) -> None:
    visitor = site.visitor("ada")
    fields = {"lang": "fr", "trade": "hotel", "theme": "dark", "exam": "on"}
    answer = visitor.post("/me", fields, at="/me")
    assert answer.headers["location"] == "/me?kept"
    page = visitor.get("/me?kept").text
    assert '<html lang="fr" data-theme="dark">' in page and words("me.kept", "fr") in page
    assert re.search(r'value="hotel" selected', page) and re.search(r'name="exam"[^>]*checked', page)
    assert (ada(site).lang, ada(site).trade, ada(site).exam) == ("fr", "hotel", True)


def test_examination_mode_can_be_left_and_another_trade_forgets_mine(site: Site) -> None:
    visitor = site.visitor("ada")
    visitor.post("/me", {**CHOICES, "exam": "on"}, at="/me")
    visitor.post("/me", {**CHOICES, "trade": "other"}, at="/me")
    assert ada(site).exam is False and ada(site).trade is None
    assert re.search(r'value="other" selected', visitor.get("/me").text)


def test_what_the_lead_sees_names_the_examples(site: Site) -> None:
    assert words("data.lead_examples") in site.visitor("ada").get("/me").text


def test_the_theme_lasts_as_long_as_the_session(site: Site) -> None:
    visitor = site.visitor("ada")
    for theme, expected in (("light", ' data-theme="light"'), ("", "")):
        visitor.post("/me", {**CHOICES, "theme": theme}, at="/me")
        assert f'<html lang="en"{expected}>' in visitor.get("/").text


def test_what_nobody_offered_changes_nothing(site: Site) -> None:
    visitor = site.visitor("ada")
    visitor.post("/me", {"lang": "tlh", "trade": "astronaut", "theme": '"><b>'}, at="/me")
    assert (ada(site).lang, ada(site).trade) == ("en", "shop")
    assert "data-theme" not in visitor.get("/me").text


def test_signing_out_is_here_and_forgets_what_was_typed(site: Site) -> None:
    page = site.visitor("ada").get("/me").text
    assert re.search(r'<form[^>]*action="/logout"[^>]*data-forget', page)
    assert site.visitor().get("/me").headers["location"] == "/login?next=/me"
