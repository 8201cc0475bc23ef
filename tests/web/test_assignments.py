from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from actions.storage import tables
from actions.storage.unit import Unit
from tests.web.door import NOON, SLUG, Site, Visitor, words

TODAY = NOON.date()
FRIDAY = TODAY + timedelta(days=4)
FORM = {"scenario": SLUG, "who": "all", "due": FRIDAY.isoformat(), "text": "Take <your> time."}


def ask(site: Site, **fields: Any) -> Visitor:
    """Lea, who has asked for a situation."""
    lea = site.visitor("lea")
    answer = lea.post("/team/assignments", {**FORM, **fields}, at="/team")
    assert answer.headers["location"] == "/team#assigned"
    return lea


def asked(page: str) -> str:
    """What the front page says a lead asks; empty without."""
    found = re.search(r'<section class="assigned".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def given(page: str) -> str:
    found = re.search(r'<section class="given".*?<details', page, re.DOTALL)
    assert found
    return found[0]


def add(site: Site, due: int, person_id: str | None = None, slug: str = SLUG) -> None:
    """An assignment due in so many days, of longer ago than a form allows."""
    with Unit(site.room.engine) as unit:
        unit.assignments.add(site.people["lea"], person_id, slug, TODAY + timedelta(days=due), "", NOON)


def test_the_team_finds_it_on_the_front_page(site: Site) -> None:
    ask(site)
    for name in ("ada", "bob"):
        part = asked(site.visitor(name).get("/").text)
        assert "from Lea" in part and "for Friday 6 March" in part and "Take &lt;your&gt; time." in part
        assert f'name="scenario" value="{SLUG}"' in part
    assert "pour vendredi 6 mars" in asked(site.visitor("ada", "fr").get("/").text)
    assert not asked(site.visitor("lea").get("/").text)


def test_it_can_be_for_one_person_only(site: Site) -> None:
    lea = ask(site, who="id-ada", text="")
    assert asked(site.visitor("ada").get("/").text) and not asked(site.visitor("bob").get("/").text)
    page = given(lea.get("/team").text)
    assert "to Ada" in page and "0 of 1 have played it" in page and "blockquote" not in page


def test_it_is_done_by_a_drill_begun_after_it_and_finished(site: Site) -> None:
    ada = site.visitor("ada")
    ada.finish("I am sorry")
    lea = ask(site)
    assert words("asked.done") not in asked(ada.get("/").text)
    drill = ada.start()
    assert words("asked.done") not in asked(ada.get("/").text)
    ada.post(f"{drill}/end")
    assert words("asked.done") in asked(ada.get("/").text)
    page = lea.get("/team").text
    assert re.search(r"1 of 2 have played it: Ada", given(page)) and drill not in page


def test_another_situation_does_not_count(site: Site) -> None:
    lea = ask(site, scenario="no-badge")
    site.visitor("ada").finish("I am sorry")
    assert "0 of 2" in given(lea.get("/team").text)


def test_a_day_that_passed_is_said_gently(site: Site) -> None:
    add(site, due=-3)
    part = asked(site.visitor("ada").get("/").text)
    assert words("asked.late") % {"day": "Friday 27 February"} in part
    assert "for Monday 1 March 2027" in asked_on(site, 364)


def asked_on(site: Site, due: int) -> str:
    add(site, due)
    return asked(site.visitor("bob").get("/").text)


def test_what_is_done_goes_once_its_day_is_over_and_waits_last(site: Site) -> None:
    add(site, due=0)
    add(site, due=-1)
    add(site, due=5, slug="no-badge")
    site.visitor("ada").finish("I am sorry")
    part = asked(site.visitor("ada").get("/").text)
    assert part.count("<li") == 2 and part.index("No badge") < part.index(words("asked.done"))


def test_a_situation_that_is_gone_asks_nothing_of_agents_and_can_be_taken_back(site: Site) -> None:
    add(site, due=2, slug="long-gone")
    assert not asked(site.visitor("ada").get("/").text)
    assert "long-gone" in given(site.visitor("lea").get("/team").text)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("scenario", "nope", "scenario"),
        ("scenario", "", "scenario"),
        ("scenario", "shouting-caller", "scenario"),
        ("who", "id-max", "who"),
        ("who", "id-lea", "who"),
        ("due", "tomorrow", "day"),
        ("due", "", "day"),
        ("due", (TODAY - timedelta(days=1)).isoformat(), "past"),
        ("text", "a" * 2001, "too_long"),
        ("text", "\u200b", "empty"),
    ],
)
def test_a_form_that_cannot_be_read_says_why_and_loses_nothing(site: Site, field: str, value: str, code: str) -> None:
    typed = {**FORM, field: value}
    answer = site.visitor("lea").post("/team/assignments", typed, at="/team")
    assert answer.status_code == 422 and words(f"assign.wrong_{code}") in answer.text
    assert answer.text.count(" autofocus") == 1 and answer.text.count('aria-invalid="true"') == 1
    if field != "text":
        assert "Take &lt;your&gt; time.</textarea>" in answer.text
    if field != "scenario":
        assert f'value="{SLUG}" selected' in answer.text
    if field != "due":
        assert f'value="{FRIDAY.isoformat()}"' in answer.text
    assert not asked(site.visitor("ada").get("/").text)


def test_today_is_early_enough_and_personal_data_is_masked(site: Site) -> None:
    ask(site, due=TODAY.isoformat(), text="Call me: 06 12 34 56 78")
    part = asked(site.visitor("ada").get("/").text)
    assert "Call me" in part and "06 12" not in part


def test_it_can_be_taken_back_by_a_lead_of_the_team_alone(site: Site) -> None:
    lea = ask(site)
    address = re.findall(r'action="(/team/assignments/\d+/drop)"', lea.get("/team").text)[0]
    assert site.visitor("max").post(address, at="/team").status_code == 404
    assert site.visitor("ada").post(address).status_code == 404
    assert asked(site.visitor("ada").get("/").text)
    assert lea.post(address, at="/team").status_code == 303
    assert not asked(site.visitor("ada").get("/").text)
    for gone in (address, "/team/assignments/x/drop", f"/team/assignments/{10**30}/drop"):
        assert lea.post(gone, at="/team").status_code == 404


def test_agents_cannot_ask_and_every_request_leaves_a_trace(site: Site) -> None:
    assert site.visitor("ada").post("/team/assignments", FORM).status_code == 404
    lea = ask(site)
    lea.post(re.findall(r'action="(/team/assignments/\d+/drop)"', lea.get("/team").text)[0], at="/team")
    with site.room.engine.connect() as connection:
        traces = connection.execute(select(tables.audit.c.person_id, tables.audit.c.action)).all()
    assert [tuple(trace) for trace in traces] == [("id-lea", "assign"), ("id-lea", "unassign")]


def test_a_team_without_agents_has_nobody_to_ask(site: Site) -> None:
    page = site.visitor("max").get("/team").text
    assert words("assign.empty") in page and 'action="/team/assignments"' not in page
