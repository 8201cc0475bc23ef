"""What every action needs, opened once by the process that serves them (`bot/actionserver.py`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Engine

from actions.storage.library import Library


@dataclass(frozen=True)
class Room:
    """The database, the files of `data/`, the time, and whether a learning record store is told of drills."""

    engine: Engine
    library: Library
    clock: Callable[[], datetime]
    told: bool = False


class Closed(RuntimeError):
    """An action ran before anybody opened the room."""


_open: list[Room] = []


def enter(room: Room) -> None:
    """Serve the actions of this process from `room`."""
    _open[:] = [room]


def here() -> Room:
    """The room of this process. Raises Closed when nobody entered one."""
    if not _open:
        raise Closed("The actions have no database yet: start them with `make run`.")
    return _open[0]
