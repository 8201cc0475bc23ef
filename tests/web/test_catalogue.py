from __future__ import annotations

import re

from nlu.contract import LANGS
from tests.web.door import SLUG, Site


def test_every_situation_is_on_the_shelf_in_both_languages(site: Site) -> None:
    for lang in LANGS:
        page = site.visitor("ada", lang).get("/").text
        for scenario in site.room.library.scenarios(lang):
            assert f'id="{scenario.slug}"' in page


def test_starting_opens_the_drill(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start("hard")
    assert re.fullmatch(r"/drills/[\w-]+", drill)
    assert ada.get(drill).status_code == 200


def test_an_unknown_situation_does_not_exist(site: Site) -> None:
    assert site.visitor("ada").post("/drills", {"scenario": "nope"}).status_code == 404


def test_when_the_room_is_down_it_says_so(site: Site) -> None:
    ada = site.visitor("ada")
    site.conversation.down = True
    assert ada.post("/drills", {"scenario": SLUG}).status_code == 503
    answer = ada.post("/ask", {"text": "hello"})
    assert answer.status_code == 503
    assert "isn’t answering" in answer.text


def test_what_i_did_is_listed(site: Site) -> None:
    ada = site.visitor("ada")
    assert "Nothing yet" in ada.get("/").text
    drill = ada.start()
    page = ada.get("/").text
    assert "Resume" in page and f'href="{drill}"' in page
    ada.post(f"{drill}/end")
    assert f'href="{drill}/debrief"' in ada.get("/").text
    assert drill not in site.visitor("bob").get("/").text


def test_the_room_answers_in_words(site: Site) -> None:
    page = site.visitor("ada").post("/ask", {"text": "<b>refund</b>"})
    assert page.status_code == 200
    assert "&lt;&lt;b&gt;refund&lt;/b&gt;&gt;" in page.text
    assert f'href="#{SLUG}"' in page.text


def test_an_empty_question_is_answered_kindly(site: Site) -> None:
    answer = site.visitor("ada").post("/ask", {"text": "  "})
    assert answer.status_code == 422
    assert "Your message is empty" in answer.text
