"""What drills are played with, kept for good: a scenario and a grid as they stood when a drill of theirs began.

A file that changes makes another edition; a drill goes on, and is debriefed, with its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from actions.coaching import grid
from actions.coaching.grid import Grid
from actions.coaching.scenario import QUICK, Scenario, parse
from actions.storage.library import Library, LibraryError
from actions.storage.records import Drill
from actions.storage.unit import Unit
from nlu.contract import Lang


@dataclass(frozen=True)
class Played:
    """The scenario and the grid of one drill."""

    scenario: Scenario
    grid: Grid


class Gone(LibraryError):
    """Nothing tells any more what a drill was played with."""


MANY = 256
"""Old editions that a process holds at most, of some 75 kB each."""
_old: dict[str, Played] = {}


def keep(unit: Unit, library: Library, drill: Drill, at: datetime) -> None:
    """Keep what `drill` begins with, once for all the drills that begin with the same."""
    found = library.edition(drill.scenario, drill.lang)
    unit.editions.keep(found.digest, found.body, at)


def _current(library: Library, drill: Drill) -> str | None:
    """The digest of the files as they are; None when they are gone, or spoilt."""
    try:
        return library.edition(drill.scenario, drill.lang).digest
    except LibraryError:
        return None


def of(unit: Unit, library: Library, drill: Drill) -> Played:
    """What `drill` is played with: the files as they are while they are still the same, else what was kept of them.

    Raises Gone when a drill of which nothing was kept names a scenario that is gone.
    """
    moment = drill.scenario.partition(QUICK)[2]
    if not drill.edition or _current(library, drill) == drill.edition:
        try:
            sheet = grid.parse(*library.grid(drill.grid, drill.lang))
            return Played(library.scenario(drill.scenario, drill.lang), sheet)
        except LibraryError as error:
            raise Gone(str(error)) from error
    kept = _kept(unit, drill.edition, drill.lang)
    return replace(kept, scenario=kept.scenario.quick(moment)) if moment else kept


def _kept(unit: Unit, digest: str, lang: Lang) -> Played:
    """An edition that is not that of the files any more; a digest never means anything else, so it is read once."""
    found = _old.get(digest)
    if found is None:
        body = unit.editions.get(digest)
        scenario = parse(body["logic"], body["words"], lang, body["rules"])
        found = Played(scenario, grid.parse(body["grid"], body["marks"]))
        if len(_old) >= MANY:
            _old.clear()
        _old[digest] = found
    return found
