"""A person at a browser, who does what people do there and watches for what no page may do."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
)

from bot.settings import ROOT
from bot.web.i18n import voices
from nlu.contract import Lang

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 360, "height": 740}
"""The narrowest telephone on which nothing may scroll sideways."""
EACH = pytest.mark.parametrize(("lang", "size"), [("fr", PHONE), ("en", DESKTOP)], ids=["fr-390", "en-1280"])
"""Marks a journey that is made in French on a telephone, then in English on a desktop."""
PATIENCE = 30_000
"""Milliseconds for what must happen."""
PASSWORD = "une phrase de passe"
SCREENSHOTS = ROOT / "var" / "screenshots"

UNSEEN_ASIDE = """element => {
  const copy = element.cloneNode(true);
  copy.querySelectorAll(".unseen").forEach(part => part.remove());
  return copy.textContent;
}"""
# A telephone that must zoom out reports a wider window: what counts is the width we gave it.
TOO_WIDE = """width => document.documentElement.scrollWidth > width && [...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > width + 1).map(one => one.outerHTML.slice(0, 80))"""


def window(browser: Browser, lang: Lang, size: ViewportSize, theme: Literal["light", "dark"] = "light") -> Page:
    """A browser of one's own: on a telephone unless `size` is that of the desktop."""
    context = browser.new_context(
        viewport=size,
        locale={"fr": "fr-FR", "en": "en-GB"}[lang],
        color_scheme=theme,
        has_touch=size is not DESKTOP,
        is_mobile=size is not DESKTOP,
    )
    context.set_default_timeout(PATIENCE)
    return context.new_page()


class Visitor:
    """One browser window. `troubles` gathers what no page may do; a test that provokes a status says so first."""

    def __init__(self, page: Page, address: str, login: str, lang: Lang) -> None:
        self.page = page
        self.address = address
        self.login = login
        self.lang = lang
        self.voice = voices()[lang]
        self.troubles: list[str] = []
        self.provoked: set[int] = set()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("dialog", self._interrupted)
        page.on("request", self._asked)
        page.on("response", self._answered)

    def words(self, key: str, **facts: object) -> str:
        """What the pages call something."""
        return self.voice.say(key) % facts

    def go(self, path: str) -> int:
        """Open a page; its status."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        return answer.status

    def look(self, name: str) -> None:
        """See a page as it is, keep its picture, and make sure nothing scrolls sideways, here or on a narrow phone."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        size = self.page.viewport_size
        assert size is not None
        picture = f"{name}-{self.lang}-{size['width']}"
        self.page.screenshot(path=SCREENSHOTS / f"{picture}.png")
        self.page.screenshot(path=SCREENSHOTS / f"{picture}-whole.png", full_page=True)
        for each in (NARROW, size):
            self.page.set_viewport_size(each)
            found = self.page.evaluate(TOO_WIDE, each["width"])
            assert not found, f"{name} scrolls sideways at {each}: {found}"

    def sign_in(self) -> None:
        """From the threshold to the catalogue."""
        self.enter()
        self.settle()

    def enter(self) -> None:
        """Over the threshold."""
        self.go("/login")
        self.page.get_by_label(self.words("login.login")).fill(self.login)
        self.page.get_by_label(self.words("login.password")).fill(PASSWORD)
        self.page.get_by_role("button", name=self.words("login.enter")).click()

    def settle(self) -> None:
        """To the catalogue; whoever comes for the first time says their trade on the way."""
        expect(self.page).to_have_url(re.compile(rf"^{re.escape(self.address)}/(welcome)?$"))
        if self.page.url.endswith("/welcome"):
            self.page.get_by_role("radio", name=self.words("trade.shop")).check()
            self.page.get_by_role("button", name=self.words("welcome.skip")).click()
            expect(self.page).to_have_url(f"{self.address}/")

    def start(self, slug: str = "late-refund") -> str:
        """Begin a situation from the catalogue; the drill's id."""
        self.page.locator(f"#{slug}").get_by_role("button").click()
        expect(self.page.locator("#text")).to_be_visible()
        return self.drill

    @property
    def drill(self) -> str:
        """The drill of the page."""
        found = re.search(r"/drills/([0-9a-f-]{36})", self.page.url)
        assert found, self.page.url
        return found[1]

    def send(self, text: str) -> None:
        """Type a reply and send it."""
        self.page.locator("#text").fill(text)
        self.page.get_by_role("button", name=self.words("composer.send"), exact=True).click()

    def reply(self, text: str, position: int) -> Locator:
        """Send the reply that becomes moment `position`, and wait for its coach note and the reaction."""
        self.send(text)
        return self.taken(position)

    def taken(self, position: int) -> Locator:
        """A moment that is on the page, complete."""
        moment = self.page.locator(f"#moment-{position}")
        expect(moment.locator(".note")).to_be_visible()
        expect(moment.locator(".exchange > .line p")).not_to_be_empty()
        return moment

    def end(self) -> None:
        """Stop the drill, or follow the customer who already did; the debrief is on the page."""
        if self.page.locator("#ending").count():
            self.page.locator("#ending").get_by_role("link").click()
        else:
            self.page.locator("details.pop summary", has_text=self.words("drill.end")).click()
            self.page.get_by_role("button", name=self.words("drill.end_now")).click()
        expect(self.page.locator(".criteria")).to_be_visible()

    def share(self) -> None:
        """Let the lead read this drill."""
        self.page.get_by_role("button", name=self.words("share.share")).click()
        expect(self.page.locator("#share")).to_contain_text(self.words("share.is_shared"))

    def elsewhere(self, size: ViewportSize) -> Visitor:
        """The same person on another device, signed in; whoever asks looks at its troubles and closes it."""
        browser = self.page.context.browser
        assert browser
        other = Visitor(window(browser, self.lang, size), self.address, self.login, self.lang)
        other.sign_in()
        return other

    def _heard(self, message: ConsoleMessage) -> None:
        provoked = any(f"status of {status}" in message.text for status in self.provoked)
        if message.type in ("error", "warning") and not provoked:
            self.troubles.append(f"console: {message.text}")

    def _interrupted(self, dialog: Dialog) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(f"{self.address}/"):
            self.troubles.append(f"somewhere else: {request.url}")

    def _answered(self, response: Response) -> None:
        policy = response.headers.get("content-security-policy", "")
        if "default-src 'none'" not in policy or "unsafe" in policy:
            self.troubles.append(f"policy of {response.url}: {policy!r}")
        if response.status >= 400 and response.status not in self.provoked:
            self.troubles.append(f"{response.status}: {response.url}")


def said(element: Locator) -> str:
    """The text of an element without what is there for a screen reader alone."""
    text: str = element.evaluate(UNSEEN_ASIDE)
    return text


def assert_own_words(moment: Locator, reply: str) -> None:
    """Everything the coach highlights or quotes is the agent's own, and the reply on screen is the reply as typed."""
    assert said(moment.locator(".exchange > .bubble.mine p")).strip() == reply
    marked = [said(mark) for mark in moment.locator(".exchange > .bubble.mine mark").all()]
    quoted = [quote.text_content() or "" for quote in moment.locator(".note q").all()]
    assert all(words and words in reply for words in (*marked, *quoted)), (marked, quoted)
    assert bool(moment.locator(".note .evidence:not(.judged) q").count()) <= bool(marked)
    for name in moment.locator(".note .level").all():
        assert name.get_attribute("data-level") in ("0", "1", "2", "unsure")
