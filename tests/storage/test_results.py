"""actions/storage/results.py"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.engine import Engine

from actions import practice
from actions.coaching.result import VERSION
from actions.room import Room
from actions.storage import results, tables
from actions.storage.library import Library
from actions.storage.records import Drill, Person
from actions.storage.unit import Unit
from nlu.contract import Assessment

Clock = Callable[[], datetime]
MakeDrill = Callable[..., Drill]
Perceived = Callable[..., Assessment]
LEA = Person("p-lea", "lea", "Léa", "agent", "north", "fr")
FACTS = {"scenario": "late-refund", "lang": "fr", "difficulty": "calm", "door": "web"}


@pytest.fixture
def room(engine: Engine, library: Library, clock: Clock, perceived: Perceived) -> Room:
    """Léa's drill `d` of one reply, ended."""
    opened = Room(engine, library, clock)
    with Unit(engine) as unit:
        unit.people.add(LEA, clock())
    practice.begin(opened, "d", LEA.id, FACTS)
    practice.take(opened, "d", "Je vous écoute.", "m1", perceived(level=0))
    practice.end(opened, "d", "e1")
    return opened


def rows(engine: Engine) -> list[tuple[str, int]]:
    """What is kept."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(tables.results.c.drill_id, tables.results.c.version))]


def of_lea(room: Room) -> list[tuple[Drill, int]]:
    """Her drills with how many replies each has."""
    with Unit(room.engine) as unit:
        return [(drill, result.replies) for drill, result in results.of_person(unit, room.library, LEA.id)]


def test_a_result_is_kept_when_the_drill_ends(room: Room) -> None:
    assert rows(room.engine) == [("d", VERSION)]
    assert [(drill.id, replies) for drill, replies in of_lea(room)] == [("d", 1)]


def test_a_result_that_came_late_does_not_count_for_a_drill_that_goes_on(room: Room) -> None:
    with Unit(room.engine) as unit:
        kept = unit.results.of_person(LEA.id, VERSION)["d"]
    practice.replay(room, "d", 1, "r1")
    with Unit(room.engine) as unit:  # a page that was being made just then
        unit.results.put("d", VERSION, kept, room.clock())
    assert [replies for _, replies in of_lea(room)] == [0]


def test_a_replay_drops_it_and_the_next_end_keeps_another(room: Room, perceived: Perceived) -> None:
    practice.replay(room, "d", 1, "r1")
    assert rows(room.engine) == [] and [replies for _, replies in of_lea(room)] == [0]
    practice.take(room, "d", "Trois semaines, je comprends.", "m2", perceived(level=2))
    assert rows(room.engine) == [] and [replies for _, replies in of_lea(room)] == [1], "it runs: it counts as it is"
    practice.end(room, "d", "e2")
    with Unit(room.engine) as unit:
        ((_, result),) = results.of_person(unit, room.library, LEA.id)
    assert rows(room.engine) == [("d", VERSION)] and (result.replayed, result.improved) == (1, 1)


def test_an_older_drill_gets_its_result_when_it_is_asked_for(room: Room) -> None:
    with Unit(room.engine) as unit:
        before = results.of_person(unit, room.library, LEA.id)
    with room.engine.begin() as connection:
        connection.execute(delete(tables.results))
    with Unit(room.engine) as unit:
        assert results.of_person(unit, room.library, LEA.id) == before
    assert rows(room.engine) == [("d", VERSION)]


def test_what_an_older_formula_computed_is_computed_again(room: Room) -> None:
    with Unit(room.engine) as unit:
        unit.results.put("d", VERSION - 1, {"older": True}, room.clock())
    assert [replies for _, replies in of_lea(room)] == [1]
    assert rows(room.engine) == [("d", VERSION)]


def test_a_drill_that_nothing_tells_any_more_is_left_out(room: Room, new_drill: MakeDrill) -> None:
    gone = new_drill("gone", LEA.id, scenario="burnt-down", ended_at=room.clock(), ending="served")
    with Unit(room.engine) as unit:
        unit.drills.add(gone)
    assert [drill.id for drill, _ in of_lea(room)] == ["d"]


def test_the_newest_comes_first_and_others_do_not_come(room: Room, new_drill: MakeDrill) -> None:
    with Unit(room.engine) as unit:
        unit.drills.add(new_drill("later", LEA.id, started_at=room.clock() + timedelta(days=1)))
        unit.drills.add(new_drill("nobodys"))
    assert [drill.id for drill, _ in of_lea(room)] == ["later", "d"]
