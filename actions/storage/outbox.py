"""What a learning record store is to be told of a drill, and when; `bot.lrs` writes the statements and sends them.

A drill is a cmi5 *registration*, and what happens in one go is a *session*: from its start to its end, from a replay
that reopens it to the next end, or the moment it is shared. A session begins with `initialized`, ends with
`terminated`, and says nothing twice; in a drill, `completed` and `passed` are told once and `failed` never follows
`passed` (cmi5, section 9.3, the verb ordering rules). https://github.com/AICC/CMI-5_Spec_Current/blob/quartz/cmi5_spec.md
Every id is made of what it tells, so whatever happens twice is written once.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.storage import results
from actions.storage.library import Library, LibraryError
from actions.storage.records import Drill, Told
from actions.storage.unit import Unit

MASTERY = 60
"""The score, 0–100, from which a drill is told as passed. *Partly* everywhere makes 50 (`grid.WORTH`): to pass, a fifth
of the weight must be met in full. A report needs a line somewhere; the agent never sees one."""


@dataclass(frozen=True)
class Session:
    """One go at a drill. `id` is a UUID, that of its `initialized`; `ended` is None while it lasts."""

    id: str
    began: datetime
    ended: datetime | None


def begin(unit: Unit, drill: Drill, at: datetime) -> None:
    """A drill begins, or a replay reopens it. A drill of nobody is never told."""
    if drill.person_id:
        unit.outbox.add(_session(drill, f"played {at.isoformat()}"), drill.id, "initialized", at)


def finish(unit: Unit, drill: Drill, ending: str, at: datetime) -> None:
    """A drill ends: completed, unless the agent just `ended` it."""
    told = unit.outbox.of_drill(drill.id)
    running = [session for session in sessions(told) if session.ended is None]
    if not running:  # it began before there was a store to tell
        return
    if ending != "ended" and not any(one.verb == "completed" for one in told):
        unit.outbox.add(_told(running[-1].id, "completed"), drill.id, "completed", at)
    unit.outbox.add(_told(running[-1].id, "terminated"), drill.id, "terminated", at)


def share(unit: Unit, library: Library, drill: Drill, at: datetime) -> None:
    """The agent shares a drill that is over: its result may be told, in a session of its own.

    Nothing is told of a drill that is nobody's, that could not be judged, that was passed before, or whose end was
    told already.
    """
    if drill.person_id is None or drill.ended_at is None:
        return
    unit.outbox.withdraw(drill.id, drill.ended_at)
    session = _session(drill, f"shared {drill.ended_at.isoformat()}")
    verb = _verdict(unit, library, drill)
    if verb is None or any(one.verb == "passed" or one.id == session for one in unit.outbox.of_drill(drill.id)):
        return
    unit.outbox.add(session, drill.id, "initialized", at)
    unit.outbox.add(_told(session, verb), drill.id, verb, at)
    unit.outbox.add(_told(session, "terminated"), drill.id, "terminated", at)


def sessions(told: Sequence[Told]) -> list[Session]:
    """The sessions of a drill, in the order they began; `told` is everything told of it."""
    ends = {one.id: one.at for one in told if one.verb == "terminated"}
    begun = (one for one in told if one.verb == "initialized")
    return [Session(one.id, one.at, ends.get(_told(one.id, "terminated"))) for one in begun]


def session_of(one: Told, told: Sequence[Told]) -> Session:
    """The session in which `one` of everything told of its drill belongs. Raises LookupError when there is none."""
    for session in sessions(told):
        if one.id in (session.id, _told(session.id, one.verb)):
            return session
    raise LookupError(f"{one.verb} {one.id} belongs to no session of its drill")


def spent(told: Sequence[Told], until: datetime) -> timedelta:
    """How long the sessions of a drill lasted together, up to a moment; `told` is everything told of it."""
    lasted = (min(session.ended or until, until) - session.began for session in sessions(told))
    return sum((each for each in lasted if each > timedelta()), timedelta())


def _verdict(unit: Unit, library: Library, drill: Drill) -> str | None:
    try:
        score = results.of(unit, library, drill).score
    except LibraryError:
        return None
    return None if score is None else "passed" if score >= MASTERY else "failed"


def _session(drill: Drill, what: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"visavis:{drill.id}:{what}"))


def _told(session: str, verb: str) -> str:
    """The id of a statement of a session."""
    return str(uuid.uuid5(uuid.UUID(session), verb))
