"""What goes wrong while somebody practises, as they see it: nothing is lost, nothing counts twice, nothing runs."""

from __future__ import annotations

import psutil
import pytest
from playwright.sync_api import expect

from nlu.contract import MAX_TEXT
from tests.integration.room import Room
from tests.journeys.conftest import Guests
from tests.journeys.visitor import assert_own_words

TEXT = "Trois semaines, c'est long. Racontez-moi ce qui s'est passé."


def test_an_outage_in_the_middle_of_a_reply_loses_nothing(guests: Guests, room: Room) -> None:
    camille = guests("Camille")
    camille.sign_in()
    drill = camille.start()
    camille.provoked = {503}
    psutil.Process(room.pid("actions")).suspend()
    camille.send(TEXT)
    expect(camille.page.locator(".typing")).to_be_visible()
    room.stop("actions", outright=True)
    kept = camille.page.locator(".kept")
    expect(kept).to_contain_text(camille.words("notice.kept"))
    camille.look("kept")
    camille.page.reload()
    expect(kept.get_by_role("button")).to_be_visible()
    expect(camille.page.locator(".typing")).to_have_count(0)
    expect(camille.page.locator("#answer, #story").filter(has=kept)).to_contain_text(TEXT)
    assert room.log(drill) == ()
    room.start("actions")
    kept.get_by_role("button", name=camille.words("composer.again")).click()
    assert_own_words(camille.taken(1), TEXT)
    expect(kept).to_have_count(0)
    camille.page.reload()
    camille.taken(1)
    expect(camille.page.locator("article.moment")).to_have_count(1)
    assert [(entry.kind, entry.text) for entry in room.log(drill)] == [("reply", TEXT)]


def test_a_reload_keeps_what_is_being_typed(guests: Guests, room: Room) -> None:
    camille = guests("Camille")
    camille.sign_in()
    drill = camille.start()
    camille.page.locator("#text").fill(TEXT)
    camille.page.reload()
    expect(camille.page.locator("#text")).to_have_value(TEXT)
    assert room.log(drill) == ()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<script>alert(1)</script><img src=x onerror=alert(2)>", None),
        ("Je suis désolé 😔👍🏽 pour ces trois semaines", None),
        ("אני מבין. مرحبا Bonjour Monsieur", None),
        ("/restart", "∕restart"),
        ("…?!", None),
    ],
    ids=["markup", "emoji", "rtl", "command", "punctuation"],
)
def test_whatever_is_typed_is_a_reply(guests: Guests, room: Room, typed: str, shown: str | None) -> None:
    camille = guests("Camille")
    camille.sign_in()
    drill = camille.start()
    assert_own_words(camille.reply(typed, 1), shown or typed)
    camille.page.reload()
    assert_own_words(camille.taken(1), shown or typed)
    camille.look("odd")
    assert [(entry.kind, entry.text) for entry in room.log(drill)] == [("reply", shown or typed)]


@pytest.mark.parametrize(
    ("typed", "notice"), [("long " * (MAX_TEXT // 5 + 20), "too_long"), ("   ", "empty")], ids=["too long", "empty"]
)
def test_a_text_that_cannot_be_sent_stays_in_the_box(guests: Guests, room: Room, typed: str, notice: str) -> None:
    camille = guests("Camille")
    camille.sign_in()
    drill = camille.start()
    camille.provoked = {422}
    camille.send(typed)
    expect(camille.page.locator("#notice")).to_have_text(camille.words(f"notice.{notice}"))
    expect(camille.page.locator("#text")).to_have_value(typed)
    camille.look(notice)
    assert room.log(drill) == ()
    assert_own_words(camille.reply(TEXT, 1), TEXT)
