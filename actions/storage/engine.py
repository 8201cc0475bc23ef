"""Opening the database: one engine per process."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

BUSY_SECONDS = 5


def open_engine(url: str, synchronous: str = "NORMAL") -> Engine:
    """Open `url` (SQLite or PostgreSQL).

    SQLite files get a QueuePool, because SQLAlchemy 1.4 would reopen the file on every turn; WAL, so that readers never
    wait; foreign keys; deleted text overwritten; and `synchronous` (NORMAL: a crash loses nothing, a power cut may lose
    the last commits; FULL).
    Raises sqlalchemy.exc.ArgumentError when `url` is not the address of such a database.
    """
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        return create_engine(address, future=True, hide_parameters=True, pool_pre_ping=True)
    if address.get_backend_name() != "sqlite":
        raise ArgumentError(f"“{address.drivername}” is neither sqlite nor postgresql")
    engine = create_engine(
        address,
        future=True,
        hide_parameters=True,
        poolclass=QueuePool,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", lambda connection, _: tune(connection, synchronous))
    return engine


def tune(connection: sqlite3.Connection | Any, synchronous: str) -> None:
    """Set the pragmas that every SQLite connection of ours needs; Rasa's tracker store uses it too."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA synchronous={'FULL' if synchronous.upper() == 'FULL' else 'NORMAL'}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not just forgotten in a free page
    cursor.close()


def settle(engine: Engine) -> None:
    """Leave nothing in SQLite's log of what was erased: write it into the file and empty it. Best effort while others
    read; with PostgreSQL nothing, its own vacuum does that."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
