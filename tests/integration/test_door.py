"""The inner doors: loopback only, closed to whoever lacks the token or the secret, and no other channel open."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest

from actions.storage.records import Person
from bot import token
from bot.actionserver import HEADER
from bot.conversation import Conversation
from tests.integration.room import BEHIND_THE_DOOR, Room, listening, now

TURN = "/webhooks/visavis/turn"
BODY = {"text": "Bonjour, je vous écoute.", "message_id": "m-1"}


@pytest.fixture
async def rasa(room: Room) -> AsyncIterator[httpx.AsyncClient]:
    """A stranger in front of the Rasa server."""
    async with httpx.AsyncClient(base_url=room.settings.rasa_url, timeout=20) as client:
        yield client


@pytest.fixture
async def actions(room: Room) -> AsyncIterator[httpx.AsyncClient]:
    """A stranger in front of the action server."""
    async with httpx.AsyncClient(base_url=room.settings.action_url, timeout=20) as client:
        yield client


def bearer(signed: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {signed}"}


def signed(room: Room, conversation: str) -> str:
    """A good token."""
    return token.sign(token.Speaker(room.person.id, conversation), room.settings.rasa_token, now())


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer"}, bearer("nonsense"), {"Authorization": "Basic eA=="}]
)
async def test_no_token_no_turn(rasa: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await rasa.post(TURN, json=BODY, headers=headers)).status_code == 401


async def test_a_token_of_another_secret_is_refused(room: Room, rasa: httpx.AsyncClient) -> None:
    other = token.sign(token.Speaker(room.person.id, "a-drill"), "another secret, as long as the real one is", now())
    assert (await rasa.post(TURN, json=BODY, headers=bearer(other))).status_code == 401


async def test_an_expired_token_is_refused(room: Room, rasa: httpx.AsyncClient) -> None:
    past = now() - timedelta(seconds=token.SECONDS + 5)
    stale = token.sign(token.Speaker(room.person.id, "a-drill"), room.settings.rasa_token, past)
    assert (await rasa.post(TURN, json=BODY, headers=bearer(stale))).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "p", "conversation": "d", "aud": "rasa"},
        {"sub": "p", "conversation": "d", "aud": "web", "exp": 4102444800},
        {"sub": "p", "aud": "rasa", "exp": 4102444800},
        {"conversation": "d", "aud": "rasa", "exp": 4102444800},
    ],
    ids=["for ever", "for another door", "for no conversation", "for nobody"],
)
async def test_a_token_must_say_everything(room: Room, rasa: httpx.AsyncClient, claims: dict[str, Any]) -> None:
    made = jwt.encode(claims, room.settings.rasa_token, algorithm="HS256")
    assert (await rasa.post(TURN, json=BODY, headers=bearer(made))).status_code == 401


async def test_an_unsigned_token_is_refused(rasa: httpx.AsyncClient) -> None:
    claims = {"sub": "p", "conversation": "d", "aud": "rasa", "exp": 4102444800}
    assert (
        await rasa.post(TURN, json=BODY, headers=bearer(jwt.encode(claims, "", algorithm="none")))
    ).status_code == 401


async def test_a_token_opens_its_own_conversation_only(
    room: Room, rasa: httpx.AsyncClient, conversation: Conversation, person: Person
) -> None:
    mine, other = [await conversation.begin(person, "late-refund", "fr", "calm", "web") for _ in range(2)]
    body = {**BODY, "sender": other, "sender_id": other, "conversation": other, "metadata": {"person": "somebody"}}
    answer = await rasa.post(TURN, json=body, headers=bearer(signed(room, mine)))
    assert answer.status_code == 200
    assert {message["recipient_id"] for message in answer.json()} == {mine}
    assert [entry.text for entry in room.log(mine)] == [BODY["text"]]
    assert room.log(other) == ()


async def test_the_person_of_a_drill_is_the_token_s(room: Room, rasa: httpx.AsyncClient) -> None:
    drill_id = str(uuid.uuid4())
    facts = {"scenario": "late-refund", "lang": "fr", "difficulty": "calm", "person": "somebody", "role": "lead"}
    body = {"payload": "begin", "message_id": drill_id, "facts": facts, "person": "somebody"}
    assert (await rasa.post(TURN, json=body, headers=bearer(signed(room, drill_id)))).status_code == 200
    assert room.drill(drill_id).person_id == room.person.id


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"payload": "restart"},
        {"payload": "/begin"},
        {"payload": ["begin"]},
        {"payload": {"name": "begin"}},
        {"text": ""},
        {"text": "   "},
        {"text": 3},
        {"text": "/restart"},
        {"text": '  /feedback{"rating": 5}'},
        {"text": "\u00a0/end_drill"},
    ],
)
async def test_only_texts_and_known_payloads_come_in(room: Room, rasa: httpx.AsyncClient, body: Any) -> None:
    answer = await rasa.post(TURN, json=body, headers=bearer(signed(room, "a-drill")))
    assert answer.status_code == 400


async def test_a_body_that_is_not_json_is_refused(room: Room, rasa: httpx.AsyncClient) -> None:
    answer = await rasa.post(TURN, content=b"{not json", headers=bearer(signed(room, "a-drill")))
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/webhooks/rest/webhook"),
        ("POST", "/webhooks/callback/webhook"),
        ("GET", "/socket.io/"),
        ("GET", "/webhooks/rest/"),
        ("GET", "/version"),
        ("GET", "/status"),
        ("GET", "/domain"),
        ("GET", "/conversations/a-drill/tracker"),
        ("POST", "/conversations/a-drill/tracker/events"),
        ("POST", "/conversations/a-drill/trigger_intent"),
        ("POST", "/model/parse"),
        ("POST", "/model/train"),
        ("PUT", "/model"),
    ],
)
async def test_rasa_s_own_ways_in_are_absent(rasa: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await rasa.request(method, path, json={"sender": "x", "message": "bonjour"} if method != "GET" else None)
    assert answer.status_code == 404


@pytest.mark.parametrize("secret", [None, b"", b"guess", "é".encode()], ids=["none", "empty", "guess", "not ASCII"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/webhook"), ("GET", "/actions"), ("GET", "/nowhere")])
async def test_the_action_server_answers_rasa_only(
    actions: httpx.AsyncClient, secret: bytes | None, method: str, path: str
) -> None:
    headers = {} if secret is None else {HEADER.encode(): secret}
    assert (await actions.request(method, path, headers=headers)).status_code == 401


async def test_an_error_of_the_action_server_tells_nothing(room: Room, actions: httpx.AsyncClient) -> None:
    secret = {HEADER: room.settings.action_token}
    call = {"next_action": "no_such_action", "tracker": {"sender_id": "my secret drill", "events": []}, "domain": {}}
    for body in (b"{not json", b"[]"):
        answer = await actions.post("/webhook", content=body, headers=secret)
        assert answer.status_code >= 400
        assert "Traceback" not in answer.text
    answer = await actions.post("/webhook", json=call, headers=secret)
    assert answer.status_code >= 400
    assert "my secret drill" not in answer.text


def test_both_servers_listen_on_loopback_only(room: Room) -> None:
    for name in BEHIND_THE_DOOR:
        assert listening(room.pid(name)) == {"127.0.0.1"}
