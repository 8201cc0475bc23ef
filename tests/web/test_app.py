from __future__ import annotations

import re

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from actions.storage import tables
from bot.web.app import ROUTES, create
from bot.web.headers import MAX_BODY
from bot.web.render import STATIC
from tests.web.door import Site, words

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
    for lang, said in (("fr", "Retour à l’accueil"), ("en", "Back to the front page")):
        answer = site.visitor(lang=lang).get("/nowhere")
        assert answer.status_code == 404
        assert said in answer.text


def test_what_breaks_is_said_kindly(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = site.visitor("ada")
    monkeypatch.setattr(site.conversation, "lobby", None)
    answer = ada.post("/ask", {"text": "hello"})
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "content-security-policy" in answer.headers


def test_a_drill_of_a_scenario_that_is_gone_says_so(site: Site) -> None:
    ada = site.visitor("ada")
    done, opened = ada.finish("sorry"), ada.start()
    ada.post(f"{done}/share", at=f"{done}/debrief")
    with site.room.engine.begin() as connection:
        connection.execute(tables.drills.update().values(scenario="gone", edition=None))
    lea, fields = site.visitor("lea"), {"text": "sorry", "criterion": "welcome", "position": "1"}
    answers = [ada.get(path) for path in (opened, done, f"{done}/debrief")] + [lea.get(f"/team{done}")]
    answers += [ada.post(f"{opened}/replies", fields), ada.post(f"{done}/contests", fields)]
    for answer in answers:
        assert answer.status_code == 410 and words("notice.410") in answer.text, answer.request.url
    assert "sorry" in ada.get("/me/export.csv").text and ada.get("/progress").status_code == 200


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_page_that_refuses_something_can_change_its_language(site: Site, lang: str) -> None:
    ada, lea = site.visitor("ada"), site.visitor("lea")
    drill, done = ada.start(), ada.finish("sorry")
    refused = [
        ada.post(f"{drill}/replies", {"text": " "}),
        ada.post(f"{done}/feedback"),
        ada.post("/ask"),
        ada.post("/me/erase", at="/me"),
        ada.post("/welcome", at="/welcome"),
        lea.post("/team/assignments", at="/team"),
    ]
    for answer in refused:
        assert answer.status_code == 422, answer.request.url
        stay = re.search(r'name="next" value="([^"]+)"', answer.text)
        assert stay
        turned = ada if "/team" not in stay[1] else lea
        assert turned.get(turned.post("/lang", {"lang": lang, "next": stay[1]}).headers["location"]).status_code == 200


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
