"""The tables. Alembic's migrations under `migrations/` build them; a test compares both."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
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
)

drafts = Table(  # a reply that could not be taken yet; the door offers to send it again
    "drafts",
    metadata,
    _owned("drill_id", "drills", primary_key=True),
    Column("message_id", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
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
