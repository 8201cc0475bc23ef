"""bot/web/pages/progress.py"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from actions.coaching.behaviour import SIGNS
from actions.coaching.result import VERSION, Result, Shown
from actions.storage.records import Certificate, Drill
from actions.storage.unit import Unit
from bot.web.pages.progress import PAGE
from nlu.contract import ACTS, EMPATHY, TONE
from tests.web.door import NOON, SLUG, Site, words

EVERYTHING = Shown(frozenset(ACTS), dict.fromkeys((*EMPATHY, *TONE), 2))
QUICK = ("exit-alarm.whole_shop", "second-visit.prove_it", "loading-dock.thirty_seconds")
"""One for each skill of the first stage: welcome, personalise, concise."""


def play(site: Site, name: str, *days: int, scenario: str = SLUG, ending: str = "served", **facts: object) -> list[str]:
    """Finished drills of Ada's, each some days after noon of the first day; their ids."""
    plain: dict[str, object] = {
        "replies": 4, "score": 70, "satisfaction": 60, "shown": EVERYTHING, "strategies": {"thanks": 2},
        "behaviours": dict.fromkeys(SIGNS, 50), "replayed": 0, "improved": 0,
    }  # fmt: skip
    result = Result(**{**plain, **facts})  # type: ignore[arg-type]
    with Unit(site.room.engine) as unit:
        for day in days:
            at = NOON + timedelta(days=day)
            drill = Drill(
                f"{name}-{day}", "id-ada", scenario, 1, "default", 1, "en", "calm", 1, 0, "web", at, at, ending
            )
            unit.drills.add(drill)
            unit.results.put(drill.id, VERSION, result.to_json(), at)
    return [f"{name}-{day}" for day in days]


def certificates(site: Site) -> list[tuple[str, datetime]]:
    """What Ada holds."""
    with Unit(site.room.engine) as unit:
        return [(one.stage, one.earned_at) for one in unit.certificates.of_person("id-ada")]


def test_before_any_practice_the_page_invites(site: Site) -> None:
    page = site.visitor("ada").get("/progress").text
    assert "Start a first exchange" in page and "0 skills of 3 hold" in page
    assert "<table" not in page and "streak" not in page.lower()


def test_one_drill_says_something_kind(site: Site) -> None:
    ada = site.visitor("ada")
    ada.finish("I am sorry about that.")
    page = ada.get("/progress").text
    assert "What helps most often" in page and "Apology" in page and "1 exchange" in page
    assert "pygal" not in page, "one week makes no line"


def test_trends_are_drawn_and_told_in_numbers(site: Site) -> None:
    play(site, "early", 0, behaviours={**dict.fromkeys(SIGNS, 20), "dare": None}, strategies={"thanks": 1})
    play(site, "late", 8, behaviours=dict.fromkeys(SIGNS, 80), strategies={"thanks": 3})
    page = site.visitor("ada").get("/progress").text
    assert page.count('class="pygal-chart"') == 2
    assert "2 Mar" in page and "9 Mar" in page and re.search(r"<td>–</td>", page)
    assert "from 20 to 80" in page
    assert words("progress.grew_strategy") % {"name": "Thanks", "after": 75, "before": 25} in page
    assert "2 mars" in site.visitor("ada", lang="fr").get("/progress").text


def test_replays_that_helped_lead_to_their_debrief(site: Site) -> None:
    (better,) = play(site, "better", 1, replayed=3, improved=2)
    (other,) = play(site, "other", 2, replayed=1, improved=0)
    page = site.visitor("ada").get("/progress").text
    part = page[page.index('id="better"') : page.index('id="drills"')]
    assert f"/drills/{better}/debrief" in part and other not in part and "2 moments went better" in part
    assert "4 moments replayed" in page


def test_every_drill_is_listed_page_by_page(site: Site) -> None:
    ids = play(site, "d", *range(2 * PAGE + 3))
    ada = site.visitor("ada")
    seen: list[str] = []
    for number in (1, 2, 3):
        page = ada.get(f"/progress?page={number}").text
        seen += re.findall(r"/drills/(d-\d+)/debrief", page[page.index('id="drills"') :])
    assert seen == ids[::-1]
    assert 'rel="next"' not in ada.get("/progress?page=3").text and 'rel="prev"' not in ada.get("/progress").text


@pytest.mark.parametrize("asked", ["", "0", "-1", "x", "999", "99999999999", "²"])
def test_any_other_page_number_is_the_nearest_page(site: Site, asked: str) -> None:
    play(site, "d", *range(PAGE + 1))
    answer = site.visitor("ada").get(f"/progress?page={asked}")
    assert answer.status_code == 200 and "of 2" in answer.text


def test_a_stage_is_certified_once_its_skills_hold_and_a_whole_situation_was_met(site: Site) -> None:
    for slug in QUICK:
        play(site, slug, *range(5), scenario=slug, ending="quick")
    play(site, "whole", 6, scenario="night-arrival", ending="ended")
    ada = site.visitor("ada")
    before = ada.get("/progress").text
    held = [stage for stage, _ in certificates(site)]
    assert "welcome" not in held and "/progress/certificates/welcome" not in before
    play(site, "met", 7, scenario="night-arrival", ending="gave_up")
    assert "/progress/certificates/welcome" in ada.get("/progress").text
    first = certificates(site)
    assert [stage for stage, _ in first] == ["welcome"]
    play(site, "poor", *range(20, 26), scenario="night-arrival", shown=Shown(frozenset(), {"clarity": 0}))
    assert "/progress/certificates/welcome" in ada.get("/progress").text
    assert certificates(site) == first, "given once, kept for good"


def test_two_tabs_at_once_give_one_certificate(site: Site) -> None:
    for slug in (*QUICK, "night-arrival"):
        play(site, slug, *range(5), scenario=slug)
    site.visitor("ada").get("/progress")
    (given,) = [one for one in certificates(site) if one[0] == "welcome"]

    def again(_: int) -> None:
        with Unit(site.room.engine) as unit:
            unit.certificates.add(Certificate("id-ada", "welcome", NOON))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(again, range(8)))
    assert [one for one in certificates(site) if one[0] == "welcome"] == [given]


def test_a_certificate_says_what_it_is(site: Site) -> None:
    with Unit(site.room.engine) as unit:
        unit.certificates.add(Certificate("id-ada", "welcome", NOON))
        unit.certificates.add(Certificate("id-ada", "of-another-path", NOON))
    page = site.visitor("ada").get("/progress/certificates/welcome").text
    for said in ("Ada", "2 March 2026", words("certificate.about")):
        assert said in page
    assert "2 mars 2026" in site.visitor("ada", lang="fr").get("/progress/certificates/welcome").text
    assert site.visitor("ada").get("/progress/certificates/of-another-path").status_code == 404
    assert site.visitor("ada").get("/progress/certificates/hard").status_code == 404
    assert site.visitor("bob").get("/progress/certificates/welcome").status_code == 404


def test_nobody_else_is_in_it(site: Site) -> None:
    play(site, "d", 0)
    assert "d-0" not in site.visitor("lea").get("/progress").text
    assert site.visitor().get("/progress").status_code == 303


def test_a_year_of_practice_reads_no_turns(site: Site) -> None:
    play(site, "d", *range(0, 360, 3), improved=1, replayed=1)
    ada = site.visitor("ada")
    asked: list[str] = []
    event.listen(site.room.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert "120 exchanges" in ada.get("/progress").text
    assert len(asked) < 12 and not [one for one in asked if "FROM turns" in one], "what makes a page slow in a year"
