"""Where a measurement runs: ports that nobody uses, a folder and databases of its own."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError


def free() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(var: Path, database_url: str = "") -> dict[str, str]:
    """What `settings.load` reads for a room in the folder `var`; its databases are SQLite files there by default."""
    ports = {name: str(free()) for name in ("PORT", "RASA_PORT", "ACTION_PORT")}
    return {**os.environ, "VAR_DIR": str(var), "DATABASE_URL": database_url, "TRACKER_URL": "", **ports}


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Addresses of empty databases: a SQLite file, and one on PostgreSQL where a server answers; dropped at the end."""
    found, name = {"SQLite": f"sqlite:///{folder}/visavis.db"}, f"visavis_bench_{os.getpid()}"
    for user in ("postgres", "root"):
        url = f"postgresql://{user}@127.0.0.1:5432/postgres"
        server = create_engine(url, isolation_level="AUTOCOMMIT", future=True)
        with suppress(OperationalError), server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
            found["PostgreSQL"] = server.url.set(database=name).render_as_string(hide_password=False)
            break
    else:
        print("PostgreSQL does not answer on 127.0.0.1:5432: SQLite alone is measured.", file=sys.stderr)
    try:
        yield found
    finally:
        if "PostgreSQL" in found:
            with server.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()
