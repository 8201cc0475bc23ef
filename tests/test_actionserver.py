"""bot/actionserver.py: closed to anyone without the secret."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from sanic import Sanic

from actions import room
from bot.actionserver import HEADER, build

# rasa-sdk's listeners open its tracing: not needed when Sanic is called in this process.
pytestmark = pytest.mark.filterwarnings("ignore:You have set a listener:UserWarning")
SECRET = "only Rasa knows"
TRACKER: dict[str, Any] = {
    "sender_id": "d", "slots": {}, "latest_message": {"text": "mon secret à moi", "intent": {"name": "thank"}},
    "events": [], "paused": False, "active_loop": {}, "latest_action_name": "action_listen",
}  # fmt: skip


@pytest.fixture
async def client(serve: Callable[[Sanic], Awaitable[httpx.AsyncClient]]) -> httpx.AsyncClient:
    """The action server, called in this process; nobody opened the room."""
    room._open.clear()
    return await serve(build(SECRET))


def call(action: str, **changes: Any) -> dict[str, Any]:
    """What Rasa sends."""
    return {
        "next_action": action,
        "sender_id": "d",
        "tracker": {**TRACKER, **changes},
        "domain": {},
        "version": "3.6.21",
    }


async def test_health_is_open(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health")).status_code == 200


@pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: "guess"}, {HEADER: SECRET.upper()}])
@pytest.mark.parametrize("path", ["/webhook", "/actions", "/nowhere"])
async def test_everything_else_is_not(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> None:
    answer = await client.post(path, json=call("action_help"), headers=headers)
    assert answer.status_code in (401, 404, 405)
    assert "mon secret" not in answer.text and answer.status_code != 200
    if path == "/webhook":
        assert answer.status_code == 401


async def test_rasa_is_answered(client: httpx.AsyncClient) -> None:
    answer = await client.post("/webhook", json=call("action_help"), headers={HEADER: SECRET})
    assert answer.status_code == 200
    # Nobody opened the room: the adapter says so instead of falling silent.
    assert answer.json()["responses"][0]["custom"] == {"type": "notice", "code": "failed"}


async def test_an_error_tells_nothing_of_the_tracker(client: httpx.AsyncClient) -> None:
    answer = await client.post("/webhook", content=b"{", headers={HEADER: SECRET})
    assert answer.status_code == 500 and set(answer.json()) == {"error"}
    answer = await client.post("/webhook", json=call("action_nobody_wrote"), headers={HEADER: SECRET})
    assert answer.status_code >= 400 and "mon secret" not in answer.text
