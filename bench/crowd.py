"""A database as a team leaves it after a year: every situation played once for good, then copied under new ids.

The replies are those of `replies.txt`, assessed by the scorer that ships, so that rows weigh what they weigh in use.
"""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import count, cycle
from typing import Any

from sqlalchemy import func, insert, literal, select
from sqlalchemy.engine import Connection, Engine

from actions import practice
from actions.room import Room
from actions.storage import tables
from actions.storage.library import Library
from actions.storage.records import Certificate, Feedback, Person
from actions.storage.unit import Unit
from bench import scorer
from bot import accounts
from bot.settings import ROOT
from nlu.contract import Assessment

TURNS, PEOPLE, YEAR = 50_000, 38, timedelta(days=365)
HEAVY, SHARED, SHOWN = 12, 5, 45
"""One drill in so many is the heavy agent's, is shared, is an example for the team."""
COPIES = 10_000
"""More drills than TURNS turns can make."""
TEAM, AGENT, LEAD, PASSWORD, STAGE = "bench", "heavy", "lead", "measured", "welcome"
REPLIES = ROOT / "bench" / "replies.txt"

Said = Sequence[tuple[str, Assessment]]


@dataclass(frozen=True)
class Crowd:
    """What the pages show, all of it of the agent who has most, and how much there is in all."""

    open: str
    done: str
    shared: str
    example: str
    stage: str
    turns: int
    drills: int
    mine: int


def heard() -> Said:
    """The replies, each with what the scorer perceives in it. Raises CalledProcessError when the scorer fails."""
    texts = REPLIES.read_text(encoding="utf-8").splitlines()
    lines = "\n".join(json.dumps({"id": place, "text": text, "lang": "fr"}) for place, text in enumerate(texts))
    scored = subprocess.run(scorer.VISAVIS, input=lines, capture_output=True, text=True, cwd=ROOT, check=True)
    told = map(json.loads, scored.stdout.splitlines())
    return [(text, Assessment.from_json({**one, "id": None})) for text, one in zip(texts, told, strict=True)]


def fill(engine: Engine, library: Library, said: Said) -> Crowd:
    """Fill an empty, migrated database until it holds TURNS turns."""
    now = datetime.now(timezone.utc)
    stage = Room(engine, library, lambda: now)
    team = [accounts.create(engine, f"agent-{n}", f"Agent {n}", "agent", TEAM, "fr", None, now) for n in range(PEOPLE)]
    heavy = accounts.create(engine, AGENT, "Camille", "agent", TEAM, "fr", PASSWORD, now)
    lead = accounts.create(engine, LEAD, "Sam", "lead", TEAM, "fr", PASSWORD, now)
    with Unit(engine) as unit:
        unit.people.choose(heavy.id, trade="shop")
        asked = now - timedelta(days=30)
        unit.assignments.add(lead, None, "late-refund", now.date() + timedelta(days=7), "", asked)
        unit.assignments.add(lead, heavy.id, "no-badge", now.date(), "", asked)
        unit.certificates.add(Certificate(heavy.id, STAGE, now))
    played = [_play(stage, slug, said) for slug in library.slugs()]
    running = _begin(stage, "late-refund", heavy.id, said[:6])
    with engine.begin() as connection:
        _multiply(connection, played, heavy, team, now)
        _comment(connection, lead, now)
    engine.dispose()  # what follows is another process
    return _seen(engine, heavy, running)


def _play(stage: Room, slug: str, said: Said) -> str:
    """One drill to its end, with a word of help, a moment taken back and how it was lived; its id."""
    drill_id = _begin(stage, slug, None, said[:4])
    practice.hint(stage, drill_id, uuid.uuid4().hex)
    practice.replay(stage, drill_id, 4, uuid.uuid4().hex)
    for text, assessment in said[4:]:
        if practice.take(stage, drill_id, text, uuid.uuid4().hex, assessment).over:
            break
    else:
        practice.end(stage, drill_id, uuid.uuid4().hex)
    with Unit(stage.engine) as unit:
        unit.feedback.put(Feedback(drill_id, 4, "La reprise m'a aidée."), stage.clock())
    return drill_id


def _begin(stage: Room, slug: str, person_id: str | None, said: Said) -> str:
    drill_id = str(uuid.uuid4())
    practice.begin(stage, drill_id, person_id, {"scenario": slug, "lang": "fr", "difficulty": "calm", "door": "web"})
    for text, assessment in said:
        practice.take(stage, drill_id, text, uuid.uuid4().hex, assessment)
    return drill_id


def _multiply(connection: Connection, played: list[str], heavy: Person, team: list[Person], now: datetime) -> None:
    """Copy drills, one situation after the other, the newest first, until there are turns enough."""
    turns = tables.turns
    sizes = select(turns.c.drill_id, func.count()).group_by(turns.c.drill_id)
    size = dict(connection.execute(sizes).all())
    written, others = sum(size.values()), cycle(team)
    for place, drill_id in zip(count(), cycle(played)):
        if written >= TURNS:
            break
        at, owner = now - YEAR * (written / TURNS), heavy if place % HEAVY == 0 else next(others)
        facts = {
            "id": str(uuid.uuid4()), "person_id": owner.id, "started_at": at - timedelta(minutes=9), "ended_at": at,
            "shared_at": at if place % SHARED == 0 else None, "exemplar": "signed" if place % SHOWN == 0 else None,
        }  # fmt: skip
        _copy(connection, tables.drills, tables.drills.c.id == drill_id, facts)
        for table in (tables.turns, tables.results, tables.feedback):
            _copy(connection, table, table.c.drill_id == drill_id, {"drill_id": facts["id"], "created_at": at})
        written += size[drill_id]


def _copy(connection: Connection, table: Any, which: Any, facts: dict[str, Any]) -> None:
    """Copy rows inside the database, with `facts` instead of what they say; a number that counts by itself goes on."""
    columns = [column for column in table.c if column.name in facts or column.name != "id"]
    values = [literal(facts[column.name], column.type) if column.name in facts else column for column in columns]
    connection.execute(insert(table).from_select(columns, select(*values).where(which)))


def _comment(connection: Connection, lead: Person, now: datetime) -> None:
    """The lead says a word on the first reply of everything shared; the newest are not read yet."""
    turns, drills = tables.turns, tables.drills
    words = [literal(lead.id), literal("Bien vu, les trois semaines."), literal(now, tables.comments.c.created_at.type)]
    shared = (
        select(turns.c.id, *words, drills.c.ended_at)
        .join(drills, drills.c.id == turns.c.drill_id)
        .where(drills.c.shared_at.is_not(None), turns.c.kind == "reply", turns.c.position == 1)
    )
    into = ("turn_id", "author_id", "text", "created_at", "read_at")
    connection.execute(insert(tables.comments).from_select(into, shared))
    newest = select(tables.comments.c.id).order_by(tables.comments.c.id).limit(40)
    connection.execute(tables.comments.update().where(tables.comments.c.id.in_(newest)).values(read_at=None))


def _seen(engine: Engine, heavy: Person, running: str) -> Crowd:
    with Unit(engine) as unit:
        mine = [drill for drill in unit.drills.of_person(heavy.id, COPIES) if drill.over]
    with engine.connect() as connection:
        turns, drills = (
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.turns, tables.drills)
        )
    shared = next(drill.id for drill in mine if drill.shared_at)
    example = next(drill.id for drill in mine if drill.exemplar)
    return Crowd(running, mine[0].id, shared, example, STAGE, turns, drills, len(mine))
