from __future__ import annotations

import re

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.web.app import ROUTES, create
from bot.web.headers import MAX_BODY
from bot.web.render import STATIC
from tests.web.door import Site

POSTS = sorted(
    route.path for route in ROUTES if isinstance(route, Route) and "POST" in (route.methods or ())
)  # fmt: skip


def test_health(site: Site) -> None:
    answer = site.visitor().get("/api/health")
    assert (answer.status_code, answer.json()) == (200, {"ready": True})


def test_health_says_when_no_drill_can_be_played(site: Site) -> None:
    site.conversation.down = True
    answer = site.visitor().get("/api/health")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})


def test_pages_are_sealed(site: Site) -> None:
    headers = site.visitor().get("/login").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "private, no-store"
    cookie = headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie


def test_pages_hold_no_inline_script_or_style(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("I am sorry", "calm down")
    for path in ("/", "/login", drill, f"{drill}/debrief", "/nowhere"):
        page = ada.get(path).text
        assert not re.search(r"<style|style=|<script(?![^>]* src=)|\son\w+=", page), path


@pytest.mark.parametrize("path", POSTS)
def test_no_post_without_its_token(site: Site, path: str) -> None:
    lea = site.visitor("lea")
    drill = lea.start()
    address = path.replace("/drills/{drill}", drill)
    for given in ({}, {"csrf": "stolen"}):
        assert lea.ask("POST", address, data=given).status_code == 403


@pytest.mark.parametrize("path", ["/", "/drills/x", "/drills/x/debrief", "/team", "/team/drills/x"])
def test_strangers_are_asked_to_sign_in(site: Site, path: str) -> None:
    answer = site.visitor().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


def test_a_page_that_does_not_exist_is_friendly_in_both_languages(site: Site) -> None:
    for lang, words in (("fr", "Retour à l’accueil"), ("en", "Back to the front page")):
        answer = site.visitor(lang=lang).get("/nowhere")
        assert answer.status_code == 404
        assert words in answer.text


def test_what_breaks_is_said_kindly(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = site.visitor("ada")
    monkeypatch.setattr(site.conversation, "lobby", None)
    answer = ada.post("/ask", {"text": "hello"})
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "content-security-policy" in answer.headers


def test_too_much_is_refused(site: Site) -> None:
    visitor = site.visitor("ada")
    assert visitor.post("/ask", {"text": "x" * MAX_BODY}).status_code == 413


def test_slack_is_mounted_when_given(site: Site) -> None:
    async def slack(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(Request(scope).url.path)(scope, receive, send)

    assert site.visitor().get("/slack/events").status_code == 404
    opened = site.with_slack(slack)
    assert opened.visitor().get("/slack/events").text == "/slack/events"
    assert create(opened.room)


def test_the_first_page_is_light(site: Site) -> None:
    ada = site.visitor("ada")
    page = ada.get("/")
    assets = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page.text))
    sizes = [int(ada.get(asset).headers.get("content-length", 0)) for asset in assets]
    assert len(page.content) + sum(sizes) < 150_000
    assert len(assets) >= 4


def test_static_files_with_a_version_may_be_kept(site: Site) -> None:
    visitor = site.visitor()
    asset = re.findall(r'href="(/static/app.css[^"]+)', visitor.get("/login").text)[0]
    assert "immutable" in visitor.get(asset).headers["cache-control"]
    assert "immutable" not in visitor.get("/static/app.css").headers["cache-control"]
    assert (STATIC / "app.css").exists()
