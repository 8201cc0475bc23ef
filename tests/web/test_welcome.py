from __future__ import annotations

import re

import pytest

from actions.storage.records import Person
from actions.storage.unit import Unit
from tests.web.door import NOON, Site, Visitor, words


def newcomer(site: Site, lang: str = "en") -> Visitor:
    """Somebody who has just got an account."""
    known = site.people["ada"]
    with Unit(site.room.engine) as unit:
        unit.people.add(Person("id-neo", "neo", "Neo", "agent", "blue", "en", known.password), NOON)
    return site.visitor("neo", lang)


def trade(site: Site) -> str | None:
    with Unit(site.room.engine) as unit:
        person = unit.people.get("id-neo")
    assert person is not None
    return person.trade


def welcomed(visitor: Visitor) -> bool:
    return visitor.get("/").headers.get("location") == "/welcome"


def test_a_newcomer_is_welcomed_first_and_nothing_else_is_closed(site: Site) -> None:
    neo = newcomer(site)
    assert welcomed(neo)
    page = neo.get("/welcome").text
    assert words("welcome.lede") in page and page.count('type="radio" name="trade"') == 14
    assert neo.get("/me").status_code == 200


def test_who_chose_a_trade_or_leads_is_not_held_up(site: Site) -> None:
    assert site.visitor("ada").get("/").status_code == 200
    with Unit(site.room.engine) as unit:
        unit.people.choose("id-lea", trade=None)
    assert site.visitor("lea").get("/").status_code == 200


def test_one_button_begins_a_quick_drill_of_the_trade(site: Site) -> None:
    neo = newcomer(site)
    answer = neo.post("/welcome", {"trade": "security", "then": "start"}, at="/welcome")
    assert re.fullmatch(r"/drills/[\w-]+", answer.headers["location"])
    with Unit(site.room.engine) as unit:
        drill = unit.drills.of_person("id-neo")[0]
    begun = site.room.library.scenario(drill.scenario, "en")
    assert begun.moment is not None and begun.trade == "security" and begun.skills == ("welcome",)
    assert trade(site) == "security" and not welcomed(neo)


def test_another_trade_begins_where_the_path_does_and_keeps_nothing(site: Site) -> None:
    neo = newcomer(site)
    assert neo.post("/welcome", {"trade": "other", "then": "start"}, at="/welcome").status_code == 303
    assert trade(site) is None
    assert not welcomed(site.visitor("neo"))  # on another day, too: there is a drill now


def test_one_may_look_around_first(site: Site) -> None:
    neo = newcomer(site)
    assert neo.post("/welcome", {"then": "skip"}, at="/welcome").headers["location"] == "/"
    assert not welcomed(neo)
    assert welcomed(site.visitor("neo"))
    neo.post("/welcome", {"then": "skip", "trade": "hotel"}, at="/welcome")
    assert trade(site) == "hotel" and not welcomed(site.visitor("neo"))


@pytest.mark.parametrize("typed", ["", "astronaut"])
def test_without_a_trade_it_says_what_to_do(site: Site, typed: str) -> None:
    answer = newcomer(site).post("/welcome", {"trade": typed, "then": "start"}, at="/welcome")
    assert answer.status_code == 422 and words("welcome.choose") in answer.text
    with Unit(site.room.engine) as unit:
        assert unit.drills.of_person("id-neo") == []


def test_the_language_takes_effect_at_once_and_the_choice_of_trade_stays(site: Site) -> None:
    neo = newcomer(site)
    answer = neo.post("/welcome", {"lang": "fr", "trade": "care"}, at="/welcome")
    page = neo.get(answer.headers["location"]).text
    assert '<html lang="fr">' in page and re.search(r'value="care" checked', page)
    with Unit(site.room.engine) as unit:
        kept = unit.people.get("id-neo")
    assert kept is not None and kept.lang == "fr" and kept.trade is None
    assert neo.post("/welcome", {"lang": "en", "trade": "x&y"}, at="/welcome").headers["location"] == "/welcome"


def test_when_the_room_is_down_the_choice_is_kept(site: Site) -> None:
    neo = newcomer(site)
    site.conversation.down = True
    answer = neo.post("/welcome", {"trade": "hotel", "then": "start"}, at="/welcome")
    assert answer.status_code == 503 and words("notice.503") in answer.text
    assert re.search(r'value="hotel" checked', answer.text) and trade(site) == "hotel"


def test_the_first_drill_shows_one_tip_at_a_time(site: Site) -> None:
    neo = newcomer(site)
    drill = neo.post("/welcome", {"trade": "shop", "then": "start"}, at="/welcome").headers["location"]
    page = neo.get(drill).text
    shown = re.findall(r'<p data-step="(\d)"( hidden)?>', page)
    assert shown == [("1", ""), ("2", " hidden"), ("3", " hidden")]
