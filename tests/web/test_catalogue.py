from __future__ import annotations

import re

from nlu.contract import LANGS
from tests.web.door import SLUG, Site, words


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
    assert words("notice.503") in answer.text


def test_what_i_did_is_listed(site: Site) -> None:
    ada = site.visitor("ada")
    assert words("past.empty") in ada.get("/").text
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
    assert words("notice.empty") in answer.text


def cards(page: str) -> list[str]:
    """The situations that were found, in their order; the abuse has its own fold."""
    return re.findall(r'<li class="card scenario" id="([\w-]+)"', page.split('<details class="opted"')[0])


def test_my_trade_comes_first(site: Site) -> None:
    page = site.visitor("ada").get("/").text
    shop = [one.slug for one in site.room.library.scenarios("en") if one.trade == "shop"]
    assert cards(page)[: len(shop)] == shop
    assert page.index("In your trade") < page.index("In other trades")


def test_the_shelf_is_searched_without_a_script(site: Site) -> None:
    ada = site.visitor("ada")
    page = ada.get("/?q=REFUNDS&trade=shop").text
    assert cards(page) == [SLUG] and "1 situation" in page
    assert 'id="q" name="q" value="REFUNDS"' in page and 'value="shop" selected' in page
    assert 'id="clear" href="/">' in page and 'id="clear" href="/" hidden' in ada.get("/").text


def test_a_level_that_is_looked_for_is_chosen_already(site: Site) -> None:
    page = site.visitor("ada").get("/?difficulty=hard").text
    assert 'value="hard" checked' in page and 'value="calm" checked' not in page.split('<details class="opted"')[0]
    assert '<input type="hidden" name="difficulty" value="hard">' in page


def test_two_minute_drills_open_when_nothing_else_is_found(site: Site) -> None:
    ada = site.visitor("ada")
    page = ada.get("/?length=quick").text
    assert cards(page) == [] and '<details class="quick" open>' in page and "0 situations" not in page
    assert '<details class="quick">' in ada.get("/").text
    assert 'class="quick"' not in ada.get("/?length=long").text


def test_a_search_that_finds_nothing_invites(site: Site) -> None:
    page = site.visitor("ada").get("/?q=%3Cb%3Ezebra").text
    assert cards(page) == [] and words("find.nothing") in page and "&lt;b&gt;zebra" in page
    assert '<a class="button" href="/">Show everything</a>' in page


def test_abuse_is_found_by_no_search_and_stays_behind_its_fold(site: Site) -> None:
    ada = site.visitor("ada")
    abusive = [one.slug for one in site.room.library.scenarios("en") if "abusive" in one.kinds]
    assert abusive
    for address in ("/", "/?q=shouting", "/?trade=telecom", "/?skill=set_limit"):
        page = ada.get(address).text
        assert not set(abusive) & set(cards(page))
        fold = page.split('<details class="opted"')[1]
        assert all(f'id="{slug}"' in fold for slug in abusive)


def test_a_card_says_what_i_did_and_what_it_trains(site: Site) -> None:
    ada = site.visitor("ada")
    first = ada.finish("I am sorry")
    drill = ada.finish("calm down")
    page = ada.get("/").text
    card = page[page.index(f'id="{SLUG}"') :].split("</li>\n<li", 1)[0].split("<form", 1)[0]
    assert "Played 2 times" in card and "best mark" in card and "Saying it back" in card
    assert f'href="{drill}/debrief"' in card and first not in card
    assert "Played" not in site.visitor("bob").get("/").text.split('class="quick"')[0]


def test_a_card_has_one_button(site: Site) -> None:
    page = site.visitor("ada").get("/").text
    for slug in cards(page):
        card = page[page.index(f'id="{slug}"') :].split("</form>", 1)[0]
        assert card.count("<button") == 1, slug


def test_the_page_is_light(site: Site) -> None:
    for lang in LANGS:
        ada = site.visitor("ada", lang)
        ada.finish("I am sorry")
        assert len(ada.get("/").content) <= 70_000
