"""The tables. Alembic's migrations under `migrations/` build them; a test compares both."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.types import TypeDecorator  # fmt: skip


class Moment(TypeDecorator):  # type: ignore[misc]
    """A point in time, always UTC and aware: SQLite keeps no zone, so we write UTC and put the zone back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(timezone.utc) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(timezone.utc)
        return value.replace(tzinfo=timezone.utc)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _owned(column: str, table: str, **options: Any) -> Column[Any]:
    return Column(column, ForeignKey(f"{table}.id", ondelete="CASCADE"), **{"nullable": False, **options})


people = Table(
    "people",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("login", String(120), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("role", String(10), nullable=False),
    Column("team", String(120), nullable=False, index=True),
    Column("lang", String(2), nullable=False),
    Column("password", String(200)),  # argon2; empty for people who come through Slack or the terminal
    Column("created_at", Moment, nullable=False),
    Column("trade", String(20)),  # chosen on the first visit; empty until then
    Column("exam", Boolean, nullable=False, server_default=false()),  # plays without seeing the customer's feelings
    CheckConstraint("role in ('agent', 'lead')", name="role"),
)

drills = Table(
    "drills",
    metadata,
    Column("id", String(64), primary_key=True),
    _owned("person_id", "people", nullable=True, index=True),  # empty in `rasa shell`, where nobody signs in
    Column("scenario", String(80), nullable=False),
    Column("scenario_version", Integer, nullable=False),
    Column("grid", String(80), nullable=False),
    Column("grid_version", Integer, nullable=False),
    Column("lang", String(2), nullable=False),
    Column("difficulty", String(12), nullable=False),
    Column("seed", Integer, nullable=False),
    Column("quick", Integer, nullable=False, default=0),  # how many moments a quick drill has; 0 is a whole drill
    Column("door", String(12), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("ending", String(20)),
    Column("shared_at", Moment),
    Column("edition", String(64)),  # a digest of `editions`; empty in drills older than those
    Column("exemplar", String(10)),  # shown to the whole team, `signed` or `anonymous`; empty: it is not
)

results = Table(  # what a finished drill came to: derived from its log, kept so that a page need not read every turn
    "results",
    metadata,
    _owned("drill_id", "drills", primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)

editions = Table(  # the scenario and the grid that drills were begun with, as they stood
    "editions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("body", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    _owned("drill_id", "drills"),
    Column("sequence", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("position", Integer, nullable=False),
    Column("message_id", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("assessment", JSON),
    Column("reaction", JSON),
    Column("note", JSON),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("drill_id", "message_id", name="uq_turns_message"),
    UniqueConstraint("drill_id", "sequence", name="uq_turns_sequence"),
)

comments = Table(
    "comments",
    metadata,
    Column("id", Integer, primary_key=True),
    _owned("turn_id", "turns", index=True),
    _owned("author_id", "people"),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("read_at", Moment),
)

feedback = Table(
    "feedback",
    metadata,
    CheckConstraint("rating between 1 and 5", name="rating"),
    _owned("drill_id", "drills", primary_key=True),
    Column("rating", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("shared", Boolean, nullable=False, server_default=false()),  # read by the lead along with a shared drill
)

contests = Table(  # an agent does not agree with a mark of the scorecard, and says why
    "contests",
    metadata,
    Column("id", Integer, primary_key=True),
    _owned("drill_id", "drills"),
    Column("criterion", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("drill_id", "criterion", name="uq_contests_mark"),
)

drafts = Table(  # a reply that could not be taken yet; the door offers to send it again
    "drafts",
    metadata,
    _owned("drill_id", "drills", primary_key=True),
    Column("message_id", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

scratches = Table(  # what is being typed, so that it can be finished on another device
    "scratches",
    metadata,
    _owned("drill_id", "drills", primary_key=True),
    Column("text", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

assignments = Table(  # what a lead asks of one agent, or of the whole team where `person_id` is empty
    "assignments",
    metadata,
    Column("id", Integer, primary_key=True),
    _owned("author_id", "people", index=True),
    _owned("person_id", "people", nullable=True, index=True),
    Column("team", String(120), nullable=False, index=True),
    Column("scenario", String(80), nullable=False),
    Column("due", Date, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

certificates = Table(  # a stage of the learning path that somebody has mastered once
    "certificates",
    metadata,
    _owned("person_id", "people", primary_key=True),
    Column("stage", String(40), primary_key=True),
    Column("earned_at", Moment, nullable=False),
)

outbox = Table(  # what a learning record store is to be told; the statement is written when it is sent
    "outbox",
    metadata,
    Column("id", String(36), primary_key=True),  # a UUID, the statement's own: sent twice, it counts once
    _owned("drill_id", "drills", index=True),
    Column("verb", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("due_at", Moment, nullable=False, index=True),
    Column("sent_at", Moment),
    Column("refused", Text),  # why the store will never take it
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    _owned("person_id", "people", index=True),
    Column("action", String(40), nullable=False),
    Column("drill_id", String(64)),
    Column("created_at", Moment, nullable=False),
    Index("ix_audit_drill", "drill_id"),
)
