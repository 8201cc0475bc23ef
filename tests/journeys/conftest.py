"""What the journeys share: the whole room with its web door, a Chromium, and people who come with an account."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Protocol

import pytest
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from actions.storage.records import Role
from bot import accounts
from nlu.contract import Lang
from tests.integration.room import Room, free_ports, now, opened
from tests.journeys.screens import taken
from tests.journeys.visitor import PASSWORD, PATIENCE, PHONE, Visitor, window

ABSENT = "Chromium is absent: `apt-get install chromium` brings it"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-background-networking",
    "--disable-component-update",
)  # fmt: skip

expect.set_options(timeout=PATIENCE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the pictures of the ten screens; pytest's closing line comes after."""
    for picture in taken():
        terminalreporter.write_line(f"screen: {picture}")


class Guests(Protocol):
    """Invites somebody: makes the account, opens a browser window of their own and signs them in."""

    def __call__(
        self, name: str, lang: Lang = ..., role: Role = ..., size: ViewportSize = ..., dark: bool = ...
    ) -> Visitor: ...


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip(ABSENT)
    return found


@pytest.fixture(scope="session")
def intranet() -> str:
    """The origin of a site that may embed the chat."""
    return f"http://127.0.0.1:{free_ports(1)[0]}"


@pytest.fixture(scope="session")
def room(chromium: str, intranet: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The three servers, on a database of their own."""
    embedding = {"EMBED_ORIGINS": intranet, "EMBED_KEY": "only for the journeys of the tests, and long"}
    with opened(tmp_path_factory.mktemp("journeys"), **embedding) as room:
        room.start("web")
        yield room


# Not for the whole session: while Playwright runs, its event loop holds the thread and asynchronous tests cannot run.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def guests(room: Room, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Guests]:
    """Invite people; when they leave, no page may have done what no page may do."""
    inside: list[Visitor] = []
    # Everybody is of a team of this test alone, so that a lead sees nothing of another test.
    team = f"{request.node.name}-{len(request.node.nodeid)}"

    def invite(
        name: str, lang: Lang = "fr", role: Role = "agent", size: ViewportSize = PHONE, dark: bool = False
    ) -> Visitor:
        login = f"{name}-{team}".lower()
        accounts.create(room.engine, login, name, role, team, lang, PASSWORD, now())
        address = f"http://{room.settings.host}:{room.settings.port}"
        visitor = Visitor(window(browser, lang, size, "dark" if dark else "light"), address, login, lang)
        inside.append(visitor)
        return visitor

    yield invite
    for visitor in inside:
        visitor.page.context.close()
    assert [trouble for visitor in inside for trouble in visitor.troubles] == []
