"""Which drill to propose to somebody: what they did, read from the database, held against the learning path."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from actions.coaching import path
from actions.coaching.path import Done, Proposal
from actions.coaching.result import Result
from actions.coaching.scenario import Scenario
from actions.storage import results
from actions.storage.library import Library, LibraryError
from actions.storage.records import Drill
from actions.storage.unit import Unit
from nlu.contract import Lang


def find(unit: Unit, library: Library, person_id: str, lang: Lang, today: date, quick: bool = False) -> Proposal | None:
    """What to play next, or None with an empty library. `quick`: quick drills only, for doors without room for more.

    Abuse is never proposed: it is there for who asks for it.
    """
    return choose(library, results.of_person(unit, library, person_id), lang, today, quick)


def choose(
    library: Library, played: Sequence[tuple[Drill, Result]], lang: Lang, today: date, quick: bool = False
) -> Proposal | None:
    """The same for somebody whose drills are read already, newest first."""
    offered = [scenario for scenario in library.scenarios(lang) if "abusive" not in scenario.kinds]
    return path.propose(path.parse(library.read("path.yml")), offered, done(library, played), today, quick)


def done(library: Library, played: Sequence[tuple[Drill, Result]]) -> list[Done]:
    """What the learning path asks of drills that come newest first; it wants them oldest first."""
    return [
        Done(drill.scenario, _skills(library, drill), drill.started_at.date(), result.shown)
        for drill, result in reversed(played)
    ]


def _skills(library: Library, drill: Drill) -> tuple[str, ...]:
    try:
        scenario: Scenario = library.scenario(drill.scenario, drill.lang)
    except LibraryError:
        return ()  # a scenario that is gone trains nothing any more
    return scenario.skills
