"""The chat inside somebody else's page: an intranet, and that intranet in a frame of an LMS on a third site."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, FrameLocator, Locator, Page, ViewportSize, expect

from actions.storage.records import Drill
from actions.storage.unit import Unit
from bot.web.i18n import voices
from examples.embed.host import create
from nlu.contract import Lang
from tests.integration.room import Room, until
from tests.journeys.visitor import DESKTOP, PATIENCE, PHONE, SCREENSHOTS, TOO_WIDE, said

SMALL: ViewportSize = {"width": 320, "height": 640}
WORDS: dict[Lang, str] = {
    "fr": "Trois semaines d'attente, je comprends que vous soyez à bout. Racontez-moi ce qui s'est passé ?",
    "en": "Three weeks of waiting, I understand that you are at the end of your tether. What happened?",
}


@dataclass
class Chat:
    """The element on a page, and what no page may do while somebody is there."""

    page: Page
    inside: Page | FrameLocator
    lang: Lang
    troubles: list[str]
    provoked: bool = False

    def words(self, key: str) -> str:
        return voices()[self.lang].say(key)

    def button(self, key: str) -> Locator:
        return self.inside.get_by_role("button", name=self.words(key), exact=True)

    def find(self, what: str) -> Locator:
        return self.inside.locator(f"visavis-chat {what}")

    def begin(self) -> None:
        self.button("catalogue.start").click()
        expect(self.find("textarea")).to_be_visible()

    def send(self, text: str) -> None:
        self.find("textarea").fill(text)
        self.button("composer.send").click()

    def taken(self, position: int) -> Locator:
        moment = self.find(f"article[data-position='{position}']")
        expect(moment.locator(".note")).to_be_visible()
        return moment

    def look(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        size = self.page.viewport_size
        assert size is not None
        self.page.screenshot(path=SCREENSHOTS / f"embed-{name}-{self.lang}-{size['width']}.png", full_page=True)
        for each in (SMALL, size):
            self.page.set_viewport_size(each)
            assert not self.page.evaluate(TOO_WIDE, each["width"]), f"{name} scrolls sideways at {each}"
            wide: int = self.find(".view").evaluate("view => view.scrollWidth - view.clientWidth")
            assert wide <= 0, f"the chat scrolls sideways at {each}"


@pytest.fixture(scope="module")
def sites(room: Room, intranet: str) -> Iterator[tuple[str, str]]:
    """The addresses of the intranet and of the LMS: two sites for a browser, one small server."""
    port = urlsplit(intranet).port
    assert port is not None
    lms = f"http://localhost:{port}"
    application = create(
        f"http://{room.settings.host}:{room.settings.port}", room.settings.embed_key, intranet, lms
    )  # fmt: skip
    server = uvicorn.Server(
        uvicorn.Config(application, host="127.0.0.1", port=port, ws="none", log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    yield intranet, f"{lms}/lms"
    server.should_exit = True
    thread.join()


@contextlib.contextmanager
def visiting(
    browser: Browser, address: str, lang: Lang, size: ViewportSize, framed: bool = False, dark: bool = False
) -> Iterator[Chat]:
    window = browser.new_context(viewport=size, color_scheme="dark" if dark else "light", has_touch=size is not DESKTOP)
    window.set_default_timeout(PATIENCE)
    page = window.new_page()
    troubles: list[str] = []
    chat = Chat(page, page.frame_locator("iframe") if framed else page, lang, troubles)

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not chat.provoked:
            troubles.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
    page.goto(f"{address}?lang={lang}")
    yield chat
    assert window.cookies() == []
    window.close()
    assert troubles == []


def latest(room: Room) -> Drill:
    """The drill that was begun last at this door."""
    with Unit(room.engine) as unit:
        return max(
            (drill for one in unit.people.team("embed") for drill in unit.drills.of_person(one.id)),
            key=lambda drill: drill.started_at,
        )


@pytest.mark.parametrize(
    ("lang", "size", "framed"),
    [("fr", PHONE, False), ("en", DESKTOP, False), ("fr", PHONE, True), ("en", DESKTOP, True)],
    ids=["page-fr-phone", "page-en-desktop", "frame-fr-phone", "frame-en-desktop"],
)
def test_a_whole_drill(
    room: Room, browser: Browser, sites: tuple[str, str], lang: Lang, size: ViewportSize, framed: bool
) -> None:
    where = "lms" if framed else "page"
    with visiting(browser, sites[framed], lang, size, framed, dark=framed) as chat:
        chat.begin()
        chat.look(f"{where}-opening")
        chat.send(WORDS[lang])
        moment = chat.taken(1)
        assert said(moment.locator(".bubble.mine p").first).strip() == WORDS[lang]
        marked = [said(mark) for mark in moment.locator(".bubble.mine mark").all()]
        assert marked and all(words in WORDS[lang] for words in marked)
        expect(chat.find("[role=log]")).to_contain_text(said(moment.locator(".line p")).strip())
        expect(chat.find("textarea")).to_be_focused()
        chat.button("drill.hint").click()
        expect(chat.find(".hint")).to_be_visible()
        chat.look(f"{where}-note")
        chat.find(".fold summary").last.click()
        chat.button("drill.end_now").click()
        expect(chat.find(".card.strength")).to_be_visible()
        expect(chat.find(".verdict")).to_contain_text(chat.words("verdict.simulated"))
        expect(chat.find("h2")).to_be_focused()
        chat.look(f"{where}-debrief")
    drill = latest(room)
    assert (drill.door, drill.lang, drill.over, drill.shared_at) == ("embed", lang, True, None)
    assert [entry.text for entry in room.log(drill.id) if entry.kind == "reply"] == [WORDS[lang]]


def test_what_is_typed_survives_a_reload_and_a_moment_is_replayed(
    room: Room, browser: Browser, sites: tuple[str, str]
) -> None:
    with visiting(browser, sites[0], "en", DESKTOP) as chat:
        chat.begin()
        chat.find("textarea").fill("Let me look")
        chat.page.reload()
        expect(chat.find("textarea")).to_have_value("Let me look")
        chat.find("textarea").press("Enter")
        chat.taken(1)
        chat.find(".replay").click()
        expect(chat.find("[data-taken-back]")).to_contain_text("Let me look")
        expect(chat.find("textarea")).to_be_focused()
        chat.send(WORDS["en"])
        expect(chat.taken(1).locator(".earlier").first).to_contain_text(chat.words("moment.earlier"))
        chat.page.keyboard.press("Tab")
    kinds = [entry.kind for entry in room.log(latest(room).id)]
    assert kinds == ["reply", "replay", "reply"]


def test_an_outage_loses_nothing(room: Room, browser: Browser, sites: tuple[str, str]) -> None:
    with visiting(browser, sites[0], "fr", PHONE) as chat:
        chat.begin()
        drill = latest(room).id
        chat.provoked = True
        with room.without("actions"):
            chat.send(WORDS["fr"])
            expect(chat.find(".kept")).to_contain_text(chat.words("notice.kept"))
            chat.look("kept")
        chat.page.reload()  # sent once more, under its own id
        chat.taken(1)
        chat.page.reload()
        expect(chat.find("article")).to_have_count(1)
    assert [(entry.kind, entry.text) for entry in room.log(drill)] == [("reply", WORDS["fr"])]


def test_a_kept_reply_is_not_sent_to_another_moment(room: Room, browser: Browser, sites: tuple[str, str]) -> None:
    with visiting(browser, sites[0], "fr", PHONE) as chat:
        chat.begin()
        chat.send(WORDS["fr"])
        chat.taken(1)
        chat.provoked = True
        chat.page.route("**/replies?*", lambda route: route.abort())
        chat.send("Je regarde cela.")
        expect(chat.find(".kept")).to_contain_text(chat.words("notice.kept"))
        chat.page.unroute("**/replies?*")
        chat.find(".replay").first.click()
        expect(chat.find("[data-taken-back]")).to_be_visible()
        expect(chat.find(".kept").get_by_role("button")).to_be_visible()
        expect(chat.find("article")).to_have_count(0)
        chat.look("replay")
    assert [entry.kind for entry in room.log(latest(room).id)] == ["reply", "replay"]


def test_without_the_room_the_page_has_its_own_words(room: Room, browser: Browser, sites: tuple[str, str]) -> None:
    with visiting(browser, sites[0], "en", DESKTOP) as chat:
        expect(chat.button("catalogue.start")).to_be_visible()
        chat.provoked = True
        chat.page.route("**/embed/**", lambda route: route.abort())
        chat.page.reload()
        expect(chat.inside.get_by_text("Come back in a moment")).to_be_visible()
        chat.page.unroute("**/embed/**")
        chat.page.reload()
        expect(chat.button("catalogue.start")).to_be_visible()
        expect(chat.inside.get_by_text("Come back in a moment")).to_be_hidden()
        room.stop("web")
        try:
            chat.button("catalogue.start").click()
            expect(chat.find(".trouble")).to_contain_text(chat.words("notice.503"))
            chat.page.reload()
            expect(chat.inside.get_by_text("Come back in a moment")).to_be_visible()
        finally:
            room.start("web")
