"""A full turn of ours beside a turn of the bot that `rasa init` makes: both up, turns interleaved drill by drill.

Writes docs/performance.md. Bars: turn p50 ≤ 2.5 × bare, p95 ≤ 3 ×, start ≤ 1 ×, memory of the Rasa process ≤ 0.9 ×.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
import shutil
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import cycle, islice
from pathlib import Path

import httpx
import psutil

from actions.storage.engine import open_engine
from actions.storage.library import Library
from actions.storage.records import Person
from actions.storage.unit import Unit
from bench import engine as engine_of
from bench import pages, place, scorer
from bot import accounts, database, launcher, model, settings
from bot.conversation import Conversation

TURNS, PER_DRILL, WARM = 200, 12, 24
PAGE = settings.ROOT / "docs" / "performance.md"
REPLIES = settings.ROOT / "bench" / "replies.txt"
SMALL_TALK = ("hi", "I am sad", "yes", "no", "are you a bot?", "bye", "I'm great", "hello there")


@dataclass
class Side:
    """What was measured of one of the two."""

    start: float = 0.0
    memory: dict[str, float] = field(default_factory=dict)
    turns: list[float] = field(default_factory=list)

    def at(self, share: float) -> float:
        """A percentile of the turns, in milliseconds."""
        return 1000 * statistics.quantiles(self.turns, n=100, method="inclusive")[round(share * 100) - 1]


def main() -> None:
    """Measure and write the page."""
    folder = Path(tempfile.mkdtemp(prefix="visavis-bench-"))
    try:
        page = asyncio.run(_measure(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    page = "\n".join([page, *pages.lines(pages.measure()), ""])
    PAGE.write_text(page, encoding="utf-8")
    print(page)


async def _measure(folder: Path) -> str:
    bare, ours = Side(), Side()
    chosen = settings.load(place.environment(folder / "var"))
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(_bare(folder / "bare", bare))
        engine = open_engine(chosen.database_url)
        database.migrate(engine)
        stack.enter_context(_ours(chosen, ours))
        person = accounts.create(engine, "bench", "Bench", "agent", "bench", "fr", None, datetime.now(timezone.utc))
        talk = Conversation(engine, chosen.rasa_url, chosen.rasa_token, lambda: datetime.now(timezone.utc))
        replies = cycle(REPLIES.read_text(encoding="utf-8").splitlines())
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            while len(ours.turns) < TURNS + WARM:
                bare.turns += await _chat(client, islice(cycle(SMALL_TALK), PER_DRILL))
                ours.turns += await _drill(talk, person, list(islice(replies, PER_DRILL)))
        await talk.close()
        with Unit(engine) as unit:
            assert unit.drills.of_person(person.id), "no drill was written"
        engine.dispose()
    bare.turns, ours.turns = bare.turns[WARM : WARM + TURNS], ours.turns[WARM : WARM + TURNS]
    library = Library(chosen.data_dir)
    return _page(bare, ours, scorer.measure(), engine_of.measure(library.scenario(library.slugs()[0], "fr")))


async def _chat(client: httpx.AsyncClient, texts: Iterator[str]) -> list[float]:
    sender, taken = uuid.uuid4().hex, []
    for text in texts:
        began = time.perf_counter()
        answer = await client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
        answer.raise_for_status()
        taken.append(time.perf_counter() - began)
    return taken


async def _drill(talk: Conversation, person: Person, replies: list[str]) -> list[float]:
    taken: list[float] = []
    drill_id, over = "", True
    for text in replies:
        if over:
            drill_id = await talk.begin(person, "late-refund", "fr", "calm", "bench")
        began = time.perf_counter()
        entry = await talk.reply(person, drill_id, text, uuid.uuid4().hex)
        taken.append(time.perf_counter() - began)
        over = bool(entry.reaction and entry.reaction.over)
    return taken


@contextlib.contextmanager
def _bare(folder: Path, side: Side) -> Iterator[int]:
    (folder / "bot").mkdir(parents=True)
    quiet = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2"}
    with (folder / "log.txt").open("wb") as log:
        print("training the bare bot…", flush=True)
        subprocess.run(
            model.rasa("init", "--no-prompt", "--init-dir", str(folder / "bot")),
            stdout=log, stderr=log, env=quiet, check=True, cwd=folder,
        )  # fmt: skip
        port = place.free()
        (folder / "bot" / "credentials.yml").write_text("rest:\n")
        began = time.monotonic()
        process = subprocess.Popen(
            model.rasa("run", "--port", str(port), "--interface", "127.0.0.1"),
            cwd=folder / "bot", stdout=log, stderr=log, env=quiet, start_new_session=True,
        )  # fmt: skip
        try:
            _until(f"http://127.0.0.1:{port}/webhooks/rest/", process)
            side.start = time.monotonic() - began
            yield port
            side.memory["rasa"] = _resident(process)
        finally:
            process.terminate()
            process.wait(20)


@contextlib.contextmanager
def _ours(chosen: settings.Settings, side: Side) -> Iterator[None]:
    archive = model.path(chosen)
    logs = chosen.var_dir / "logs"
    logs.mkdir()
    if not archive.exists():
        model.train(chosen, logs / "train.log")
    with contextlib.ExitStack() as stack:
        began = time.monotonic()
        running = {
            server: stack.enter_context(launcher.started(server, chosen, logs))
            for server in launcher.servers(chosen, archive)
        }
        launcher.wait(running, archive, lambda message: None)
        side.start = time.monotonic() - began
        yield
        side.memory = {server.name: _resident(process) for server, process in running.items()}


def _until(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            raise RuntimeError("the bare bot stopped; its log has the reason")
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(address, timeout=1).status_code == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the bare bot did not answer in two minutes")


def _resident(process: subprocess.Popen[bytes]) -> float:
    family = psutil.Process(process.pid)
    return float(sum(member.memory_info().rss for member in [family, *family.children(recursive=True)]) / 1e6)


def _page(bare: Side, ours: Side, alone: scorer.Figures, customer: dict[str, float]) -> str:
    def row(name: str, left: float, right: float, bar: str, unit: str) -> str:
        return f"| {name} | {left:.1f} {unit} | {right:.1f} {unit} | {right / left:.2f} × | {bar} |"

    others = ", ".join(f"{name} {size:.0f} MB" for name, size in ours.memory.items() if name != "rasa")
    lines = [
        "# Performance\n",
        f"Made by `make bench`: {TURNS} turns each in conversations of {PER_DRILL}, after {WARM} to warm up, both bots",
        f"up and taking turns, {os.cpu_count()} cores, Python {platform.python_version()}. A turn of ours goes through",
        "the door: perceive, decide, store, answer. The bare bot is what `rasa init` makes.\n",
        "| | bare | Vis-à-vis | ratio | bar |",
        "|---|---|---|---|---|",
        row("turn p50", bare.at(0.50), ours.at(0.50), "≤ 2.5 ×", "ms"),
        row("turn p95", bare.at(0.95), ours.at(0.95), "≤ 3 ×", "ms"),
        row("start", bare.start, ours.start, "≤ 1 ×", "s"),
        row("memory of the Rasa process", bare.memory["rasa"], ours.memory["rasa"], "≤ 0.9 ×", "MB"),
        f"\nOther processes of ours: {others}.",
        f"\nThe customer alone: its state after {engine_of.REPLIES} replies, computed from nothing, takes",
        f"{customer['p50']:.1f} ms at p50 and {customer['p95']:.1f} ms at p95 (bar: 5 ms).",
        "\n## The scorer alone\n",
        f"`visavis score` on the {alone.replies} replies of the test split, each with its customer's line.\n",
        "| | measured | bar |",
        "|---|---|---|",
        f"| one reply, p50 | {alone.median:.1f} ms | ≤ 14 ms |",
        f"| one reply, p95 | {alone.p95:.1f} ms | |",
        f"| replies a second | {alone.rate:.0f} | ≥ 70 |",
        f"| a reply of 2,000 characters, p50 | {alone.longest:.0f} ms | ≤ 80 ms |",
        f"| memory beyond TensorFlow, transformers and spaCy | {alone.memory:.0f} MB | ≤ 250 MB |",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
