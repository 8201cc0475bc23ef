"""What drills are played with, kept for good: a scenario and a grid as they stood when a drill of theirs began.

A file that changes makes another edition; a drill goes on, and is debriefed, with its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.coaching import grid
from actions.coaching.grid import Grid
from actions.coaching.scenario import QUICK, Scenario, parse
from actions.storage.library import Library
from actions.storage.records import Drill
from actions.storage.unit import Unit


@dataclass(frozen=True)
class Played:
    """The scenario and the grid of one drill."""

    scenario: Scenario
    grid: Grid


def keep(unit: Unit, library: Library, drill: Drill, at: datetime) -> None:
    """Keep what `drill` begins with, once for all the drills that begin with the same."""
    found = library.edition(drill.scenario, drill.lang)
    unit.editions.keep(found.digest, found.body, at)


def of(unit: Unit, library: Library, drill: Drill) -> Played:
    """What `drill` is played with: the files as they are while they are still the same, else what was kept of them.

    Raises LibraryError when a drill of which nothing was kept names a scenario that is gone.
    """
    whole, _, moment = drill.scenario.partition(QUICK)
    if not drill.edition or (library.has(whole) and library.edition(whole, drill.lang).digest == drill.edition):
        sheet = grid.parse(*library.grid(drill.grid, drill.lang))
        return Played(library.scenario(drill.scenario, drill.lang), sheet)
    body = unit.editions.get(drill.edition)
    scenario = parse(body["logic"], body["words"], drill.lang, body["rules"])
    sheet = grid.parse(body["grid"], body["marks"])
    return Played(scenario.quick(moment) if moment else scenario, sheet)
