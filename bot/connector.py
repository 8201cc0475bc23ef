"""The one Rasa channel: loopback only, the sender taken from a signed token and never from the body."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import token
from bot.settings import SettingError

log = logging.getLogger(__name__)

Take = Callable[[UserMessage], Awaitable[Any]]
PAYLOADS = frozenset({"begin", "replay", "hint", "end_drill", "feedback"})


class Connector(InputChannel):  # type: ignore[misc]
    """`POST /webhooks/visavis/turn` takes `{"text"}` or `{"payload"}`, with `message_id` and `facts`."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    @classmethod
    def name(cls) -> str:
        """The channel's place in the address."""
        return "visavis"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> Connector:
        """Called by Rasa with what credentials.yml says."""
        if not credentials or not credentials.get("secret"):
            raise SettingError("credentials.yml gives the connector no secret: keep its line `secret: ${RASA_TOKEN}`.")
        return cls(credentials["secret"])

    def blueprint(self, on_new_message: Take) -> Blueprint:
        """The routes: `health` and `turn`."""
        routes = Blueprint("visavis", "visavis")

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            ready = bool(agent and agent.is_ready())
            return response.json({"ready": ready}, status=200 if ready else 503)

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            try:
                speaker = token.read(request.token or "", self._secret)
            except token.TokenError as error:
                return response.json({"error": f"This door needs a fresh token: {error}"}, status=401)
            message = read(request.json if isinstance(request.json, dict) else {}, speaker)
            if message is None:
                return response.json({"error": "Send a text, or a payload this room knows."}, status=400)
            await on_new_message(message)
            return response.json(message.output_channel.messages)

        return routes


def read(body: dict[str, Any], speaker: token.Speaker) -> UserMessage | None:
    """The message for Rasa, or None when the body holds neither a text nor a payload we know."""
    text, payload = body.get("text"), body.get("payload")
    if isinstance(payload, str) and payload in PAYLOADS:
        said = f"/{payload}"
    elif isinstance(text, str) and text.strip() and not text.lstrip().startswith("/"):
        said = text
    else:
        return None
    metadata = {"person": speaker.person, "message_id": body.get("message_id"), "facts": body.get("facts") or {}}
    return UserMessage(
        said,
        CollectingOutputChannel(),
        speaker.conversation,
        input_channel=Connector.name(),
        message_id=body.get("message_id"),
        metadata=metadata,
    )
