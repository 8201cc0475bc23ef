"""The Slack door against a fake Slack: a real HTTP server that records every call, and properly signed requests."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.routing import Mount

from actions import practice
from actions.coaching import drill as log
from actions.room import Room
from actions.storage.engine import open_engine
from actions.storage.library import Library
from actions.storage.records import Draft, Drill, Person
from actions.storage.tables import metadata
from actions.storage.unit import Unit
from bot import settings
from bot.conversation import Conversation, NotTaken
from bot.slack.door import SlackDoor, open_door
from nlu.contract import Assessment, Marker

SECRET = "a-signing-secret"
LIBRARY = Library(settings.ROOT / "data")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
READ = Assessment(
    lang="fr",
    empathy={"reaction": 2, "interpretation": 1, "exploration": 0},
    tone={"warmth": 1, "courtesy": 2, "calm": 2, "clarity": 1},
    sentiment={"label": "neutral"},
    markers=(Marker(0, 11, "acknowledgement", 1),),
    score=71,
)


class FakeSlack:
    """Slack's Web API and its socket, on a free port of this machine, in a thread of its own."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.locales: dict[str, str] = {}
        self.broken: set[str] = set()
        self.envelopes: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self._posted: dict[str, dict[str, Any]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def open(self) -> None:
        self._thread.start()
        self.port: int = asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)
        self.url = f"http://127.0.0.1:{self.port}/api/"

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def of(self, method: str) -> list[dict[str, Any]]:
        return [body for name, body in self.calls if name == method]

    def wait(self, method: str, count: int = 1) -> list[dict[str, Any]]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.of(method)) >= count, timeout=10), f"no {method}"
        return self.of(method)

    async def _serve(self) -> int:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/respond", self._respond)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return int(self._runner.addresses[0][1])

    def _record(self, method: str, body: dict[str, Any]) -> None:
        with self._changed:
            self.calls.append((method, body))
            self._changed.notify_all()

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        is_json = request.content_type == "application/json"
        body = await request.json() if is_json else {**request.query, **dict(await request.post())}
        self._record(method, body)
        if method in self.broken:
            return web.json_response({"ok": False, "error": "internal_error"})
        return web.json_response({"ok": True, **self._answer(method, body)})

    def _answer(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        if method == "auth.test":
            return {"user_id": "UBOT", "bot_id": "BBOT", "team_id": "T1"}
        if method == "users.info":
            return {"user": {"real_name": "Ana <3", "locale": self.locales.get(body["user"], "en-GB")}}
        if method == "chat.postMessage":
            ts = f"1700000000.{len(self._posted):06d}"
            self._posted[ts] = body
            return {"ts": ts, "channel": "D1"}
        if method == "conversations.replies":
            return {"messages": [self._posted[body["ts"]]]}
        if method == "apps.connections.open":
            return {"url": f"ws://127.0.0.1:{self.port}/socket"}
        return {}

    async def _respond(self, request: web.Request) -> web.Response:
        self._record("respond", await request.json())
        return web.Response(text="ok")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for envelope in self.envelopes:
            await socket.send_json(envelope)
        async for message in socket:
            self._record("ack", json.loads(message.data))
        return socket


class RoomConversation(Conversation):
    """The room without Rasa in between: the same steps, the same tables, one assessment for every reply."""

    def __init__(self, engine: Engine) -> None:
        self._here = Room(engine, LIBRARY, lambda: NOW)
        self._ticks = 0
        self.outage = False

    async def begin(self, person: Person, slug: str, lang: str, difficulty: str, door: str, quick: int = 0) -> str:
        self._ticks += 1
        if self.outage:
            raise NotTaken("begin")
        facts = {"scenario": slug, "lang": lang, "difficulty": difficulty, "door": door, "quick": quick}
        at = NOW.replace(second=self._ticks)
        practice.begin(Room(self._here.engine, LIBRARY, lambda: at), f"drill-{self._ticks:03d}", person.id, facts)
        return f"drill-{self._ticks:03d}"

    async def reply(self, person: Person, drill_id: str, text: str, message_id: str) -> log.Entry:
        if self.outage:
            with Unit(self._here.engine) as unit:
                unit.drafts.put(Draft(drill_id, message_id, text), NOW)
            raise NotTaken(message_id)
        practice.take(self._here, drill_id, text, message_id, READ)
        with Unit(self._here.engine) as unit:
            unit.drafts.drop(drill_id)
            entry = unit.turns.known(drill_id, message_id)
        assert entry
        return entry

    async def command(
        self, person: Person, drill_id: str, name: str, message_id: str, **facts: Any
    ) -> list[dict[str, Any]]:
        if self.outage:
            raise NotTaken(message_id)
        if name == "replay":
            return list(practice.replay(self._here, drill_id, facts["position"], message_id).payloads)
        if name == "hint":
            return list(practice.hint(self._here, drill_id, message_id).payloads)
        practice.end(self._here, drill_id, message_id)
        return list(practice.review(self._here, drill_id).payloads)

    async def lobby(self, person: Person, text: str, door: str = "web") -> list[dict[str, Any]]:
        if text == "raise":
            raise RuntimeError("something broke")
        return [{"type": "help", "text": f"{person.lang}: you said <{text}> & more"}]


class Bench:
    """A door, its fake Slack and a client that signs."""

    def __init__(self, slack: FakeSlack, engine: Engine, keys: settings.Settings) -> None:
        self.slack, self.engine, self._keys = slack, engine, keys
        self.conversation = RoomConversation(engine)
        self.restart()

    def restart(self) -> None:
        door = open_door(self._keys, self.engine, LIBRARY, self.conversation, lambda: NOW)
        assert door
        self.door: SlackDoor = door

    def send(self, body: str, kind: str, headers: dict[str, str] | None = None) -> int:
        stamp = str(int(time.time()))
        signed = {"X-Slack-Request-Timestamp": stamp, "Content-Type": kind}
        signed["X-Slack-Signature"] = str(SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body))
        return knock(self.door, body.encode(), {**signed, **(headers or {})})

    def drill(self, text: str = "", user: str = "U1", channel: str = "C9") -> int:
        form = {"command": "/drill", "text": text, "user_id": user, "team_id": "T1", "channel_id": channel}
        form["response_url"] = self.slack.url.replace("/api/", "/respond")
        return self.send(urlencode(form), "application/x-www-form-urlencoded")

    def event(self, event: dict[str, Any], headers: dict[str, str] | None = None) -> int:
        body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}
        return self.send(json.dumps(body), "application/json", headers)

    def say(self, text: str, message_id: str = "m-1", user: str = "U1", **facts: Any) -> int:
        return self.event(typed(text, message_id, user, **facts))

    def click(self, name: str, user: str = "U1", **message: Any) -> int:
        """Press the button `name` of the latest message that has it."""
        shown = (each for posted in reversed(self.posts) for each in buttons(posted) if each["action_id"] == name)
        pressed = {**next(shown), "type": "button", "action_ts": f"{len(self.slack.calls)}.1"}
        body = {
            "type": "block_actions",
            "user": {"id": user},
            "team": {"id": "T1"},
            "channel": {"id": "D1"},
            "message": {"ts": "1.1", **message},
            "actions": [pressed],
        }
        form = urlencode({"payload": json.dumps(body)})
        return self.send(form, "application/x-www-form-urlencoded")

    @property
    def posts(self) -> list[dict[str, Any]]:
        return self.slack.of("chat.postMessage")

    @property
    def last(self) -> str:
        return words(self.posts[-1])

    def drills(self, user: str = "u1") -> list[Drill]:
        with Unit(self.engine) as unit:
            person = unit.people.by_login(f"slack-t1-{user}")
            return unit.drills.of_person(person.id) if person else []

    def replies(self) -> list[str]:
        with Unit(self.engine) as unit:
            return [entry.text for drill in self.drills() for entry in unit.turns.entries(drill.id)
                    if entry.kind == "reply"]  # fmt: skip


def knock(door: SlackDoor, body: bytes, headers: dict[str, str] | None = None) -> int:
    """Post `body` where Slack does, and wait until the door has answered; the status Slack gets."""

    async def post() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(door.asgi), base_url="http://door") as client:
            answer = await client.post("/events", content=body, headers=headers)
        await door.settle()
        return answer.status_code

    return asyncio.run(post())


def typed(text: str, message_id: str, user: str, **facts: Any) -> dict[str, Any]:
    event = {"type": "message", "channel_type": "im", "channel": "D1", "user": user, "text": text}
    return {**event, "client_msg_id": message_id, "ts": "1700000001.000100", **facts}


def words(posted: dict[str, Any]) -> str:
    """All that a message of ours shows."""
    return json.dumps(posted["blocks"], ensure_ascii=False)


def buttons(posted: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for block in posted["blocks"] if block["type"] == "actions" for each in block["elements"]]


def labels(posted: dict[str, Any]) -> list[str]:
    return [each["action_id"] for each in buttons(posted)]


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy between the test and its fake."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    fake = FakeSlack()
    fake.open()
    yield fake
    fake.close()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(f"sqlite:///{tmp_path}/slack.db")
    metadata.create_all(made)
    yield made
    made.dispose()


Keys = Callable[..., settings.Settings]


@pytest.fixture
def keys(tmp_path: Path, slack: FakeSlack) -> Keys:
    def make(**given: str) -> settings.Settings:
        common = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": slack.url}
        return settings.load({**common, **given}, tmp_path)

    return make


@pytest.fixture
def bench(slack: FakeSlack, engine: Engine, keys: Keys) -> Bench:
    return Bench(slack, engine, keys())


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET or SLACK_APP_TOKEN"),
    ],
)
def test_the_door_stays_closed_and_says_why(
    given: dict[str, str], missing: str, engine: Engine, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    assert open_door(keys(**given), engine, LIBRARY, RoomConversation(engine), lambda: NOW) is None
    assert [record.getMessage() for record in caplog.records] == [
        f"Slack door closed: set {missing} to open it (docs/slack.md)."
    ]


def test_a_wrong_signature_is_refused(bench: Bench) -> None:
    assert bench.event(typed("Bonjour", "m-1", "U1"), {"X-Slack-Signature": "v0=" + "0" * 64}) == 401
    assert bench.event(typed("Bonjour", "m-1", "U1"), {"X-Slack-Signature": ""}) == 401
    assert not bench.posts and not bench.drills()


def test_a_stale_request_is_refused(bench: Bench) -> None:
    stamp, body = str(int(time.time()) - 600), json.dumps({"type": "event_callback"})
    signature = str(SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body))
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
    assert bench.send(body, "application/json", headers) == 401


def test_bytes_that_are_no_text_are_refused(bench: Bench) -> None:
    assert knock(bench.door, b"\xff\xfe") == 400


def test_mounted_in_the_web_door_it_answers_at_slack_events(bench: Bench) -> None:
    async def post() -> int:
        transport = httpx.ASGITransport(Starlette(routes=[Mount("/slack", bench.door.asgi)]))
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            return (await client.post("/slack/events", content="{}")).status_code

    assert asyncio.run(post()) == 401


def test_slack_checks_the_address(bench: Bench) -> None:
    assert bench.send(json.dumps({"type": "url_verification", "challenge": "abc"}), "application/json") == 200


@pytest.mark.parametrize(("locale", "lang"), [("fr-FR", "fr"), ("en-US", "en"), ("de-DE", "en")])
def test_a_drill_begins_in_private_in_the_language_of_slack(bench: Bench, locale: str, lang: str) -> None:
    bench.slack.locales["U1"] = locale
    assert bench.drill() == 200
    (drill,) = bench.drills()
    scenario = LIBRARY.scenario(drill.scenario, drill.lang)
    assert scenario.moment and scenario.moment.trains in ("welcome", "personalise", "concise")  # the path begins there
    assert (drill.lang, drill.door, drill.quick) == (lang, "slack", scenario.moment.replies)
    assert bench.posts[0]["channel"] == "U1"
    assert scenario.customer_name in bench.last and labels(bench.posts[0]) == ["hint", "next", "stop"]
    (aside,) = bench.slack.of("respond")
    assert aside["text"]


def test_the_first_word_chooses_the_language_and_the_next_the_situation(bench: Bench) -> None:
    slug = LIBRARY.slugs()[-1]
    bench.drill(f"fr {slug}", channel="D1")
    (drill,) = bench.drills()
    assert (drill.lang, drill.scenario) == ("fr", slug)
    assert not bench.slack.of("respond")


def test_an_unknown_situation_gets_the_list(bench: Bench) -> None:
    bench.drill("<b>nowhere</b>")
    assert not bench.drills()
    assert "&lt;b&gt;nowhere&lt;/b&gt;" in bench.last and "<b>" not in bench.last
    assert all(slug in bench.last for slug in LIBRARY.slugs())


@pytest.mark.parametrize(
    ("lang", "coach", "button"),
    [("fr", "Votre coach", "Rejouer ce moment"), ("en", "Your coach", "Replay this moment")],
)
def test_a_reply_gets_the_reaction_and_the_note(bench: Bench, lang: str, coach: str, button: str) -> None:
    bench.drill(f"{lang} late-refund")
    bench.say("Je comprends &lt;b&gt; &amp; je m’en occupe")
    assert bench.replies() == ["Je comprends <b> & je m’en occupe"]
    assert coach in bench.last and button in bench.last and "71/100" in bench.last
    assert "Je comprend" in bench.last and "<b>" not in bench.last
    assert labels(bench.posts[-1]) == ["again", "next", "stop"]
    assert bench.posts[-1]["channel"] == "D1" and "thread_ts" not in bench.posts[-1]


def test_an_event_sent_twice_counts_and_answers_once(bench: Bench) -> None:
    bench.drill()
    bench.say("I'm sorry")
    bench.event(typed("I'm sorry", "m-1", "U1"), {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"})
    assert bench.replies() == ["I'm sorry"] and len(bench.posts) == 2


def test_a_retry_after_a_restart_and_another_drill_is_still_known(bench: Bench) -> None:
    bench.drill()
    bench.say("I'm sorry")
    bench.click("next")
    bench.restart()
    bench.say("I'm sorry")
    assert bench.replies() == ["I'm sorry"] and len(bench.posts) == 3


def test_an_open_drill_survives_a_restart(bench: Bench) -> None:
    bench.drill()
    bench.restart()
    bench.say("I'm sorry")
    assert bench.replies() == ["I'm sorry"]


def test_what_nobody_typed_is_ignored(bench: Bench) -> None:
    bench.drill()
    bench.say("edited", subtype="message_changed")
    bench.say("from a bot", bot_id="B7")
    bench.say("from ourselves", user="UBOT")
    bench.say("in a channel", channel_type="channel")
    assert not bench.replies() and len(bench.posts) == 1


def test_again_takes_the_moment_back(bench: Bench) -> None:
    bench.drill()
    bench.say("first try")
    bench.click("again")
    assert not bench.drills()[0].over
    bench.say("second try", "m-2")
    with Unit(bench.engine) as unit:
        entries = unit.turns.entries(bench.drills()[0].id)
    assert [entry.text for entry in log.live(entries)] == ["second try"] and log.replays(entries) == 1


def test_again_on_an_older_moment_plays_it_anew_unless_in_its_thread(bench: Bench) -> None:
    bench.drill()
    bench.say("first try")
    bench.drill()
    with Unit(bench.engine) as unit:
        first = bench.drills()[1]
        assert unit.turns.entries(first.id)
    bench.click("again", thread_ts="1700000000.000000")
    assert len(bench.drills()) == 2 and bench.posts[-1]["thread_ts"] == "1700000000.000000"
    bench.say("in the thread", "m-2", thread_ts="1700000000.000000")
    assert bench.posts[-1]["thread_ts"] == "1700000000.000000"
    with Unit(bench.engine) as unit:
        assert [entry.text for entry in log.live(unit.turns.entries(first.id))] == ["in the thread"]
    bench.click("again")
    assert bench.drills()[0].scenario == first.scenario and len(bench.drills()) == 3


def test_next_brings_every_quick_drill_of_a_skill_before_one_comes_back(bench: Bench) -> None:
    bench.drill()
    (first,) = bench.drills()
    trained = LIBRARY.scenario(first.scenario, first.lang).skills
    alike = {
        scenario.quick(name).slug
        for scenario in LIBRARY.scenarios(first.lang)
        for name, moment in scenario.moments.items()
        if (moment.trains,) == trained
    }
    for _ in range(2 * len(alike) - 1):
        bench.click("next")
    met = [drill.scenario for drill in reversed(bench.drills())]
    assert set(met[: len(alike)]) == alike and met[: len(alike)] == met[len(alike) :]


def test_stop_ends_with_a_short_debrief(bench: Bench) -> None:
    bench.drill("fr")
    bench.say("Je comprends votre colère")
    bench.click("stop")
    assert "Verdict simulé" in bench.last and bench.drills()[0].over


def test_stop_before_any_reply_is_a_goodbye(bench: Bench) -> None:
    bench.drill("fr")
    bench.click("stop")
    assert "on s’arrête là" in bench.last and bench.drills()[0].over


def test_a_hint_helps(bench: Bench) -> None:
    bench.drill()
    bench.click("hint")
    assert ":bulb:" in bench.last


def test_a_reply_that_could_not_be_taken_is_sent_again_once(bench: Bench) -> None:
    bench.drill()
    bench.conversation.outage = True
    bench.say("I'm sorry")
    assert "kept your reply" in bench.last and labels(bench.posts[-1]) == ["resend"]
    bench.conversation.outage = False
    bench.restart()
    bench.click("resend")
    assert "71/100" in bench.last and bench.replies() == ["I'm sorry"]
    bench.click("resend")
    assert "already counted" in bench.last and bench.replies() == ["I'm sorry"]
    with Unit(bench.engine) as unit:
        assert unit.turns.known(bench.drills()[0].id, "m-1")


def test_a_reply_that_waits_when_the_drill_ends_is_let_go(bench: Bench) -> None:
    bench.drill()
    bench.conversation.outage = True
    bench.say("I'm sorry")
    waiting = bench.posts[-1]
    bench.conversation.outage = False
    drill = bench.drills()[0]
    with Unit(bench.engine) as unit:
        unit.drills.end(drill.id, "ended", drill.started_at)
    assert labels(waiting) == ["resend"]
    bench.click("resend")
    assert labels(bench.posts[-1]) == ["again", "next"] and bench.replies() == []
    with Unit(bench.engine) as unit:
        assert unit.drafts.get(drill.id) is None


def test_an_outage_is_told_at_every_step(bench: Bench) -> None:
    bench.drill()
    bench.conversation.outage = True
    for name, sentence in (("stop", "didn't go"), ("hint", "didn't go"), ("next", "couldn't be opened")):
        bench.click(name)
        assert sentence in bench.last


def test_somebody_else_s_buttons_do_nothing(bench: Bench) -> None:
    bench.drill()
    bench.click("stop", user="U2")
    bench.click("hint", user="U2")
    assert "can't find that drill" in bench.last and not bench.drills()[0].over


@pytest.mark.parametrize(("text", "sentence"), [("  ", "Nothing reached me"), ("x" * 2001, "2,000 characters")])
def test_texts_that_cannot_be_taken_get_a_friendly_sentence(bench: Bench, text: str, sentence: str) -> None:
    bench.drill()
    bench.say(text)
    assert sentence in bench.last and not bench.replies()


@pytest.mark.parametrize("text", ["/restart", "🙂🙂", "مرحبا", "?!…", "我很抱歉", "\ud800 sorry"])
def test_any_other_text_is_a_reply(bench: Bench, text: str) -> None:
    bench.drill()
    bench.say(text)
    assert len(bench.replies()) == 1 and "71/100" in bench.last


def test_outside_a_drill_the_lobby_answers_once(bench: Bench) -> None:
    bench.say("hello")
    bench.say("hello")
    assert len(bench.posts) == 1
    assert "en: you said &lt;hello&gt; &amp; more" in bench.last


def test_after_a_moment_the_lobby_answers_with_its_buttons(bench: Bench) -> None:
    bench.drill("en late-refund")
    bench.say("I'm sorry")
    bench.say("and now?", "m-2")
    assert "and now?" in bench.last and labels(bench.posts[-1]) == ["again", "next"]


def test_a_failure_is_told(bench: Bench) -> None:
    bench.say("raise")
    assert "Something on our side" in bench.last


def test_people_are_made_once_and_keep_no_password(bench: Bench) -> None:
    bench.say("hello")
    bench.say("hello again", "m-2")
    with Unit(bench.engine) as unit:
        person = unit.people.by_login("slack-t1-u1")
    assert person and (person.name, person.role, person.team, person.password) == ("Ana <3", "agent", "slack-t1", None)
    assert len(bench.slack.of("users.info")) == 1


def test_the_language_follows_slack(bench: Bench) -> None:
    bench.say("hello")
    bench.slack.locales["U1"] = "fr-FR"
    bench.restart()
    bench.say("bonjour", "m-2")
    assert "fr: you said" in bench.last


def test_slack_not_saying_who_it_is_stops_nothing(bench: Bench) -> None:
    bench.slack.broken.add("users.info")
    bench.drill()
    assert bench.drills()[0].lang == "en"


def test_a_mention_in_a_channel_is_answered_aside(bench: Bench) -> None:
    bench.event({"type": "app_mention", "channel": "C9", "user": "U1", "text": "<@UBOT> hi", "ts": "1.1"})
    (aside,) = bench.slack.of("chat.postEphemeral")
    assert aside["channel"] == "C9" and "/drill" in aside["text"] and not bench.posts


def test_socket_mode_is_the_only_way_in(slack: FakeSlack, engine: Engine, keys: Keys) -> None:
    event = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": typed("hello", "m-1", "U1")}
    slack.envelopes = [{"type": "events_api", "envelope_id": "e-1", "payload": event}]
    given = keys(SLACK_APP_TOKEN="xapp-1", SLACK_SIGNING_SECRET="")
    door = open_door(given, engine, LIBRARY, RoomConversation(engine), lambda: NOW)
    assert door
    assert knock(door, b"{}") == 404

    async def visit(door: SlackDoor) -> None:
        await door.start()
        await asyncio.to_thread(slack.wait, "chat.postMessage")
        await asyncio.to_thread(slack.wait, "ack")
        await door.stop()

    asyncio.run(visit(door))
    assert slack.of("ack")[0]["envelope_id"] == "e-1" and len(slack.of("chat.postMessage")) == 1


def test_over_http_start_and_stop_do_nothing(bench: Bench) -> None:
    async def visit() -> None:
        await bench.door.start()
        await bench.door.stop()

    asyncio.run(visit())
    assert not bench.slack.calls
