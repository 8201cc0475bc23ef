"""Which drill to propose to somebody: what they did, read from the database, held against the learning path."""

from __future__ import annotations

from datetime import date

from actions.coaching import path
from actions.coaching.drill import live
from actions.coaching.path import Done, Proposal
from actions.coaching.scenario import Scenario
from actions.storage.library import Library, LibraryError
from actions.storage.records import Drill
from actions.storage.unit import Unit
from nlu.contract import Lang


def find(unit: Unit, library: Library, person_id: str, lang: Lang, today: date, quick: bool = False) -> Proposal | None:
    """What to play next, or None with an empty library. `quick`: quick drills only, for doors without room for more.

    Abuse is never proposed: it is there for who asks for it.
    """
    offered = [scenario for scenario in library.scenarios(lang) if "abusive" not in scenario.kinds]
    done = [_done(unit, library, drill) for drill in reversed(unit.drills.of_person(person_id))]
    return path.propose(path.parse(library.read("path.yml")), offered, done, today, quick)


def _done(unit: Unit, library: Library, drill: Drill) -> Done:
    replies = tuple(entry.assessment for entry in live(unit.turns.entries(drill.id)) if entry.assessment)
    return Done(drill.scenario, _skills(library, drill), drill.started_at.date(), replies)


def _skills(library: Library, drill: Drill) -> tuple[str, ...]:
    try:
        scenario: Scenario = library.scenario(drill.scenario, drill.lang)
    except LibraryError:
        return ()  # a scenario that is gone trains nothing any more
    return scenario.skills
