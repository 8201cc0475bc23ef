from __future__ import annotations

import re

from actions.storage.unit import Unit
from tests.web.door import Site, Visitor, words


def shared(site: Site) -> tuple[Visitor, str]:
    """Ada, and a drill she shares."""
    ada = site.visitor("ada")
    drill = ada.finish("calm down", "I am sorry")
    ada.post(f"{drill}/share")
    return ada, drill


def turns(page: str) -> list[str]:
    return re.findall(r'name="turn" value="(\d+)"', page)


def test_agents_have_no_team_page(site: Site) -> None:
    ada, drill = shared(site)
    for path in ("/team", f"/team{drill}"):
        assert ada.get(path).status_code == 404
    assert ada.post(f"/team{drill}/comments", {"turn": "1", "text": "x"}).status_code == 404


def test_a_lead_sees_only_what_the_team_shares(site: Site) -> None:
    _, drill = shared(site)
    private = site.visitor("bob").finish("hello")
    page = site.visitor("lea").get("/team").text
    assert drill in page and private not in page
    assert drill not in site.visitor("max").get("/team").text
    assert words("team.empty") in site.visitor("max").get("/team").text


def test_a_lead_reads_every_turn_and_leaves_a_trace(site: Site) -> None:
    _, drill = shared(site)
    page = site.visitor("lea").get(f"/team{drill}")
    assert page.status_code == 200
    assert 'class="note"' in page.text and len(turns(page.text)) == 2
    assert "/replay" not in page.text
    with Unit(site.room.engine) as unit:
        assert ("id-lea", "read") in unit.audit.of_drill(drill.rsplit("/", 1)[1])


def test_another_team_or_a_drill_taken_back_does_not_exist(site: Site) -> None:
    ada, drill = shared(site)
    assert site.visitor("max").get(f"/team{drill}").status_code == 404
    lea = site.visitor("lea")
    turn = turns(lea.get(f"/team{drill}").text)[0]
    ada.post(f"{drill}/unshare")
    assert lea.get(f"/team{drill}").status_code == 404
    assert lea.post(f"/team{drill}/comments", {"turn": turn, "text": "still here"}).status_code == 404
    assert drill not in lea.get("/team").text


def test_a_comment_reaches_the_agent_and_is_marked_read(site: Site) -> None:
    ada, drill = shared(site)
    lea = site.visitor("lea")
    turn = turns(lea.get(f"/team{drill}").text)[1]
    answer = lea.post(f"/team{drill}/comments", {"turn": turn, "text": "Lovely <recovery>"})
    assert answer.headers["location"] == f"/team{drill}#moment-2"
    assert "1 comment" in lea.get("/team").text
    assert "1 new comment" in ada.get("/").text
    page = ada.get(f"{drill}/debrief").text
    assert "Lovely &lt;recovery&gt;" in page and "Lea" in page
    assert "new comment" not in ada.get("/").text


def test_replaying_takes_the_drill_back_until_it_is_shared_anew(site: Site) -> None:
    ada, drill = shared(site)
    lea = site.visitor("lea")
    ada.post(f"{drill}/replay", {"position": "2"})
    ada.say(drill, "I am truly sorry")
    assert lea.get(f"/team{drill}").status_code == 404 and drill not in lea.get("/team").text
    ada.post(f"{drill}/end")
    assert lea.get(f"/team{drill}").status_code == 404
    ada.post(f"{drill}/share")
    page = lea.get(f"/team{drill}").text
    assert "I am truly sorry" in page
    assert 'class="earlier"' not in page  # first attempts stay the agent's own


def test_a_comment_on_an_earlier_try_is_still_read(site: Site) -> None:
    ada, drill = shared(site)
    lea = site.visitor("lea")
    lea.post(f"/team{drill}/comments", {"turn": turns(lea.get(f"/team{drill}").text)[0], "text": "Breathe first"})
    ada.post(f"{drill}/replay", {"position": "1"})
    ada.say(drill, "I am sorry")
    ada.post(f"{drill}/end")
    assert "Breathe first" in ada.get(f"{drill}/debrief").text


def test_a_comment_that_cannot_be_kept_says_why(site: Site) -> None:
    _, drill = shared(site)
    lea = site.visitor("lea")
    turn = turns(lea.get(f"/team{drill}").text)[0]
    for text, notice in ((" ", "empty"), ("y" * 2001, "too_long")):
        answer = lea.post(f"/team{drill}/comments", {"turn": turn, "text": text})
        assert answer.status_code == 422
        assert words(f"notice.{notice}") in answer.text and text in answer.text


def test_a_comment_stays_within_its_drill(site: Site) -> None:
    _, drill = shared(site)
    _, other = shared(site)
    lea = site.visitor("lea")
    elsewhere = turns(lea.get(f"/team{other}").text)[0]
    for turn in (elsewhere, "0", "x"):
        assert lea.post(f"/team{drill}/comments", {"turn": turn, "text": "hello"}).status_code == 404


def test_a_lead_reads_the_marks_and_what_the_agent_makes_of_them(site: Site) -> None:
    ada, drill = shared(site)
    criterion = re.findall(r'id="mark-(\w+)"', ada.get(f"{drill}/debrief").text)[0]
    ada.post(f"{drill}/contests", {"criterion": criterion, "text": "I did greet them"})
    page = site.visitor("lea").get(f"/team{drill}").text
    grid = site.room.library.grid(site.room.library.scenario("late-refund", "en").grid, "en")[0]
    assert page.count('class="mark"') == len(grid["criteria"])
    assert "I did greet them" in page and "Ada sees it differently" in page
    ada.post(f"{drill}/contests", {"criterion": criterion})
    assert "I did greet them" not in site.visitor("lea").get(f"/team{drill}").text


def test_a_lead_reads_a_reflection_only_when_both_are_shared(site: Site) -> None:
    ada, drill = shared(site)
    lea = site.visitor("lea")
    ada.post(f"{drill}/feedback", {"rating": "2", "text": "It was rough"})
    assert "It was rough" not in lea.get(f"/team{drill}").text
    ada.post(f"{drill}/feedback", {"rating": "2", "text": "It was rough", "shared": "yes"})
    page = lea.get(f"/team{drill}").text
    assert "It was rough" in page and "2 out of 5" in page
    ada.post(f"{drill}/unshare")
    assert lea.get(f"/team{drill}").status_code == 404
