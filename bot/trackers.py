"""What Rasa keeps of conversations, for the web door to erase: Rasa has no way to forget a sender.

Rasa's SQL tracker store reads the database anew for every message and caches no tracker, so what is deleted here does
not come back. Only a reply that Rasa is reading at this very moment could be written once more after it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import column, delete, inspect, table
from sqlalchemy.engine import Engine

from actions.storage.engine import settle

EVENTS = table("events", column("sender_id"))
"""The one table of `rasa.core.tracker_store.SQLTrackerStore`; made when Rasa first starts."""
BATCH = 500
"""Ids in one statement: databases take only so many."""


class Trackers:
    """The tracker store's database. A sender is a drill's id, or `lobby-<door>-<person's id>`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def forget(self, person_id: str, drills: Sequence[str]) -> None:
        """Erase every event of these drills, and of this person's lobbies. Raises sqlalchemy.exc.SQLAlchemyError."""
        if not inspect(self._engine).has_table(EVENTS.name):
            return
        sender = EVENTS.c.sender_id
        lobbies = sender.startswith("lobby-") & sender.endswith(f"-{person_id}", autoescape=True)
        with self._engine.begin() as connection:
            connection.execute(delete(EVENTS).where(lobbies))
            for start in range(0, len(drills), BATCH):
                connection.execute(delete(EVENTS).where(sender.in_(drills[start : start + BATCH])))
        settle(self._engine)

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()
