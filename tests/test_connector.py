"""bot/connector.py and bot/trackerstore.py: what we plug into Rasa, without a Rasa server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.domain import Domain
from sanic import Sanic
from sqlalchemy import text
from sqlalchemy.pool import QueuePool

from bot import token
from bot.connector import PAYLOADS, Connector, read
from bot.trackerstore import PooledTrackerStore

SECRET = "a secret of at least thirty-two bytes, for tests"
SPEAKER = token.Speaker("person-camille", "drill-1")
Serve = Callable[[Sanic], Awaitable[httpx.AsyncClient]]


def test_a_text() -> None:
    message = read({"text": "Bonjour 😀", "message_id": "m1"}, SPEAKER)
    assert message is not None
    assert (message.text, message.sender_id, message.input_channel) == ("Bonjour 😀", "drill-1", "visavis")
    assert message.message_id == "m1"
    assert message.metadata == {"person": "person-camille", "message_id": "m1", "facts": {}}


@pytest.mark.parametrize("payload", sorted(PAYLOADS))
def test_a_payload(payload: str) -> None:
    message = read({"payload": payload, "message_id": "m1", "facts": {"position": 2}}, SPEAKER)
    assert message is not None and message.text == f"/{payload}"
    assert message.metadata["facts"] == {"position": 2}


def test_the_body_does_not_choose_the_sender() -> None:
    body = {"text": "Bonjour", "sender": "drill-2", "sender_id": "drill-2", "metadata": {"person": "somebody"}}
    message = read(body, SPEAKER)
    assert message is not None
    assert (message.sender_id, message.metadata["person"]) == ("drill-1", "person-camille")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": " \u00a0\n"},
        {"text": None},
        {"text": 3},
        {"text": ["Bonjour"]},
        {"text": "/restart"},
        {"text": ' \u00a0/finish{"role": "lead"}'},
        {"text": "/begin"},
        {"payload": "restart"},
        {"payload": "begin{}"},
        {"payload": "/begin"},
        {"payload": None},
        {"payload": ["begin"]},
        {"payload": {"begin": 1}},
    ],
)
def test_neither_a_text_nor_a_payload_we_know(body: dict[str, Any]) -> None:
    assert read(body, SPEAKER) is None


@pytest.mark.parametrize("credentials", [None, {}, {"secret": ""}])
def test_no_secret_no_channel(credentials: dict[str, Any] | None) -> None:
    with pytest.raises(Exception, match="credentials"):
        Connector.from_credentials(credentials)


class Door:
    """The routes of the connector, called in this process; `ready` is what Rasa says of its model."""

    def __init__(self, serve: Serve, ready: bool | None = True) -> None:
        self.heard: list[UserMessage] = []
        self.serve = serve
        self.app = Sanic("visavis-connector", configure_logging=False)
        routes = Connector.from_credentials({"secret": SECRET}).blueprint(self.take)
        self.app.blueprint(routes, url_prefix="/webhooks/visavis")
        if ready is not None:
            self.app.ctx.agent = SimpleNamespace(is_ready=lambda: ready)

    async def take(self, message: UserMessage) -> None:
        """What Rasa does with a message."""
        self.heard.append(message)
        await message.output_channel.send_custom_json(message.sender_id, {"type": "customer", "line": "Allô ?"})

    async def health(self) -> httpx.Response:
        """Ask how Rasa is."""
        return await (await self.serve(self.app)).get("/webhooks/visavis/health")

    async def post(self, body: Any, signed: str | None) -> httpx.Response:
        """Send a turn."""
        headers = {"Authorization": f"Bearer {signed}"} if signed is not None else {}
        return await (await self.serve(self.app)).post("/webhooks/visavis/turn", json=body, headers=headers)


def signed(seconds: int = 0, secret: str = SECRET) -> str:
    """A token made so many seconds ago."""
    return token.sign(SPEAKER, secret, datetime.now(timezone.utc) - timedelta(seconds=seconds))


@pytest.mark.parametrize("ready, status", [(True, 200), (False, 503), (None, 503)])
async def test_health_says_whether_the_model_is_loaded(serve: Serve, ready: bool | None, status: int) -> None:
    answer = await Door(serve, ready).health()
    assert (answer.status_code, answer.json()) == (status, {"ready": status == 200})


async def test_a_turn(serve: Serve) -> None:
    door = Door(serve)
    answer = await door.post({"text": "Bonjour", "message_id": "m1"}, signed())
    assert answer.status_code == 200
    assert answer.json() == [{"recipient_id": "drill-1", "custom": {"type": "customer", "line": "Allô ?"}}]
    assert [message.text for message in door.heard] == ["Bonjour"]


@pytest.mark.parametrize(
    "given",
    [None, "", "nonsense", signed(120), signed(secret="x" * 40)],
    ids=["none", "empty", "nonsense", "stale", "not ours"],
)
async def test_no_fresh_token_no_turn(serve: Serve, given: str | None) -> None:
    door = Door(serve)
    answer = await door.post({"text": "Bonjour"}, given)
    assert answer.status_code == 401 and door.heard == []


@pytest.mark.parametrize("body", [{"text": "/restart"}, [], "Bonjour", None, 3])
async def test_nothing_we_know(serve: Serve, body: Any) -> None:
    door = Door(serve)
    answer = await door.post(body, signed())
    assert answer.status_code == 400 and door.heard == []


def test_the_tracker_store_runs_on_our_engine(tmp_path: Path) -> None:
    store = PooledTrackerStore(Domain.empty(), f"sqlite:///{tmp_path}/rasa.db")
    assert isinstance(store.engine.pool, QueuePool)
    with store.session_scope() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert session.execute(text("SELECT count(*) FROM events")).scalar() == 0
    store.engine.dispose()
