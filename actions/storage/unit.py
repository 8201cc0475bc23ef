"""The unit of work: everything inside one `with` is written together, or not at all."""

from __future__ import annotations

from types import TracebackType

from sqlalchemy.engine import Connection, Engine

from actions.storage import repositories
from actions.storage.belongings import Belongings


class Unit:
    """`with Unit(engine) as unit:` opens a transaction, commits it at the end, rolls it back on an exception."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def __enter__(self) -> Unit:
        connection = self._connection = self._engine.connect()
        self.people = repositories.People(connection)
        self.drills = repositories.Drills(connection)
        self.turns = repositories.Turns(connection)
        self.comments = repositories.Comments(connection)
        self.feedback = repositories.Feedbacks(connection)
        self.drafts = repositories.Drafts(connection)
        self.scratches = repositories.Scratches(connection)
        self.results = repositories.Results(connection)
        self.contests = repositories.Contests(connection)
        self.assignments = repositories.Assignments(connection)
        self.certificates = repositories.Certificates(connection)
        self.editions = repositories.Editions(connection)
        self.outbox = repositories.Outbox(connection)
        self.audit = repositories.Audit(connection)
        self.belongings = Belongings(connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._connection is not None
        try:
            if kind is None:
                self._connection.commit()
            else:
                self._connection.rollback()
        finally:
            self._connection.close()
