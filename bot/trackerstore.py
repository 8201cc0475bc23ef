"""Rasa's SQL tracker store on our engine: a pool, WAL and short waits, where SQLAlchemy 1.4 would reopen the file."""

from __future__ import annotations

from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from sqlalchemy.engine import Engine
from sqlalchemy.orm import sessionmaker

from actions.storage.engine import open_engine


class PooledTrackerStore(SQLTrackerStore):  # type: ignore[misc]
    """Named in endpoints.yml with `url: <database address>`, which Rasa hands over as `host`."""

    def __init__(self, domain: Domain, host: str, event_broker: EventBroker | None = None, **options: Any) -> None:
        super().__init__(domain, host=host, event_broker=event_broker)
        self.engine.dispose()
        self.engine: Engine = open_engine(host)
        self.sessionmaker = sessionmaker(bind=self.engine)
