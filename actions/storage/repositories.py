"""Reading and writing each kind of record. A repository lives inside one unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime, timezone
from typing import Any

from sqlalchemy import Table, case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from actions.coaching.customer import Reaction
from actions.coaching.drill import Entry
from actions.storage import tables
from actions.storage.records import (
    Assignment,
    Certificate,
    Comment,
    Contest,
    Draft,
    Drill,
    Feedback,
    Person,
    Scratch,
    Told,
)
from nlu.contract import Assessment


class People:
    """Agents and leads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, person_id: str) -> Person | None:
        """The person with this id."""
        return self._one(tables.people.c.id == person_id)

    def by_login(self, login: str) -> Person | None:
        """The person who signs in with `login`, whatever its capitals."""
        return self._one(tables.people.c.login == login.strip().lower()) if _typed(login) else None

    def team(self, team: str) -> list[Person]:
        """Everyone of a team, by name."""
        found = self._connection.execute(
            select(tables.people).where(tables.people.c.team == team).order_by(tables.people.c.name)
        )
        return [_person(row) for row in found.mappings()]

    def add(self, person: Person, at: datetime) -> None:
        """Write a new person. Raises sqlalchemy.exc.IntegrityError when the login is taken."""
        self._connection.execute(insert(tables.people).values(**person.__dict__, created_at=at))

    def speak(self, person_id: str, lang: str) -> None:
        """Remember the language this person reads."""
        self._connection.execute(update(tables.people).where(tables.people.c.id == person_id).values(lang=lang))

    def choose(self, person_id: str, **chosen: Any) -> None:
        """Remember what this person chose: `trade`, `exam`."""
        self._connection.execute(update(tables.people).where(tables.people.c.id == person_id).values(**chosen))

    def _one(self, condition: Any) -> Person | None:
        row = self._connection.execute(select(tables.people).where(condition)).mappings().first()
        return _person(row) if row else None


class Drills:
    """Runs of scenarios."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, drill_id: str) -> Drill | None:
        """The drill with this id."""
        if not _typed(drill_id):
            return None
        row = self._connection.execute(select(tables.drills).where(tables.drills.c.id == drill_id)).mappings().first()
        return Drill(**row) if row else None

    def add(self, drill: Drill) -> None:
        """Write a new drill."""
        self._connection.execute(insert(tables.drills).values(**drill.__dict__))

    def end(self, drill_id: str, ending: str, at: datetime) -> None:
        """Close a drill."""
        self._set(drill_id, ended_at=at, ending=ending)

    def reopen(self, drill_id: str) -> None:
        """A moment is replayed after the end: the drill goes on, and is the agent's own again until shared anew."""
        self._set(drill_id, ended_at=None, ending=None, shared_at=None, exemplar=None)

    def share(self, drill_id: str, at: datetime) -> None:
        """Let the agent's lead read this drill."""
        self._set(drill_id, shared_at=at)

    def unshare(self, drill_id: str) -> None:
        """Take the drill back."""
        self._set(drill_id, shared_at=None)

    def show(self, drill_id: str, exemplar: str | None) -> None:
        """Keep the drill as an example for the team, `signed` or `anonymous`; None takes it back."""
        self._set(drill_id, exemplar=exemplar)

    def exemplars(self, team: str, limit: int = 100) -> list[tuple[Drill, Person]]:
        """The drills that people of `team` gave as examples, newest first, with whose they are."""
        chosen = tables.drills.c.exemplar.is_not(None) & tables.drills.c.ended_at.is_not(None)
        return self._in_team(team, chosen, tables.drills.c.ended_at, limit)

    def of_person(self, person_id: str, limit: int = 50) -> list[Drill]:
        """This person's drills, newest first."""
        found = self._connection.execute(
            select(*(tables.drills.c[field.name] for field in fields(Drill)))
            .where(tables.drills.c.person_id == person_id)
            .order_by(tables.drills.c.started_at.desc())
            .limit(limit)
        )
        # By position: with hundreds of drills, rows read by name take longer than the database does.
        return [Drill(*row) for row in found.all()]

    def shared_in_team(self, team: str, limit: int = 200) -> list[tuple[Drill, Person]]:
        """The drills that agents of `team` share, newest first, with whose they are."""
        chosen = tables.drills.c.shared_at.is_not(None) & tables.drills.c.ended_at.is_not(None)
        return self._in_team(team, chosen, tables.drills.c.shared_at, limit)

    def finished_in_team(
        self, team: str, scenarios: Iterable[str], since: datetime, limit: int = 5000
    ) -> list[tuple[Drill, Person]]:
        """The drills of these scenarios that people of `team` began since then and ended, newest first, with whose."""
        drills = tables.drills.c
        chosen = drills.scenario.in_(set(scenarios)) & (drills.started_at >= since) & drills.ended_at.is_not(None)
        return self._in_team(team, chosen, drills.started_at, limit)

    def _in_team(self, team: str, condition: Any, newest: Any, limit: int) -> list[tuple[Drill, Person]]:
        found = self._connection.execute(
            select(tables.drills)
            .join(tables.people, tables.people.c.id == tables.drills.c.person_id)
            .where(tables.people.c.team == team, condition)
            .order_by(newest.desc())
            .limit(limit)
        )
        people = {person.id: person for person in People(self._connection).team(team)}
        return [(Drill(**row), people[row["person_id"]]) for row in found.mappings()]

    def _set(self, drill_id: str, **values: Any) -> None:
        self._connection.execute(update(tables.drills).where(tables.drills.c.id == drill_id).values(**values))


class Turns:
    """The logs of drills."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def entries(self, drill_id: str) -> tuple[Entry, ...]:
        """The whole log of a drill, oldest first."""
        found = self._connection.execute(
            select(tables.turns).where(tables.turns.c.drill_id == drill_id).order_by(tables.turns.c.sequence)
        )
        return tuple(_entry(row) for row in found.mappings())

    def known(self, drill_id: str, message_id: str) -> Entry | None:
        """The entry that a message made, when it was already taken."""
        turns = tables.turns
        found = self._connection.execute(
            select(turns).where(turns.c.drill_id == drill_id, turns.c.message_id == message_id)
        )
        row = found.mappings().first()
        return _entry(row) if row else None

    def append(self, drill_id: str, entry: Entry, at: datetime) -> int:
        """Add to the log and return the turn's id. Raises IntegrityError when the message is already there."""
        turns = tables.turns
        last = self._connection.execute(select(func.max(turns.c.sequence)).where(turns.c.drill_id == drill_id)).scalar()
        written = self._connection.execute(
            insert(turns).values(
                drill_id=drill_id,
                sequence=(last or 0) + 1,
                kind=entry.kind,
                position=entry.position,
                message_id=entry.message_id,
                text=entry.text,
                assessment=entry.assessment.to_json() if entry.assessment else None,
                reaction=entry.reaction.to_json() if entry.reaction else None,
                note=entry.note,
                created_at=at,
            )
        )
        return int(written.inserted_primary_key[0])


class Comments:
    """What leads wrote on turns."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_drill(self, drill_id: str) -> list[Comment]:
        """The comments of a drill, oldest first."""
        comments, people = tables.comments, tables.people
        found = self._connection.execute(
            select(comments, people.c.name.label("author_name"))
            .join(tables.turns, tables.turns.c.id == comments.c.turn_id)
            .join(people, people.c.id == comments.c.author_id)
            .where(tables.turns.c.drill_id == drill_id)
            .order_by(comments.c.id)
        )
        return [Comment(**row) for row in found.mappings()]

    def count(self, drill_ids: Iterable[str]) -> dict[str, int]:
        """How many comments each of these drills has; one without any is not named."""
        turns = tables.turns
        found = self._connection.execute(
            select(turns.c.drill_id, func.count())
            .join(tables.comments, tables.comments.c.turn_id == turns.c.id)
            .where(turns.c.drill_id.in_(list(drill_ids)))
            .group_by(turns.c.drill_id)
        )
        return dict(found.all())

    def add(self, turn_id: int, author_id: str, text: str, at: datetime) -> None:
        """Write a comment."""
        self._connection.execute(
            insert(tables.comments).values(turn_id=turn_id, author_id=author_id, text=text, created_at=at)
        )

    def mark_read(self, drill_id: str, at: datetime) -> None:
        """The agent has seen the comments of this drill."""
        turns = select(tables.turns.c.id).where(tables.turns.c.drill_id == drill_id)
        unread = tables.comments.c.turn_id.in_(turns) & tables.comments.c.read_at.is_(None)
        self._connection.execute(update(tables.comments).where(unread).values(read_at=at))


class Feedbacks:
    """How agents lived their drills."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, drill_id: str) -> Feedback | None:
        """What the agent said of this drill."""
        columns = tuple(tables.feedback.c[name] for name in ("drill_id", "rating", "text", "shared"))
        row = self._connection.execute(select(*columns).where(columns[0] == drill_id)).mappings().first()
        return Feedback(**row) if row else None

    def put(self, feedback: Feedback, at: datetime) -> None:
        """Keep the latest word on a drill."""
        _put(self._connection, tables.feedback, ("drill_id",), {**feedback.__dict__, "created_at": at})


class Drafts:
    """Replies that wait to be sent again; one at most per drill."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, drill_id: str) -> Draft | None:
        """The reply that waits in this drill."""
        columns = (tables.drafts.c.drill_id, tables.drafts.c.message_id, tables.drafts.c.text)
        row = self._connection.execute(select(*columns).where(columns[0] == drill_id)).mappings().first()
        return Draft(**row) if row else None

    def put(self, draft: Draft, at: datetime) -> None:
        """Keep a reply until it can be taken."""
        _put(self._connection, tables.drafts, ("drill_id",), {**draft.__dict__, "created_at": at})

    def drop(self, drill_id: str) -> None:
        """Forget the reply that waited."""
        self._connection.execute(delete(tables.drafts).where(tables.drafts.c.drill_id == drill_id))


class Scratches:
    """What is being typed; one at most per drill."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, drill_id: str) -> Scratch | None:
        """What stands in the box of this drill."""
        row = (
            self._connection.execute(select(tables.scratches).where(tables.scratches.c.drill_id == drill_id))
            .mappings()
            .first()
        )
        return Scratch(**row) if row else None

    def put(self, drill_id: str, text: str, at: datetime) -> None:
        """Keep what is being typed; an empty text forgets it."""
        if text:
            values = {"drill_id": drill_id, "text": text, "updated_at": at}
            _put(self._connection, tables.scratches, ("drill_id",), values)
        else:
            self._connection.execute(delete(tables.scratches).where(tables.scratches.c.drill_id == drill_id))


class Results:
    """What finished drills came to; see `actions.storage.results`, which computes them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_person(self, person_id: str, version: int) -> dict[str, dict[str, Any]]:
        """The bodies kept by this `version` of the formula, by drill."""
        results, drills = tables.results, tables.drills
        found = self._connection.execute(
            select(results.c.drill_id, results.c.body)
            .join(drills, drills.c.id == results.c.drill_id)
            .where(drills.c.person_id == person_id, results.c.version == version)
        )
        return {drill_id: dict(body) for drill_id, body in found}

    def put(self, drill_id: str, version: int, body: Mapping[str, Any], at: datetime) -> None:
        """Keep the latest result of a drill."""
        values = {"drill_id": drill_id, "version": version, "body": body, "created_at": at}
        _put(self._connection, tables.results, ("drill_id",), values)

    def drop(self, drill_id: str) -> None:
        """The drill goes on: its result is no more."""
        self._connection.execute(delete(tables.results).where(tables.results.c.drill_id == drill_id))


class Contests:
    """Marks that agents do not agree with."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_drill(self, drill_id: str) -> dict[str, Contest]:
        """The contested marks of a drill, by criterion."""
        found = self._connection.execute(select(tables.contests).where(tables.contests.c.drill_id == drill_id))
        return {row["criterion"]: Contest(**row) for row in found.mappings()}

    def put(self, drill_id: str, criterion: str, text: str, at: datetime) -> None:
        """Keep the latest word on a mark; an empty text withdraws it."""
        contests = tables.contests
        if text:
            values = {"drill_id": drill_id, "criterion": criterion, "text": text, "created_at": at}
            _put(self._connection, contests, ("drill_id", "criterion"), values)
        else:
            mark = (contests.c.drill_id == drill_id) & (contests.c.criterion == criterion)
            self._connection.execute(delete(contests).where(mark))


class Assignments:
    """What leads ask of their agents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, assignment_id: int) -> Assignment | None:
        """The assignment with this id."""
        found = self._where(tables.assignments.c.id == assignment_id)
        return found[0] if found else None

    def of_person(self, person: Person) -> list[Assignment]:
        """What is asked of somebody, themselves or with the whole team, the earliest due first."""
        mine = tables.assignments.c.person_id == person.id
        ours = tables.assignments.c.person_id.is_(None) & (tables.assignments.c.team == person.team)
        return self._where(mine | ours)

    def of_team(self, team: str) -> list[Assignment]:
        """Everything asked in a team, the earliest due first."""
        return self._where(tables.assignments.c.team == team)

    def add(self, author: Person, person_id: str | None, scenario: str, due: date, text: str, at: datetime) -> None:
        """Ask the author's team, or one person of it, to play a scenario."""
        values = {"author_id": author.id, "person_id": person_id, "team": author.team, "scenario": scenario}
        self._connection.execute(insert(tables.assignments).values(**values, due=due, text=text, created_at=at))

    def drop(self, assignment_id: int) -> None:
        """Take an assignment back."""
        self._connection.execute(delete(tables.assignments).where(tables.assignments.c.id == assignment_id))

    def _where(self, condition: Any) -> list[Assignment]:
        found = self._connection.execute(
            select(tables.assignments).where(condition).order_by(tables.assignments.c.due, tables.assignments.c.id)
        )
        return [Assignment(**row) for row in found.mappings()]


class Certificates:
    """Stages of the learning path that people mastered."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_person(self, person_id: str) -> list[Certificate]:
        """Somebody's certificates, the first earned first."""
        held = tables.certificates
        found = self._connection.execute(
            select(held).where(held.c.person_id == person_id).order_by(held.c.earned_at, held.c.stage)
        )
        return [Certificate(**row) for row in found.mappings()]

    def add(self, certificate: Certificate) -> None:
        """Give a certificate, once: given before, or by two at once, the first date stays."""
        with suppress(IntegrityError), self._connection.begin_nested():
            self._connection.execute(insert(tables.certificates).values(**certificate.__dict__))


class Editions:
    """What drills are played with; see `actions.storage.editions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, digest: str) -> dict[str, Any]:
        """The edition of this digest. Raises sqlalchemy.exc.NoResultFound when it was never kept."""
        found = self._connection.execute(select(tables.editions.c.body).where(tables.editions.c.digest == digest))
        return dict(found.scalar_one())

    def keep(self, digest: str, body: Mapping[str, Any], at: datetime) -> None:
        """Write an edition, unless it is there; two that write the same one at once both succeed."""
        if self._connection.execute(select(tables.editions.c.digest).where(tables.editions.c.digest == digest)).first():
            return
        with suppress(IntegrityError), self._connection.begin_nested():
            self._connection.execute(insert(tables.editions).values(digest=digest, body=body, created_at=at))


class Outbox:
    """What a learning record store is to be told; see `actions.storage.outbox`, which knows what and when."""

    VERBS = ("initialized", "completed", "passed", "failed", "terminated")
    """In the order in which they are told of one moment."""
    RESULTS = ("passed", "failed")
    """The verbs that tell a result: they leave only while the drill is shared."""
    NEVER = datetime(9999, 1, 1, tzinfo=timezone.utc)
    """Due when there is nothing left to do, so that the index on `due_at` finds what waits among all that was sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, told_id: str, drill_id: str, verb: str, at: datetime) -> None:
        """Write what is to be told, due at once, unless it is there; two that write it at once both succeed.

        Write something else of the unit first: SQLite would commit a savepoint that comes before all else.
        """
        with suppress(IntegrityError), self._connection.begin_nested():
            values = {"id": told_id, "drill_id": drill_id, "verb": verb, "at": at, "tries": 0, "due_at": at}
            self._connection.execute(insert(tables.outbox).values(**values))

    def of_drill(self, drill_id: str) -> list[Told]:
        """Everything told, or to be told, of a drill, in the order it happened."""
        return self._where(tables.outbox.c.drill_id == drill_id)

    def due(self, now: datetime, limit: int) -> list[Told]:
        """What is to be sent now, in the order it happened; never a result of a drill that is not shared (any more).

        Nothing overtakes an earlier word on the same drill that waits for its next try.
        """
        earlier, outbox = tables.outbox.alias(), tables.outbox
        overtaken = (
            select(earlier.c.id)
            .where(earlier.c.drill_id == outbox.c.drill_id, earlier.c.at < outbox.c.at)
            .where(earlier.c.due_at > now, earlier.c.due_at < self.NEVER)
        )
        return self._where((outbox.c.due_at <= now) & self._sendable() & ~overtaken.exists(), limit)

    def sent(self, ids: Iterable[str], at: datetime) -> None:
        """The store has these."""
        self._set(tables.outbox.c.id.in_(list(ids)), sent_at=at, due_at=self.NEVER)

    def later(self, ids: Iterable[str], tries: int, at: datetime) -> None:
        """The store could not take these, after so many tries: they are due again `at` a later time."""
        self._set(tables.outbox.c.id.in_(list(ids)), tries=tries, due_at=at)

    def refuse(self, told_id: str, reason: str) -> None:
        """The store will never take this one."""
        self._set(tables.outbox.c.id == told_id, refused=reason, due_at=self.NEVER)

    def retry(self, now: datetime) -> None:
        """Try everything again that was not sent, refused or waiting."""
        self._set(tables.outbox.c.sent_at.is_(None), refused=None, tries=0, due_at=now)

    def withdraw(self, drill_id: str, before: datetime) -> None:
        """Forget the results told of this drill before a time, as long as nobody heard of them."""
        outbox = tables.outbox
        stale = (outbox.c.drill_id == drill_id) & outbox.c.verb.in_(self.RESULTS) & (outbox.c.at < before)
        self._connection.execute(delete(outbox).where(stale, outbox.c.sent_at.is_(None)))

    def refused(self, limit: int = 50) -> list[Told]:
        """What the store refused for good, oldest first."""
        return self._where(tables.outbox.c.refused.is_not(None), limit)

    def waiting(self, limit: int = 1000) -> list[Told]:
        """What is still to be sent, now or later, oldest first."""
        return self._where((tables.outbox.c.due_at < self.NEVER) & self._sendable(), limit)

    def count_sent(self) -> int:
        """How many the store has."""
        return int(self._connection.execute(select(func.count(tables.outbox.c.sent_at))).scalar_one())

    def _sendable(self) -> Any:
        shared = select(tables.drills.c.id).where(
            tables.drills.c.id == tables.outbox.c.drill_id, tables.drills.c.shared_at.is_not(None)
        )
        return tables.outbox.c.verb.not_in(self.RESULTS) | shared.exists()

    def _where(self, condition: Any, limit: int | None = None) -> list[Told]:
        rank = case({verb: place for place, verb in enumerate(self.VERBS)}, value=tables.outbox.c.verb)
        found = self._connection.execute(
            select(tables.outbox).where(condition).order_by(tables.outbox.c.at, rank).limit(limit)
        )
        return [Told(**row) for row in found.mappings()]

    def _set(self, condition: Any, **values: Any) -> None:
        self._connection.execute(update(tables.outbox).where(condition).values(**values))


class Audit:
    """Who read or did what."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, person_id: str, action: str, drill_id: str | None, at: datetime) -> None:
        """Write one line of the log."""
        self._connection.execute(
            insert(tables.audit).values(person_id=person_id, action=action, drill_id=drill_id, created_at=at)
        )

    def of_drill(self, drill_id: str) -> list[tuple[str, str]]:
        """(person id, action) on this drill, oldest first."""
        found = self._connection.execute(
            select(tables.audit.c.person_id, tables.audit.c.action)
            .where(tables.audit.c.drill_id == drill_id)
            .order_by(tables.audit.c.id)
        )
        return [(who, action) for who, action in found]


INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _put(connection: Connection, table: Table, key: tuple[str, ...], values: Mapping[str, Any]) -> None:
    """Write a row in place of the one with the same `key`: two that do it at once both succeed, the last one counts."""
    row = INSERTS[connection.dialect.name](table).values(**values)
    rest = {name: value for name, value in values.items() if name not in key}
    connection.execute(row.on_conflict_do_update(index_elements=key, set_=rest))


def _typed(found: str) -> bool:
    """Whether the database can look for a text at all: PostgreSQL holds no NUL, and raises for one."""
    return "\x00" not in found


def _person(row: Any) -> Person:
    return Person(
        **{key: row[key] for key in ("id", "login", "name", "role", "team", "lang", "password", "trade", "exam")}
    )


def _entry(row: Any) -> Entry:
    return Entry(
        kind=row["kind"],
        position=row["position"],
        message_id=row["message_id"],
        text=row["text"],
        assessment=Assessment.from_json(row["assessment"]) if row["assessment"] else None,
        reaction=Reaction.from_json(row["reaction"]) if row["reaction"] else None,
        note=row["note"],
        id=row["id"],
    )
