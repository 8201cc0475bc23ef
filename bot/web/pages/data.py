"""My data: everything in one file, the replies in a table, and all of it erased at once."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from actions.coaching import customer
from actions.coaching.drill import Entry, live
from actions.coaching.note import telling
from actions.storage import editions
from actions.storage.engine import settle
from actions.storage.library import Library, LibraryError
from actions.storage.records import Drill
from actions.storage.unit import Unit
from bot.web.i18n import Voice
from bot.web.visit import Visit
from nlu.contract import EMPATHY, TONE, Assessment, Lang

EVERY = 1_000_000
"""Drills of one person: all of them."""
SEPARATOR: dict[Lang, str] = {"fr": ";", "en": ","}
"""Spreadsheet programs take the list separator of their country: in French it is `;`, for `,` parts decimals there."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so would be run by a spreadsheet program (OWASP, CSV injection)."""
LEVELS = ("empathy", *EMPATHY, "tone", *TONE)


async def export_json(visit: Visit) -> Response:
    """Every row about me, as it is stored, table by table."""
    person, say = visit.someone.id, visit.voice.say
    rows = await visit.unit(lambda unit: unit.belongings.of_person(person))
    at = visit.room.clock()
    body = {"about": say("export.about"), "exported_at": at, **rows}
    plain = json.dumps(body, ensure_ascii=False, indent=1, default=_plain)
    return _file(plain.encode(), "application/json", f"visavis-{at.date()}.json")


async def export_csv(visit: Visit) -> Response:
    """Every reply of mine, one a line, for a spreadsheet program."""
    person, library, voice = visit.someone.id, visit.room.library, visit.voice
    lines = await visit.unit(lambda unit: _sheet(unit, library, voice, person))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SEPARATOR[voice.lang])
    writer.writerows([_cell(value) for value in line] for line in lines)
    name = f"visavis-{visit.room.clock().date()}.csv"
    return _file(text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", name)


async def show(visit: Visit) -> Response:
    """What would be gone."""
    return await _page(visit)


async def erase(visit: Visit) -> Response:
    """Erase my practice, wherever it is kept."""
    if await visit.field("sure") != "yes":
        return await _page(visit, 422, refused="unsure")
    try:
        await forget(visit)
    except SQLAlchemyError:
        return await _page(visit, 503, refused="failed")
    return visit.go("/me/erase")


async def forget(visit: Visit) -> None:
    """Erase the practice of whoever asks. What Rasa remembers goes first: should it fail, nothing is lost yet and its
    ids are still known. Raises sqlalchemy.exc.SQLAlchemyError.
    """
    person = visit.someone.id
    drills = await visit.unit(lambda unit: unit.belongings.drills(person))
    await run_in_threadpool(visit.room.trackers.forget, person, drills)
    await visit.unit(lambda unit: unit.belongings.erase(person))
    await run_in_threadpool(settle, visit.room.engine)


async def _page(visit: Visit, status: int = 200, refused: str = "") -> Response:
    person = visit.someone.id

    def work(unit: Unit) -> tuple[dict[str, int], bool]:
        slack = any(drill.door == "slack" for drill in unit.drills.of_person(person, EVERY))
        return unit.belongings.count(person), slack

    count, slack = await visit.unit(work)
    return visit.show("erase.html", status, count=count, slack=slack, refused=refused)


def _sheet(unit: Unit, library: Library, voice: Voice, person: str) -> list[Sequence[Any]]:
    """The head of the table, then a line for every reply, oldest drill first."""
    labels, titles = library.read(f"coach/{voice.lang}.yml")["labels"], library.titles(voice.lang)
    rows = unit.belongings.of_person(person)
    at = {row["id"]: row["created_at"] for row in rows["turns"]}
    heads = ("date", "scenario", "lang", "difficulty", "position", "state", "line", "reply", "answer", "score")
    levels = [labels["dimensions"][name] for name in LEVELS]
    lines: list[Sequence[Any]] = [
        [*map(voice.say, (f"csv.{name}" for name in heads)), *levels, voice.say("csv.helped"), voice.say("csv.about")]
    ]
    for drill in reversed(unit.drills.of_person(person, EVERY)):
        log = unit.turns.entries(drill.id)
        counts = {entry.id for entry in live(log)}
        for line, entry in _heard(log, _opening(unit, library, drill)):
            state = voice.say("csv.live" if entry.id in counts else "csv.taken_back")
            lines.append(
                [
                    f"{at[entry.id]:%Y-%m-%d %H:%M}",
                    titles.get(drill.scenario, drill.scenario),
                    drill.lang,
                    voice.say(f"difficulty.{drill.difficulty}"),
                    entry.position,
                    state,
                    line,
                    entry.text,
                    entry.reaction.line if entry.reaction else "",
                    *_judged(entry.assessment, labels["strategies"]),
                    voice.say("csv.simulated"),
                ]
            )
    return lines


def _heard(log: Sequence[Entry], opening: str) -> Iterator[tuple[str, Entry]]:
    """Every reply of the log with the customer's words that it answers."""
    branch: list[Entry] = []
    for entry in log:
        if entry.kind in ("reply", "replay"):
            del branch[entry.position - 1 :]
        if entry.kind == "reply":
            last = branch[-1].reaction if branch else None
            yield (last.line if last else opening), entry
            branch.append(entry)


def _opening(unit: Unit, library: Library, drill: Drill) -> str:
    try:
        scenario = editions.of(unit, library, drill).scenario
    except LibraryError:
        return ""  # nothing tells any more how it began
    return customer.begin(scenario, drill.difficulty, drill.seed).line


def _judged(assessment: Assessment | None, labels: dict[str, str]) -> list[Any]:
    """The score, the levels and what helped."""
    if assessment is None:
        return [""] * (len(LEVELS) + 2)
    empathy, tone = assessment.empathy, assessment.tone
    levels = [empathy.get("level"), *map(empathy.get, EMPATHY), tone.get("level"), *map(tone.get, TONE)]
    told = (one for one in assessment.markers if one.polarity > 0 and telling(assessment, one))
    helped = dict.fromkeys(labels.get(one.strategy, one.strategy) for one in told)
    return [assessment.score, *levels, ", ".join(helped)]


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _plain(value: Any) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an export")


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
