"""bot/site.py: the sender lives and dies with the web door, when there is a store to tell."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from pathlib import Path

import pytest
import uvicorn

from bot import site
from bot.settings import load
from tests.lrs.conftest import Stage
from tests.lrs.store import KEY, SECRET, Store


async def test_the_web_door_tells_a_store_over_http(stage: Stage, tmp_path: Path) -> None:
    """The settings, the lifespan and a store on a real socket."""
    heard = asyncio.Event()
    stage.store.told = heard.set
    stage.clock.now = datetime(2020, 1, 1, tzinfo=timezone.utc)  # the door's own clock is the real one
    drill_id = stage.quick()
    async with served(stage.store) as url:
        chosen = load(
            {
                "VAR_DIR": str(tmp_path), "DATABASE_URL": str(stage.room.engine.url), "PUBLIC_URL": "https://room.example/",
                "LRS_URL": f"{url}/xapi/", "LRS_KEY": KEY, "LRS_SECRET": SECRET,
            }, tmp_path,
        )  # fmt: skip
        app = site.build(chosen)
        async with app.router.lifespan_context(app):
            await asyncio.wait_for(heard.wait(), 10)
    assert stage.store.verbs() == ["initialized", "completed", "terminated"]
    assert {one["context"]["registration"] for one in stage.store.kept.values()} == {drill_id}


@pytest.mark.parametrize(("url", "tasks"), [("", 0), ("http://127.0.0.1:9/xapi", 1)])
async def test_without_a_store_nobody_sends(stage: Stage, tmp_path: Path, url: str, tasks: int) -> None:
    chosen = load({"VAR_DIR": str(tmp_path), "DATABASE_URL": str(stage.room.engine.url), "LRS_URL": url}, tmp_path)
    app, before = site.build(chosen), asyncio.all_tasks()
    async with app.router.lifespan_context(app):
        assert len(asyncio.all_tasks() - before) == tasks


@asynccontextmanager
async def served(store: Store) -> AsyncIterator[str]:
    """The store on a free port of loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(store.app, log_level="error", ws="none", lifespan="off"))
        task = asyncio.create_task(server.serve([listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await task
