"""The process of the web door. A composition root: `python -m bot.site`."""

from __future__ import annotations

import contextlib
import gc
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timezone

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from actions.storage.engine import open_engine
from actions.storage.library import Library, LibraryError
from bot import settings
from bot.conversation import Conversation
from bot.lrs.sender import Sender
from bot.slack.door import open_door
from bot.trackers import Trackers
from bot.web.app import create
from bot.web.room import Room
from nlu.contract import LANGS

log = logging.getLogger(__name__)


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(timezone.utc)


def build(chosen: settings.Settings) -> Starlette:
    """The web application with everything behind it."""
    engine = open_engine(chosen.database_url, chosen.sqlite_synchronous)
    library = Library(chosen.data_dir, chosen.scenarios_dir)
    conversation = Conversation(engine, chosen.rasa_url, chosen.rasa_token, now)
    trackers = Trackers(open_engine(chosen.tracker_url, chosen.sqlite_synchronous))
    slack = open_door(chosen, engine, library, conversation, now)
    sender = Sender(engine, library, chosen, now) if chosen.lrs_url else None

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        await run_in_threadpool(warm, library)
        if slack:
            await slack.start()
        if sender:
            await sender.start()
        yield
        if sender:
            await sender.stop()
        if slack:
            await slack.stop()
        await conversation.close()
        trackers.close()
        engine.dispose()

    app = create(Room(engine, library, conversation, chosen, now, trackers, slack.asgi if slack else None))
    app.router.lifespan_context = life
    return app


def warm(library: Library) -> None:
    """Read what every visit needs before the first one comes.

    It stays for good: the garbage collector, which would stop a page now and then to look through it, need not.
    """
    for lang in LANGS:
        try:
            library.scenarios(lang)
        except LibraryError as error:
            log.error("%s", error)
    gc.collect()
    gc.freeze()


def main() -> None:
    """Serve until stopped."""
    chosen = settings.load()
    logging.basicConfig(level=chosen.log_level)
    uvicorn.run(
        build(chosen),
        host=chosen.host,
        port=chosen.port,
        ws="none",  # we serve no websocket, and Rasa holds that library at a version too old for uvicorn
        log_level=chosen.log_level.lower(),
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
