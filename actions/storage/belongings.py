"""Everything that is about somebody, in every table: to hand over, or to erase."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.engine import Connection

from actions.storage import tables
from actions.storage.repositories import People


class Belongings:
    """What is somebody's own, and what concerns them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_person(self, person_id: str) -> dict[str, list[dict[str, Any]]]:
        """Every row about somebody, by table, the oldest first; never the password.

        Rows that name who wrote or did it (comments, assignments, audit) say their name as well, as `by`.
        """
        return {table.name: self._rows(table, condition) for table, condition in _about(person_id).items()}

    def count(self, person_id: str) -> dict[str, int]:
        """How many rows `erase` will take, by table; tables without any are left out."""
        found = {
            table.name: self._connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
            for table, condition in _erasable(person_id).items()
        }
        return {name: int(number) for name, number in found.items() if number}

    def drills(self, person_id: str) -> list[str]:
        """The ids of all of somebody's drills."""
        found = self._connection.execute(select(tables.drills.c.id).where(tables.drills.c.person_id == person_id))
        return [drill_id for (drill_id,) in found]

    def erase(self, person_id: str) -> None:
        """Erase somebody's practice: drills with all that hangs on them, certificates, what was asked of them alone,
        the log of who did what with their drills, and their choices. The account stays, and so does what concerns
        others: comments on others' drills, assignments to others, and the traces of having read others' drills.
        """
        for table, condition in reversed(_erasable(person_id).items()):
            self._connection.execute(delete(table).where(condition))
        People(self._connection).choose(person_id, trade=None, exam=False)

    def _rows(self, table: Any, condition: Any) -> list[dict[str, Any]]:
        named = {"comments": "author_id", "assignments": "author_id", "audit": "person_id"}.get(table.name)
        columns = [column for column in table.c if column is not tables.people.c.password]
        query = select(*columns).where(condition)
        if named:
            joined = table.join(tables.people, tables.people.c.id == table.c[named])
            query = select(*columns, tables.people.c.name.label("by")).select_from(joined).where(condition)
        ages = ("created_at", "started_at", "earned_at", "at", "updated_at")
        age = next(table.c[name] for name in ages if name in table.c)
        return [dict(row) for row in self._connection.execute(query.order_by(age, *table.primary_key)).mappings()]


def _about(person_id: str) -> dict[Any, Any]:
    """Table → which of its rows are about somebody."""
    author, mine = tables.assignments.c.author_id == person_id, tables.assignments.c.person_id == person_id
    team = select(tables.people.c.team).where(tables.people.c.id == person_id).scalar_subquery()
    ours = tables.assignments.c.person_id.is_(None) & (tables.assignments.c.team == team)
    owned = _erasable(person_id)
    return {
        **owned,
        tables.people: tables.people.c.id == person_id,
        tables.comments: owned[tables.comments] | (tables.comments.c.author_id == person_id),
        tables.assignments: author | mine | ours,
        tables.audit: owned[tables.audit] | (tables.audit.c.person_id == person_id),
    }


def _erasable(person_id: str) -> dict[Any, Any]:
    """Table → which of its rows are somebody's own; a table comes after those its rows hang on."""
    drills, audit = tables.drills, tables.audit
    mine = select(drills.c.id).where(drills.c.person_id == person_id)
    turns = select(tables.turns.c.id).where(tables.turns.c.drill_id.in_(mine))
    others = select(drills.c.id).where(drills.c.person_id.is_not(None), drills.c.person_id != person_id)
    of_others = audit.c.drill_id.is_not(None) & audit.c.drill_id.in_(others)
    hanging = ("turns", "results", "feedback", "contests", "drafts", "scratches", "outbox")
    every = tables.metadata.tables
    return {
        drills: drills.c.person_id == person_id,
        **{every[name]: every[name].c.drill_id.in_(mine) for name in hanging},
        tables.comments: tables.comments.c.turn_id.in_(turns),
        tables.certificates: tables.certificates.c.person_id == person_id,
        tables.assignments: tables.assignments.c.person_id == person_id,
        # Who read others' drills is theirs to know: those lines stay.
        audit: audit.c.drill_id.in_(mine) | ((audit.c.person_id == person_id) & ~of_others),
    }
