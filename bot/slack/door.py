"""Opens the Slack door: Bolt verifies who speaks, acknowledges at once, and we answer in the private conversation."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any, Protocol

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond
from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from actions.storage.library import Library
from actions.storage.records import Person
from bot.conversation import Conversation
from bot.slack import blocks, markup
from bot.slack.blocks import Message
from bot.slack.people import People
from bot.slack.practice import Practice

log = logging.getLogger(__name__)

TYPED = (None, "file_share", "thread_broadcast", "me_message")
"""Kinds of message that a person has just typed; the others tell of edits, deletions and bots."""


class Keys(Protocol):
    """The settings this door depends on; see `bot.settings.TABLE`."""

    @property
    def slack_bot_token(self) -> str: ...

    @property
    def slack_signing_secret(self) -> str: ...

    @property
    def slack_app_token(self) -> str: ...

    @property
    def slack_api_url(self) -> str: ...


class SlackDoor:
    """`asgi` takes Slack's requests at `/events`; in Socket Mode it takes none, and `start` calls Slack instead."""

    def __init__(self, app: AsyncApp, practice: Practice, people: People, app_token: str = "") -> None:
        """Wire the listeners of `app`; with `app_token`, Socket Mode is the only way in."""
        self._app = app
        self._client = app.client
        self._practice = practice
        self._people = people
        self._running: set[asyncio.Task[Any]] = set()
        self._app_token = app_token
        self._socket: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._handler = AsyncSlackRequestHandler(app)
        # Without a signing secret anybody could sign, so over HTTP there is nothing to knock at.
        self.asgi = Starlette(routes=[] if app_token else [Route("/events", self._events, methods=["POST"])])
        self._listen()

    async def start(self) -> None:
        """Call Slack in Socket Mode, until it answers; the other doors don't wait. Over HTTP there is nothing to do."""
        if self._app_token:
            self._socket = AsyncSocketModeHandler(self._app, self._app_token)
            self._connecting = asyncio.create_task(self._socket.connect_async())

    async def stop(self) -> None:
        """Let go of the connection, then finish the answers under way."""
        if self._connecting:
            self._connecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._connecting
        if self._socket:
            await self._socket.close_async()
        await self.settle()

    async def settle(self) -> None:
        """Wait until everything that was acknowledged is answered."""
        await asyncio.sleep(0)  # Bolt acknowledges an event just before its listener starts
        while self._running:
            await asyncio.wait(self._running)

    def _listen(self) -> None:
        self._app.command("/drill")(self._command)
        self._app.event("message")(self._message)
        self._app.event("app_mention")(self._mention)
        for name in ("again", "next", "stop", "hint", "resend"):
            self._app.action(name)(self._click)

    async def _events(self, request: Request) -> Response:
        try:
            answer: Response = await self._handler.handle(request)
            return answer
        except UnicodeDecodeError:
            return PlainTextResponse("Not UTF-8.", status_code=400)

    async def _command(
        self, ack: AsyncAck, respond: AsyncRespond, context: AsyncBoltContext, command: dict[str, Any]
    ) -> None:
        await ack()
        person = await self._answer(context, lambda person: self._practice.start(person, command.get("text", "")))
        if person and not command["channel_id"].startswith("D"):
            await respond(self._practice.say(person.lang).say("private"))

    async def _message(self, context: AsyncBoltContext, event: dict[str, Any]) -> None:
        if event.get("channel_type") != "im" or event.get("bot_id") or event.get("subtype") not in TYPED:
            return
        thread = event.get("thread_ts")
        text, message_id = markup.typed(event.get("text") or ""), event.get("client_msg_id") or event["ts"]

        async def hear(person: Person) -> Message | None:
            drill_id = await self._about(event["channel"], thread) if thread else None
            return await self._practice.hear(person, text, message_id, drill_id)

        await self._answer(context, hear, event["channel"], thread)

    async def _mention(self, context: AsyncBoltContext, event: dict[str, Any]) -> None:
        with self._tracked():
            person = await self._people.find(str(context.team_id), str(context.user_id))
            said = self._practice.say(person.lang).say("mentioned")
            await self._client.chat_postEphemeral(channel=event["channel"], user=str(context.user_id), text=said)

    async def _click(
        self, ack: AsyncAck, context: AsyncBoltContext, body: dict[str, Any], action: dict[str, Any]
    ) -> None:
        await ack()
        channel, thread = body.get("channel", {}).get("id"), body.get("message", {}).get("thread_ts")
        drill_id, message_id = str(action.get("value")), f"{action['action_id']}-{action['action_ts']}"

        def act(person: Person) -> Awaitable[Message]:
            match action["action_id"]:
                case "again":
                    return self._practice.again(person, drill_id, message_id, thread is not None)
                case "next":
                    return self._practice.next(person, drill_id)
                case "stop":
                    return self._practice.stop(person, drill_id, message_id)
                case "hint":
                    return self._practice.hint(person, drill_id, message_id)
                case _:
                    return self._practice.resend(person, drill_id)

        # The next customer opens a conversation of their own.
        await self._answer(context, act, channel, None if action["action_id"] == "next" else thread)

    async def _answer(
        self,
        context: AsyncBoltContext,
        work: Callable[[Person], Awaitable[Message | None]],
        channel: str | None = None,
        thread: str | None = None,
    ) -> Person | None:
        """Do `work` for the person who speaks and post what it gives, privately; a failure is told, never silent."""
        user = str(context.user_id)
        with self._tracked():
            try:
                person = await self._people.find(str(context.team_id), user)
                async with self._practice.lock(person):
                    message = await work(person)
                    if message:
                        # Posting to a member opens the private conversation: no scope beyond chat:write.
                        await self._post(channel or user, message, thread)
                return person
            except Exception:  # whatever broke, the agent must hear of it
                log.exception("Slack: %s got no answer", user)
                await self._sorry(context, channel or user, thread)
                return None

    async def _sorry(self, context: AsyncBoltContext, channel: str, thread: str | None) -> None:
        with contextlib.suppress(Exception):  # when even this fails the log has said why
            person = await self._people.find(str(context.team_id), str(context.user_id))
            await self._post(channel, blocks.notice(self._practice.say(person.lang), "trouble"), thread)

    async def _post(self, channel: str, message: Message, thread: str | None) -> None:
        await self._client.chat_postMessage(
            channel=channel, text=message.text, blocks=list(message.blocks), thread_ts=thread, unfurl_links=False
        )

    async def _about(self, channel: str, thread: str) -> str | None:
        """Which drill a thread is about, read from the message at its head."""
        try:
            found = await self._client.conversations_replies(channel=channel, ts=thread, limit=1)
        except SlackClientError as error:
            log.warning("Slack: a thread could not be read: %s", error)
            return None
        heads = found.get("messages") or [{}]
        return blocks.about(heads[0].get("blocks") or ())

    @contextlib.contextmanager
    def _tracked(self) -> Iterator[None]:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            yield
        finally:
            self._running.discard(task)


def open_door(
    settings: Keys, engine: Engine, library: Library, conversation: Conversation, clock: Callable[[], datetime]
) -> SlackDoor | None:
    """The door, or None (and a line in the log) when the settings leave it closed."""
    missing = "SLACK_BOT_TOKEN" if not settings.slack_bot_token else "SLACK_SIGNING_SECRET or SLACK_APP_TOKEN"
    if not settings.slack_bot_token or not (settings.slack_signing_secret or settings.slack_app_token):
        log.warning("Slack door closed: set %s to open it (docs/slack.md).", missing)
        return None
    client = AsyncWebClient(token=settings.slack_bot_token, base_url=settings.slack_api_url or AsyncWebClient.BASE_URL)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    app = AsyncApp(client=client, signing_secret=settings.slack_signing_secret)
    practice, people = Practice(engine, library, conversation, clock), People(engine, client, clock)
    return SlackDoor(app, practice, people, settings.slack_app_token)
