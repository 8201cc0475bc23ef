"""The results of finished drills: kept when a drill ends, computed where an older one has none."""

from __future__ import annotations

from datetime import datetime

from actions.coaching import customer
from actions.coaching.result import VERSION, Result, measure
from actions.storage import editions
from actions.storage.library import Library, LibraryError
from actions.storage.records import Drill
from actions.storage.unit import Unit


def of(unit: Unit, library: Library, drill: Drill) -> Result:
    """What `drill` came to as it stands, from its log. Raises LibraryError as `editions.of` does."""
    played = editions.of(unit, library, drill)
    opening = customer.begin(played.scenario, drill.difficulty, drill.seed)
    return measure(played.grid, opening, unit.turns.entries(drill.id))


def keep(unit: Unit, library: Library, drill: Drill, at: datetime) -> Result:
    """Compute the result of `drill` and keep it beside it. Raises LibraryError as `editions.of` does."""
    result = of(unit, library, drill)
    unit.results.put(drill.id, VERSION, result.to_json(), at)
    return result


def of_person(unit: Unit, library: Library, person_id: str, limit: int = 1000) -> list[tuple[Drill, Result]]:
    """Somebody's drills with what they came to, newest first; those that still run count as they stand.

    A finished drill without a result gets one now; a drill that nothing tells any more how it was played is left out.
    """
    kept = unit.results.of_person(person_id, VERSION)
    found: list[tuple[Drill, Result]] = []
    for drill in unit.drills.of_person(person_id, limit):
        try:
            if drill.over and drill.id in kept:
                result = Result.from_json(kept[drill.id])
            elif drill.ended_at:
                result = keep(unit, library, drill, drill.ended_at)
            else:
                result = of(unit, library, drill)
        except LibraryError:
            continue
        found.append((drill, result))
    return found
