"""The embed door: who passes, what a page elsewhere may read, a whole drill through the API."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import jwt
import pytest
from httpx import Response

from actions.storage import tables
from actions.storage.unit import Unit
from bot.web.embed.token import Guest, Refused, read
from bot.web.headers import MAX_BODY, Lent
from bot.web.i18n import voices
from bot.web.render import HERE, STATIC
from nlu.contract import Lang
from tests.web.door import SLUG, Keys, Site
from tests.web.test_style import contrast

KEY = "a key of at least thirty-two characters, for tests"
HOST = "https://intranet.example"
LMS = "https://lms.example"
ID = "message-0001"


def claims(**changes: Any) -> dict[str, Any]:
    now = int(datetime.now(timezone.utc).timestamp())
    whole = {"aud": "visavis-embed", "sub": "42", "name": "Camille", "lang": "en", "origin": HOST}
    return {
        name: value for name, value in {**whole, "iat": now, "exp": now + 600, **changes}.items() if value is not None
    }


def signed(key: str = KEY, algorithm: str = "HS256", **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm=algorithm)


def ago(minutes: float) -> int:
    return int((datetime.now(timezone.utc) - timedelta(minutes=minutes)).timestamp())


def say(key: str, lang: Lang = "en") -> str:
    return voices()[lang].say(key)


@dataclass
class Element:
    """What `visavis-chat.js` does, without its browser."""

    site: Site
    token: str
    origin: str = HOST
    lang: str = ""

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        sent = {"Origin": self.origin, "Authorization": f"Bearer {self.token}", "Accept-Language": "en", **headers}
        query = {"lang": self.lang} if self.lang else {}
        content = None if body is None else json.dumps(body) if not isinstance(body, bytes) else body
        given = {name: value for name, value in sent.items() if value}
        return self.site.visitor().ask(method, f"/embed{path}", headers=given, params=query or None, content=content)

    def get(self, path: str) -> Response:
        return self.ask("GET", path)

    def post(self, path: str, **body: Any) -> Response:
        return self.ask("POST", path, body)

    def start(self) -> str:
        answer = self.post("/drills", scenario=SLUG, difficulty="calm")
        assert answer.status_code == 201, answer.text
        return f"/drills/{answer.json()['drill']}"


@pytest.fixture
def opened(site: Site) -> Site:
    """The room, open to two sites."""
    return replace(site, room=replace(site.room, settings=Keys(embed_origins=frozenset({HOST, LMS}), embed_key=KEY)))


@pytest.fixture
def element(opened: Site) -> Element:
    return Element(opened, signed())


def persons(site: Site) -> list[Any]:
    with Unit(site.room.engine) as unit:
        return unit.people.team("embed")


# The token


def test_a_token_names_a_guest() -> None:
    guest = read(signed(name="  Zoé\n Martin ", team="crew"), KEY, HOST)
    assert guest == Guest(guest.login, "Zoé Martin", "en", "crew")
    assert re.fullmatch(r"embed:[0-9a-f]{40}", guest.login)


def test_a_site_never_opens_the_practice_of_another_one() -> None:
    logins = {read(signed(sub=sub, origin=origin), KEY, origin).login for sub in ("42", "43") for origin in (HOST, LMS)}
    assert len(logins) == 4
    assert read(signed(name="Somebody Else"), KEY, HOST).login == read(signed(), KEY, HOST).login


REFUSED: dict[str, tuple[Callable[[], str], str]] = {
    "absent": (lambda: "", "token"),
    "nonsense": (lambda: "a.b.c", "token"),
    "not ASCII": (lambda: "é", "token"),
    "other key": (lambda: signed("another key of at least thirty-two characters"), "token"),
    "unsigned": (lambda: signed("", "none"), "token"),
    "not yet": (lambda: signed(iat=ago(-5), exp=ago(-10)), "token"),
    "no end": (lambda: signed(exp=None), "claims"),
    "no beginning": (lambda: signed(iat=None), "claims"),
    "nobody": (lambda: signed(sub=None), "claims"),
    "empty id": (lambda: signed(sub=""), "claims"),
    "numbered": (lambda: jwt.encode(claims() | {"sub": 42}, KEY), "claims"),
    "no name": (lambda: signed(name=None), "claims"),
    "blank name": (lambda: signed(name=" \u200b\x00 "), "claims"),
    "no language": (lambda: signed(lang=None), "claims"),
    "other language": (lambda: signed(lang="de"), "claims"),
    "no origin": (lambda: signed(origin=None), "claims"),
    "blank team": (lambda: signed(team=" "), "claims"),
    "endless": (lambda: signed(exp=float("inf")), "token"),
    "times in words": (lambda: signed(iat=str(ago(0)), exp=str(ago(-5))), "claims"),
    "other audience": (lambda: signed(aud="rasa"), "audience"),
    "no audience": (lambda: signed(aud=None), "claims"),
    "old": (lambda: signed(iat=ago(20), exp=ago(10)), "expired"),
    "too long": (lambda: signed(iat=ago(0), exp=ago(-16)), "life"),
    "other site": (lambda: signed(origin=LMS), "origin"),
}
"""Tokens are signed when they are tried: the suite may run longer than one lives."""


@pytest.mark.parametrize("why", REFUSED)
def test_a_token_that_does_not_pass(why: str) -> None:
    token, code = REFUSED[why]
    with pytest.raises(Refused) as refused:
        read(token(), KEY, HOST)
    assert refused.value.code == code


@pytest.mark.parametrize("why", ["nonsense", "no audience", "old", "too long", "other site"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_refusal_is_a_sentence_in_the_language_asked(opened: Site, why: str, lang: Lang) -> None:
    token, code = REFUSED[why]
    answer = Element(opened, token(), lang=lang).get("/scenarios")
    assert answer.status_code == (403 if code == "origin" else 401)
    assert (answer.json()["error"], answer.json()["text"]) == (code, say(f"embed.{code}", lang))
    assert persons(opened) == []


# The origin


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", HOST.replace("https", "http"), f"{HOST}:8443"])
def test_only_listed_sites_pass(opened: Site, origin: str) -> None:
    answer = Element(opened, signed(origin=origin or HOST), origin).get("/scenarios")
    assert (answer.status_code, answer.json()["error"]) == (403, "origin")
    assert "access-control-allow-origin" not in answer.headers


def test_a_token_of_one_site_is_no_use_on_another(opened: Site) -> None:
    assert Element(opened, signed(), LMS).get("/scenarios").status_code == 403


def test_the_browser_may_ask_first(element: Element) -> None:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    answer = element.ask("OPTIONS", "/drills", Authorization="", **asking)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == HOST
    assert "access-control-allow-credentials" not in answer.headers
    for name in ("Authorization", "Content-Type"):
        assert name in answer.headers["access-control-allow-headers"]
    assert element.ask("OPTIONS", "/drills", Origin="https://evil.example", **asking).status_code == 400
    other = {**asking, "Access-Control-Request-Method": "DELETE"}
    assert element.ask("OPTIONS", "/drills", **other).status_code == 400


def test_a_page_on_the_list_can_read_every_answer(element: Element) -> None:
    site = element.site
    answers = [
        element.get("/scenarios"),
        element.get("/nowhere"),
        element.get("/drills"),
        Element(site, "nonsense").get("/scenarios"),
        element.ask("POST", "/drills", b"x" * (MAX_BODY + 1)),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 405, 401, 413]
    for answer in answers[:4]:
        assert answer.headers["access-control-allow-origin"] == HOST
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "private, no-store"


def test_a_cookie_does_not_count(opened: Site) -> None:
    ada = opened.visitor("ada")
    answer = ada.ask("GET", "/embed/scenarios", headers={"Origin": HOST})
    assert (answer.status_code, answer.json()["error"]) == (401, "token")


def test_the_door_is_closed_by_default(site: Site) -> None:
    for method, path in (("GET", "/scenarios"), ("POST", "/drills"), ("OPTIONS", "/drills")):
        answer = Element(site, signed()).ask(method, path)
        assert answer.status_code == 404
        assert "access-control-allow-origin" not in answer.headers
    for path in Lent.FILES:
        headers = site.visitor().ask("GET", path, headers={"Origin": HOST}).headers
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers


def test_two_files_are_lent_and_no_other(opened: Site) -> None:
    def headers(path: str, origin: str) -> Mapping[str, str]:
        answer = opened.visitor().ask("GET", path, headers={"Origin": origin})
        assert answer.status_code == 200, path
        return answer.headers

    for path in Lent.FILES:
        lent = headers(path, HOST)
        assert lent["access-control-allow-origin"] == HOST
        assert lent["cross-origin-resource-policy"] == "cross-origin"
        assert "Origin" in lent["vary"]
        assert "immutable" not in lent["cache-control"]
        assert lent["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers(path, "https://evil.example")
    for path in ("/static/app.js", "/static/app.css", "/login"):
        kept = headers(path, HOST)
        assert "access-control-allow-origin" not in kept
        assert kept["cross-origin-resource-policy"] == "same-origin"


# The people


def test_a_person_is_made_at_first_use(element: Element) -> None:
    for _ in range(2):
        assert element.get("/scenarios").status_code == 200
    (person,) = persons(element.site)
    assert (person.name, person.role, person.password, person.lang) == ("Camille", "agent", None, "en")


def test_first_calls_at_once_make_one_person(opened: Site) -> None:
    browser, headers = opened.visitor(), {"Origin": HOST, "Authorization": f"Bearer {signed()}"}

    async def together() -> list[Response]:
        return await asyncio.gather(*(browser.client.get("/embed/scenarios", headers=headers) for _ in range(6)))

    assert [answer.status_code for answer in browser.loop.run_until_complete(together())] == [200] * 6
    assert len(persons(opened)) == 1


def test_a_token_never_makes_a_lead(opened: Site) -> None:
    assert Element(opened, signed(role="lead", team="blue")).get("/scenarios").status_code == 200
    with Unit(opened.room.engine) as unit:
        assert [one.role for one in unit.people.team("blue") if one.name == "Camille"] == ["agent"]


def test_the_language_follows_the_token(opened: Site) -> None:
    langs: tuple[Lang, ...] = ("en", "fr")
    for lang in langs:
        assert say("catalogue.choose", lang) in Element(opened, signed(lang=lang)).get("/scenarios").json()["html"]
    assert persons(opened)[0].lang == "fr"
    page = Element(opened, signed(lang="fr"), lang="en").get("/scenarios").json()
    assert say("catalogue.choose") in page["html"] and page["lang"] == "en"


# The drill


def test_the_catalogue(element: Element) -> None:
    told = element.get("/scenarios").json()
    library = element.site.room.library.scenarios("en")
    abusive = {one.slug for one in library if "abusive" in one.kinds}
    assert {one["slug"] for one in told["scenarios"]} == {one.slug for one in library} - abusive
    assert abusive
    shown = element.get(f"/scenarios?scenario={min(abusive)}").json()["html"]
    assert say("catalogue.opted_why") in shown


def test_a_scenario_is_ready_to_begin_and_to_take_up_again(element: Element) -> None:
    path = f"/scenarios?scenario={SLUG}&difficulty=hard"
    page = element.get(path).json()["html"]
    assert 'value="hard" checked' in page and say("embed.resume") not in page
    drill = element.start()
    assert drill.rsplit("/", 1)[1] in element.get(path).json()["html"]
    element.post(f"{drill}/end")
    assert say("embed.resume") not in element.get(path).json()["html"]


@pytest.mark.parametrize("slug", ["nowhere", "../secrets", "late-refund.nowhere", "", "\ud800"])
def test_a_scenario_that_does_not_exist(element: Element, slug: str) -> None:
    answer = element.post("/drills", scenario=slug)
    assert (answer.status_code, answer.json()["error"]) == (404, "absent")


def test_a_whole_drill(element: Element) -> None:
    drill = element.start()
    page = element.get(drill).json()
    assert not page["over"] and 'class="composer"' in page["html"]
    taken = element.post(f"{drill}/replies", text="I am sorry, that is our policy.", message_id=ID).json()
    assert (taken["position"], taken["over"]) == (1, False)
    assert '<mark class="helps"' in taken["html"] and "what we can do" in taken["html"]
    assert f'data-message="{ID}"' in taken["html"] and "<html" not in taken["html"]
    assert 'class="hint"' in element.post(f"{drill}/hint").json()["html"]
    again = element.post(f"{drill}/replay", position=1).json()
    assert say("moment.taken_back") in again["html"] and ID not in again["html"]
    assert element.post(f"{drill}/replies", text="I am sorry").json()["position"] == 1
    told = element.post(f"{drill}/end").json()
    assert told["over"]
    review = element.get(f"{drill}/debrief").json()["html"]
    assert review == told["html"]
    strength, step, verdict = (
        review.index(say(key)) for key in ("debrief.strength", "debrief.next", "verdict.simulated")
    )
    assert strength < step < verdict
    assert say("embed.private") in review
    after = element.get(drill).json()
    assert after["over"] and say("moment.earlier") in after["html"] and 'class="composer"' not in after["html"]


def test_the_drill_is_played_at_this_door(element: Element) -> None:
    drill = element.start().rsplit("/", 1)[1]
    with Unit(element.site.room.engine) as unit:
        found = unit.drills.get(drill)
    assert found and (found.door, found.lang, found.shared_at) == ("embed", "en", None)


def test_a_reply_counts_once_even_when_it_ended_the_drill(element: Element) -> None:
    drill = element.start()
    first, second = (element.post(f"{drill}/replies", text="you idiot", message_id=ID) for _ in range(2))
    assert first.json()["over"] and 'class="ending"' in first.json()["html"]
    assert second.json() == first.json()
    assert element.post(f"{drill}/replies", text="one more").status_code == 409
    assert element.post(f"{drill}/hint").status_code == 409


def test_an_outage_keeps_the_reply(element: Element) -> None:
    drill = element.start()
    element.site.conversation.down = True
    lost = element.post(f"{drill}/replies", text='I am "sorry"', message_id=ID)
    assert lost.status_code == 503 and lost.json()["text"] == say("notice.kept")
    kept = element.get(drill).json()["html"]
    assert f'data-message="{ID}" data-text="I am &#34;sorry&#34;"' in kept
    for path in (f"{drill}/hint", f"{drill}/end", "/drills"):
        answer = element.post(path, scenario=SLUG)
        assert answer.status_code == 503 and answer.json()["text"] == say("notice.503")
    element.site.conversation.down = False
    assert element.post(f"{drill}/replies", text='I am "sorry"', message_id=ID).json()["position"] == 1
    assert "data-draft" not in element.get(drill).json()["html"]


@pytest.mark.parametrize(("text", "code"), [("  ", "empty"), ("x" * 5000, "too_long"), (42, "empty"), (None, "empty")])
def test_what_cannot_be_taken_is_said_kindly(element: Element, text: Any, code: str) -> None:
    answer = element.post(f"{element.start()}/replies", text=text)
    assert (answer.status_code, answer.json()["error"]) == (422, code)
    assert answer.json()["text"] == say(f"notice.{code}")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "/restart", "🙂🙃", "\ud800 hello", "a'\"&<b>"])
def test_whatever_is_typed_is_text(element: Element, text: str) -> None:
    answer = element.post(f"{element.start()}/replies", text=text, message_id=ID)
    assert answer.status_code == 200
    assert "<script>" not in answer.json()["html"] and '<b>"' not in answer.json()["html"]


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"x"', b"\xff", b"[" * 100_000])
def test_a_request_that_cannot_be_read(element: Element, body: bytes) -> None:
    answer = element.ask("POST", "/drills", body)
    assert (answer.status_code, answer.json()["error"]) == (400, "unreadable")


@pytest.mark.parametrize("position", [0, 2, -1, "1", None, True, 1.0])
def test_only_a_moment_that_was_lived_can_be_replayed(element: Element, position: Any) -> None:
    drill = element.start()
    element.post(f"{drill}/replies", text="hello")
    assert element.post(f"{drill}/replay", position=position).status_code == 404


def test_a_debrief_waits_for_the_end(element: Element) -> None:
    answer = element.get(f"{element.start()}/debrief")
    assert (answer.status_code, answer.json()["error"]) == (409, "moved")


def test_nobody_else_has_this_drill(element: Element) -> None:
    drill = element.start()
    element.post(f"{drill}/replies", text="hello")
    for other in (Element(element.site, signed(sub="43")), Element(element.site, signed(origin=LMS), LMS)):
        for path in (drill, f"{drill}/debrief"):
            assert other.get(path).status_code == 404
        for path in ("replies", "hint", "replay", "end"):
            answer = other.post(f"{drill}/{path}", text="x", position=1)
            assert (answer.status_code, answer.json()["error"]) == (404, "absent")
    ada = element.site.visitor("ada")
    assert ada.get(drill).status_code == 404


# What is kept of somebody


def test_somebody_without_a_password_keeps_a_copy_of_their_practice(element: Element) -> None:
    element.post(f"{element.start()}/replies", text="I am sorry", message_id=ID)
    other = Element(element.site, signed(sub="43", name="Somebody Else"))
    other.post(f"{other.start()}/replies", text="another word", message_id=ID)
    answer = element.get("/me/export")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["access-control-allow-origin"] == HOST
    kept = answer.json()
    assert [turn["text"] for turn in kept["turns"]] == ["I am sorry"]
    assert [person["name"] for person in kept["people"]] == ["Camille"]
    assert say("export.about", "fr") == Element(element.site, signed(), lang="fr").get("/me/export").json()["about"]


def test_and_erases_it_when_sure(element: Element) -> None:
    drill = element.start()
    element.post(f"{drill}/replies", text="I am sorry", message_id=ID)
    other = Element(element.site, signed(sub="43"))
    kept = other.start()
    for unsure in ({}, {"sure": False}, {"sure": "yes"}, {"sure": 1}):
        refused = element.post("/me/erase", **unsure)
        assert (refused.status_code, refused.json()["error"]) == (422, "unsure")
    assert element.get("/me/erase").status_code == 405 and element.get(drill).status_code == 200
    answer = element.post("/me/erase", sure=True)
    assert answer.status_code == 200 and say("erase.nothing") in answer.json()["html"]
    assert element.get(drill).status_code == 404 and other.get(kept).status_code == 200
    ((person, drills),) = element.site.trackers.forgotten
    assert drills == (drill.rsplit("/", 1)[1],)
    assert element.get("/me/export").json()["people"][0]["id"] == person


def test_when_rasa_cannot_forget_nothing_is_erased(element: Element) -> None:
    drill = element.start()
    element.site.trackers.down = True
    answer = element.post("/me/erase", sure=True)
    assert (answer.status_code, answer.json()["text"]) == (503, say("erase.failed"))
    assert element.get(drill).status_code == 200


def test_both_are_at_hand_outside_a_drill(element: Element) -> None:
    drill = element.start()
    element.post(f"{drill}/replies", text="hello")
    pages = [element.get(path).json()["html"] for path in ("/scenarios", f"/scenarios?scenario={SLUG}")]
    for page in (*pages, element.post(f"{drill}/end").json()["html"]):
        assert 'data-do="keep"' in page and 'data-do="erase"' in page and say("embed.erase_why") in page


def test_a_drill_of_a_scenario_that_is_gone(element: Element) -> None:
    drill = element.start()
    with element.site.room.engine.begin() as connection:
        connection.execute(tables.drills.update().values(scenario="gone", edition=None))
    answer = element.get(drill)
    assert (answer.status_code, answer.json()["error"]) == (404, "absent")


def test_what_breaks_is_said_kindly(opened: Site) -> None:
    broken = replace(opened, room=replace(opened.room, conversation=None))  # type: ignore[arg-type]
    answer = Element(broken, signed()).post("/drills", scenario=SLUG)
    assert (answer.status_code, answer.json()["error"]) == (500, "500")
    assert answer.headers["access-control-allow-origin"] == HOST


# What goes to the browser


def test_fragments_hold_no_script_style_or_address(element: Element) -> None:
    drill = element.start()
    taken = element.post(f"{drill}/replies", text="I am sorry, calm down, our policy").json()["html"]
    pages = [
        taken,
        *(element.get(path).json()["html"] for path in ("/scenarios", f"/scenarios?scenario={SLUG}", drill)),
    ]
    pages.append(element.post(f"{drill}/end").json()["html"])
    for page in pages:
        assert not re.search(r"<script|<style|style=|\son\w+=|href=|src=|action=", page)
        assert 'class="icon"' in page


def test_the_element_does_only_what_it_knows() -> None:
    script = (STATIC / "visavis-chat.js").read_text(encoding="utf-8")
    acts = set(re.findall(r"^      (\w+): \(\) =>", script, re.MULTILINE))
    asked = {
        act
        for template in (HERE / "templates" / "embed").iterdir()
        for act in re.findall(r'data-do="(\w+)"', template.read_text(encoding="utf-8"))
    }
    assert asked == acts


@pytest.mark.parametrize("dark", [False, True])
def test_its_colours_can_be_told_apart(dark: bool) -> None:
    css = (STATIC / "embed.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): (?:var\([\w-]+, )?light-dark\((#\w{6}), (#\w{6})\)", css)
    colours = {name: both[dark] for name, *both in found}
    washes = re.findall(r"--([\w-]+): color-mix\(in srgb, var\(--([\w-]+)\) (\d+)%, var\(--surface\)\)", css)
    colours |= {name: mixed(colours[front], colours["surface"], int(part)) for name, front, part in washes}
    assert len(colours) == 15
    grounds = ("paper", "surface", "mine-wash", "theirs-wash", "gold-wash")
    text = [(front, back) for front in ("ink", "soft") for back in grounds]
    text += [("mine", "surface"), ("mine", "paper"), ("mine", "mine-wash"), ("on-mine", "mine")]
    text += [(front, back) for front in ("theirs", "bad", "good") for back in ("paper", "surface")]
    text += [("theirs", "theirs-wash"), ("good", "theirs-wash")]
    for front, back in text:
        assert contrast(colours[front], colours[back]) >= 4.5, f"{front} on {back}"
    for front, back in (("edge", "surface"), ("edge", "paper"), ("gold", "gold-wash"), ("gold", "mine-wash")):
        assert contrast(colours[front], colours[back]) >= 3, f"{front} on {back}"


def mixed(front: str, back: str, part: int) -> str:
    pairs = ((int(front[at : at + 2], 16), int(back[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round((one * part + other * (100 - part)) / 100):02x}" for one, other in pairs)
