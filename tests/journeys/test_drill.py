"""The drill page at its finest: examination mode, two tries side by side, and a text that follows its author."""

from __future__ import annotations

from playwright.sync_api import Page, Route, ViewportSize, expect

from nlu.contract import Lang
from tests.integration.room import Room
from tests.journeys.conftest import Guests
from tests.journeys.visitor import DESKTOP, EACH, said

WEAK = "Calmez-vous, Monsieur. C'est la procédure, il faut patienter."
KIND = (
    "Trois semaines, c'est long, et le blocage vient de chez nous. Je vous présente mes excuses. Que s'est-il passé ?"
)
TYPED = "Je regarde votre dossier, et"
WORDS: dict[Lang, tuple[str, str, str]] = {
    "fr": (KIND, WEAK, TYPED),
    "en": (
        "Three weeks is a long time, and the hold-up is on our side. I apologise. What happened?",
        "Calm down, sir. That's our policy, you'll have to wait.",
        "I'm looking at your file, and",
    ),
}
OFFLINE = "ERR_INTERNET_DISCONNECTED"


def come_back(page: Page) -> None:
    """Look at this tab again, as a window does when it is clicked."""
    page.evaluate("window.dispatchEvent(new Event('focus'))")


def test_the_answer_takes_the_time_to_be_typed_unless_a_key_is_pressed(guests: Guests) -> None:
    camille = guests("Camille", size=DESKTOP)
    camille.sign_in()
    camille.start()
    camille.page.clock.install()
    camille.page.clock.pause_at("2099-01-01T00:00:00Z")
    camille.send(KIND)
    moment = camille.page.locator("#moment-1")
    expect(moment.locator(".note")).to_be_visible()
    expect(moment.locator(".typing")).to_be_visible()
    expect(moment.locator(".exchange > .line p")).to_have_count(0)
    expect(camille.page.locator("#live")).to_be_empty()
    camille.page.keyboard.press("Shift")
    line = camille.taken(1).locator(".exchange > .line p")
    expect(moment.locator(".typing")).to_have_count(0)
    expect(camille.page.locator("#live")).to_contain_text(said(line))
    expect(camille.page.locator("#text")).to_be_focused()
    camille.page.emulate_media(reduced_motion="reduce")
    camille.reply(WEAK, 2)  # the clock still stands: nothing waits for it


def test_the_small_curve_follows_and_can_be_hidden(guests: Guests) -> None:
    camille = guests("Camille")
    camille.sign_in()
    drill = camille.start()
    page = camille.page
    opening = page.locator("#feeling .spark").get_attribute("aria-label")
    camille.reply(KIND, 1)
    expect(page.locator("#feeling .spark")).not_to_have_attribute("aria-label", opening or "")
    expect(page.locator("#mood .mood")).to_have_count(1)
    page.locator("#text").fill(TYPED)
    page.get_by_role("button", name=camille.words("exam.hide")).click()
    expect(page.locator("#feeling")).to_have_text(camille.words("exam.on"))
    expect(page.locator("#text")).to_have_value(TYPED)
    camille.reply(WEAK, 2)
    expect(page.locator(".mood, .spark, .changes")).to_have_count(0)
    camille.look("exam")
    camille.end()
    camille.go(f"/drills/{drill}")
    expect(page.locator("#mood .mood")).to_be_visible()
    expect(page.locator("#moment-2 .exchange > .line .mood")).to_be_visible()


def test_two_tries_stand_side_by_side(guests: Guests) -> None:
    camille = guests("Camille")
    camille.sign_in()
    camille.start()
    first = said(camille.reply(WEAK, 1).locator(".exchange > .line p"))
    camille.page.locator("#moment-1").get_by_role("button", name=camille.words("moment.replay")).click()
    expect(camille.page.locator(".taken-back")).to_be_visible()
    expect(camille.page.locator("#text")).to_be_focused()
    moment = camille.reply(KIND, 1)
    compare = moment.locator(".compare")
    expect(compare.locator(".try")).to_have_count(2)
    before, now = compare.locator(".try").all()
    assert said(before.locator(".mine")).strip() == WEAK and first.strip() in said(before.locator(".theirs"))
    assert said(now.locator(".mine")).strip() == KIND
    expect(now.locator(".theirs")).to_contain_text(said(moment.locator(".exchange > .line p")))
    expect(compare.locator(".shifts li.helps").first).to_be_visible()
    camille.look("compare")


def test_what_a_marked_word_means_shows_on_focus_until_escape(guests: Guests) -> None:
    camille = guests("Camille", size=DESKTOP)
    camille.sign_in()
    camille.start()
    moment = camille.reply(WEAK, 1)
    mark = moment.locator(".exchange > .bubble.mine mark").first
    hidden = mark.locator("> .tip").bounding_box()
    assert hidden and hidden["width"] <= 1
    camille.page.locator("#text").press("Shift+Tab")  # by keyboard, so that the focus shows
    mark.focus()
    shown = mark.locator("> .tip").bounding_box()
    assert shown and shown["width"] > 100 and shown["height"] > 20
    camille.page.keyboard.press("Escape")
    hushed = mark.locator("> .tip").bounding_box()
    assert hushed and hushed["width"] <= 1


def test_a_pause_here_goes_on_there(guests: Guests, room: Room) -> None:
    camille = guests("Camille")
    camille.sign_in()
    drill = camille.start()
    camille.reply(KIND, 1)
    camille.page.locator("#text").fill(TYPED)
    camille.page.locator("details.pop summary", has_text=camille.words("drill.pause")).click()
    camille.look("pause")
    camille.page.get_by_role("button", name=camille.words("drill.pause_now")).click()
    expect(camille.page).to_have_url(f"{camille.address}/")
    other = camille.elsewhere(DESKTOP)
    other.go(f"/drills/{drill}")
    expect(other.page.locator("#text")).to_have_value(TYPED)
    other.reply(f"{TYPED} je m'en occupe aujourd'hui.", 2)
    camille.go(f"/drills/{drill}")
    camille.taken(2)
    expect(camille.page.locator("#text")).to_have_value("")
    assert len(room.log(drill)) == 2
    assert other.troubles == []
    other.page.context.close()


def test_what_is_typed_is_kept_without_a_pause(guests: Guests) -> None:
    camille = guests("Camille")
    camille.sign_in()
    drill = camille.start()
    with camille.page.expect_response(lambda answer: answer.url.endswith("/scratch") and answer.status == 204):
        camille.page.locator("#text").fill(TYPED)
    other = camille.elsewhere(DESKTOP)
    other.go(f"/drills/{drill}")
    expect(other.page.locator("#text")).to_have_value(TYPED)
    with other.page.expect_response(lambda answer: answer.url.endswith("/scratch") and answer.status == 204):
        other.page.locator("#text").fill(KIND)
    camille.page.reload()
    expect(camille.page.locator("#text")).to_have_value(KIND)
    other.page.context.close()


def test_a_reply_written_offline_goes_out_once_when_the_network_returns(guests: Guests, room: Room) -> None:
    camille = guests("Camille")
    camille.sign_in()
    drill = camille.start()
    page = camille.page
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    camille.send(KIND)
    expect(page.locator(".kept")).to_contain_text(camille.words("notice.kept"))
    page.locator("#text").fill(TYPED)
    camille.look("offline")
    page.context.set_offline(False)
    camille.taken(1)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator(".kept")).to_have_count(0)
    expect(page.locator("#text")).to_have_value(TYPED)
    page.reload()
    camille.taken(1)
    expect(page.locator("#text")).to_have_value(TYPED)
    assert [(entry.kind, entry.text) for entry in room.log(drill)] == [("reply", KIND)]
    camille.troubles = [trouble for trouble in camille.troubles if OFFLINE not in trouble]


@EACH
def test_an_answer_lost_on_its_way_is_asked_for_again(
    guests: Guests, room: Room, lang: Lang, size: ViewportSize
) -> None:
    camille, (kind, weak, typed) = guests("Camille", lang, size=size), WORDS[lang]
    camille.sign_in()
    drill = camille.start()
    page = camille.page

    def cut(route: Route) -> None:
        route.fetch()  # the reply arrives, and is taken; its answer does not come back
        page.context.set_offline(True)
        route.abort("internetdisconnected")

    page.route("**/replies", cut, times=1)
    camille.send(kind)
    expect(page.locator(".kept")).to_contain_text(camille.words("notice.kept"))
    expect(page.locator("#offline")).to_be_visible()
    assert [entry.text for entry in room.log(drill)] == [kind]
    page.locator("#text").fill(typed)
    page.context.set_offline(False)
    camille.taken(1)
    expect(page.locator(".kept")).to_have_count(0)
    expect(page.locator("#text")).to_have_value(typed)
    camille.reply(weak, 2)
    assert [entry.text for entry in room.log(drill)] == [kind, weak]
    camille.troubles = [trouble for trouble in camille.troubles if OFFLINE not in trouble]


@EACH
def test_two_tabs_tell_the_same_story(guests: Guests, room: Room, lang: Lang, size: ViewportSize) -> None:
    camille, (kind, weak, typed) = guests("Camille", lang, size=size), WORDS[lang]
    camille.sign_in()
    drill = camille.start()
    first = camille.page
    second = first.context.new_page()
    second.goto(first.url)
    first.locator("#text").fill(typed)
    camille.page = second
    camille.reply(kind, 1)
    camille.page = first
    come_back(first)
    camille.taken(1)
    expect(first.locator("#text")).to_have_value(typed)
    expect(first.locator("#text")).to_be_focused()
    camille.reply(weak, 2)
    come_back(second)
    expect(second.locator("#moment-2 .note")).to_be_visible()
    assert [entry.text for entry in room.log(drill)] == [kind, weak]
    second.close()
