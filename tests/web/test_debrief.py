from __future__ import annotations

import pytest

from actions.storage.unit import Unit
from tests.web.door import Site


def test_the_debrief_waits_for_the_end(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    assert ada.get(f"{drill}/debrief").headers["location"] == drill


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_everything_is_in_the_debrief(site: Site, lang: str) -> None:
    ada = site.visitor("ada", lang)
    drill = ada.finish("calm down", "I am sorry", "hmm")
    page = ada.get(f"{drill}/debrief").text
    for part in (
        'id="curve"',
        'id="decisive"',
        'id="card"',
        'id="behaviours"',
        'id="verdict"',
        "<table>",
        "pygal-chart",
    ):
        assert part in page
    assert ("Avis simulé" if lang == "fr" else "Simulated opinion") in page
    assert page.count('class="serie-') >= 5


def test_a_drill_without_reply_has_a_kind_debrief(site: Site) -> None:
    ada = site.visitor("ada")
    page = ada.get(f"{ada.finish()}/debrief")
    assert page.status_code == 200
    assert 'class="score"' not in page.text


@pytest.mark.parametrize(("lang", "words"), [("fr", "pas d’occasion"), ("en", "no occasion")])
def test_a_behaviour_without_an_occasion_says_so(site: Site, lang: str, words: str) -> None:
    ada = site.visitor("ada", lang)
    page = ada.get(f"{ada.finish()}/debrief").text
    assert page.count(words) >= 5 and "<b>None</b>" not in page


def test_a_decisive_moment_can_be_replayed_after_the_end(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("calm down")
    ada.post(f"{drill}/replay", {"position": "1"})
    assert "You are replaying this moment" in ada.get(drill).text


def test_feedback_is_kept_and_shown(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("hello")
    answer = ada.post(f"{drill}/feedback", {"rating": "4", "text": "<fine>"})
    assert answer.headers["location"] == f"{drill}/debrief#feedback"
    page = ada.get(f"{drill}/debrief").text
    assert 'value="4" required checked' in page and "&lt;fine&gt;" in page
    assert site.conversation.asked[-1] == ("feedback", {"rating": 4, "text": "<fine>"})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"rating": "6"}, "Choose a rating"),
        ({"text": "kept line"}, "Choose a rating"),
        ({"rating": "3", "text": "x" * 3000}, "2,000 characters"),
    ],
)
def test_feedback_that_cannot_be_kept_says_why(site: Site, fields: dict[str, str], words: str) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("hello")
    answer = ada.post(f"{drill}/feedback", fields)
    assert answer.status_code == 422
    assert words in answer.text and fields.get("text", "") in answer.text


def test_feedback_during_an_outage(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("hello")
    site.conversation.down = True
    assert ada.post(f"{drill}/feedback", {"rating": "3"}).status_code == 503


def test_sharing_and_taking_back(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("hello")
    assert "yours alone" in ada.get(f"{drill}/debrief").text
    ada.post(f"{drill}/share")
    assert "Shared with your team lead" in ada.get(f"{drill}/debrief").text
    ada.post(f"{drill}/unshare")
    assert "yours alone" in ada.get(f"{drill}/debrief").text
    with Unit(site.room.engine) as unit:
        assert [action for _, action in unit.audit.of_drill(drill.rsplit("/", 1)[1])] == ["share", "unshare"]


def test_a_drill_under_way_is_not_shared(site: Site) -> None:
    ada = site.visitor("ada")
    assert ada.post(f"{ada.start()}/share").status_code == 404
