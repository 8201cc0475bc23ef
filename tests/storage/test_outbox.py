"""actions/storage/outbox.py and the repository behind it, on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.engine import Engine

from actions.coaching import customer
from actions.coaching.drill import Entry
from actions.storage import outbox, tables
from actions.storage.library import Library
from actions.storage.records import Drill, Person, Told
from actions.storage.unit import Unit
from nlu.contract import ACTS, Assessment

MINUTE = timedelta(minutes=1)
PLAYED = ["initialized", "completed", "terminated"]


class _Undone(Exception):
    """Rolls a unit of work back."""


@pytest.fixture
def unit(engine: Engine, clock: Callable[[], datetime]) -> Iterator[Unit]:
    """An open unit of work that knows Léa; what it writes is never committed."""
    with suppress(_Undone), Unit(engine) as opened:
        opened.people.add(Person("p-lea", "lea", "Léa", "agent", "north", "fr"), clock())
        yield opened
        raise _Undone


@pytest.fixture
def drill(unit: Unit, new_drill: Callable[..., Drill]) -> Drill:
    """Léa's drill, begun and told."""
    made = new_drill("d", "p-lea")
    unit.drills.add(made)
    outbox.begin(unit, made, made.started_at)
    return made


def ended(unit: Unit, drill: Drill, at: datetime, ending: str = "served") -> Drill:
    unit.drills.end(drill.id, ending, at)
    outbox.finish(unit, drill, ending, at)
    found = unit.drills.get(drill.id)
    assert found is not None
    return found


def replied(unit: Unit, library: Library, assessment: Assessment, at: datetime) -> None:
    scenario = library.scenario("late-refund", "fr")
    reaction = customer.react(scenario, "calm", 1, [("Bonjour", assessment)])
    unit.turns.append("d", Entry("reply", 1, str(uuid.uuid4()), "Bonjour", assessment, reaction), at)


def verbs(unit: Unit) -> list[str]:
    return [one.verb for one in unit.outbox.of_drill("d")]


def test_a_drill_from_start_to_end(unit: Unit, drill: Drill) -> None:
    ended(unit, drill, drill.started_at + MINUTE)
    told = unit.outbox.of_drill("d")
    assert [one.verb for one in told] == PLAYED
    (session,) = outbox.sessions(told)
    assert (session.id, session.began, session.ended) == (told[0].id, told[0].at, told[2].at)
    assert [outbox.session_of(one, told) for one in told] == [session] * 3
    assert outbox.spent(told, told[2].at) == MINUTE
    assert all(str(uuid.UUID(one.id)) == one.id and one.tries == 0 and one.due_at == one.at for one in told)


def test_what_happens_twice_is_written_once(unit: Unit, drill: Drill) -> None:
    for _ in range(2):
        outbox.begin(unit, drill, drill.started_at)
    at = drill.started_at + MINUTE
    for _ in range(2):
        ended(unit, drill, at)
    assert verbs(unit) == PLAYED


def test_a_drill_that_the_agent_just_ended_is_not_completed(unit: Unit, drill: Drill) -> None:
    ended(unit, drill, drill.started_at + MINUTE, "ended")
    assert verbs(unit) == ["initialized", "terminated"]


def test_a_replay_is_a_session_and_completes_nothing_twice(unit: Unit, drill: Drill) -> None:
    start = drill.started_at
    ended(unit, drill, start + MINUTE)
    outbox.begin(unit, drill, start + 2 * MINUTE)
    ended(unit, drill, start + 5 * MINUTE)
    assert verbs(unit) == [*PLAYED, "initialized", "terminated"]
    assert outbox.spent(unit.outbox.of_drill("d"), start + 9 * MINUTE) == 4 * MINUTE


def test_a_session_that_goes_on_counts_up_to_now(unit: Unit, drill: Drill) -> None:
    told = unit.outbox.of_drill("d")
    assert outbox.spent(told, drill.started_at + MINUTE) == MINUTE
    assert outbox.spent(told, drill.started_at - MINUTE) == timedelta()


def test_a_drill_that_began_before_the_store_ends_in_silence(unit: Unit, new_drill: Callable[..., Drill]) -> None:
    made = new_drill("d", "p-lea")
    unit.drills.add(made)
    ended(unit, made, made.started_at + MINUTE)
    assert verbs(unit) == []


def test_a_drill_of_nobody_is_never_told(
    unit: Unit, new_drill: Callable[..., Drill], library: Library, perceived: Callable[..., Assessment]
) -> None:
    made = new_drill("d", None, door="shell")
    unit.drills.add(made)
    outbox.begin(unit, made, made.started_at)
    replied(unit, library, perceived(2, acts=ACTS), made.started_at)
    outbox.share(unit, library, ended(unit, made, made.started_at + MINUTE), made.started_at + 2 * MINUTE)
    assert verbs(unit) == []


@pytest.mark.parametrize(
    ("level", "facts", "verb"), [(2, {"acts": ACTS}, "passed"), (0, {"red_flags": ("insult",)}, "failed")]
)
def test_a_shared_result(
    unit: Unit, drill: Drill, library: Library, perceived: Callable[..., Assessment], level: int,
    facts: dict[str, Any], verb: str,
) -> None:  # fmt: skip
    replied(unit, library, perceived(level, **facts), drill.started_at)
    over = ended(unit, drill, drill.started_at + MINUTE)
    for minutes in (2, 3):
        outbox.share(unit, library, over, drill.started_at + minutes * MINUTE)
    told = unit.outbox.of_drill("d")
    assert [one.verb for one in told] == [*PLAYED, "initialized", verb, "terminated"]
    assert {one.at for one in told[3:]} == {drill.started_at + 2 * MINUTE}
    assert outbox.session_of(told[4], told) == outbox.sessions(told)[1] != outbox.sessions(told)[0]


def test_what_could_not_be_judged_has_no_result(unit: Unit, drill: Drill, library: Library) -> None:
    outbox.share(unit, library, ended(unit, drill, drill.started_at + MINUTE), drill.started_at + 2 * MINUTE)
    assert verbs(unit) == PLAYED


def test_a_drill_that_goes_on_has_no_result(
    unit: Unit, drill: Drill, library: Library, perceived: Callable[..., Assessment]
) -> None:
    replied(unit, library, perceived(2, acts=ACTS), drill.started_at)
    outbox.share(unit, library, drill, drill.started_at + MINUTE)
    assert verbs(unit) == ["initialized"]


def test_a_drill_whose_scenario_is_gone_can_still_be_shared(
    unit: Unit, new_drill: Callable[..., Drill], library: Library
) -> None:
    made = new_drill("d", "p-lea", scenario="long-gone")
    unit.drills.add(made)
    outbox.share(unit, library, ended(unit, made, made.started_at), made.started_at)
    assert verbs(unit) == []


def test_a_stranger_belongs_to_no_session(drill: Drill, unit: Unit) -> None:
    stranger = Told(str(uuid.UUID(int=0)), "d", "completed", drill.started_at, 0, drill.started_at, None, None)
    with pytest.raises(LookupError):
        outbox.session_of(stranger, unit.outbox.of_drill("d"))


def test_sent_waiting_refused(unit: Unit, drill: Drill) -> None:
    ended(unit, drill, drill.started_at + MINUTE)
    now = drill.started_at + 2 * MINUTE
    first, second, third = unit.outbox.due(now, 9)
    unit.outbox.sent([first.id], now)
    unit.outbox.refuse(second.id, "400 no")
    unit.outbox.later([third.id], 3, now + MINUTE)
    assert unit.outbox.count_sent() == 1
    assert [(one.id, one.refused) for one in unit.outbox.refused()] == [(second.id, "400 no")]
    assert [(one.id, one.tries) for one in unit.outbox.waiting()] == [(third.id, 3)]
    assert unit.outbox.due(now, 9) == []
    assert [one.id for one in unit.outbox.due(now + MINUTE, 9)] == [third.id]
    unit.outbox.retry(now)
    assert [(one.id, one.tries, one.refused) for one in unit.outbox.due(now, 9)] == [
        (second.id, 0, None), (third.id, 0, None),
    ]  # fmt: skip


def test_the_oldest_first_and_no_more_than_asked(unit: Unit, drill: Drill) -> None:
    ended(unit, drill, drill.started_at + MINUTE)
    assert [one.verb for one in unit.outbox.due(drill.started_at + MINUTE, 2)] == PLAYED[:2]
    assert [one.verb for one in unit.outbox.due(drill.started_at, 9)] == PLAYED[:1]


def test_nothing_overtakes_what_waits_in_its_drill(unit: Unit, drill: Drill, new_drill: Callable[..., Drill]) -> None:
    now = drill.started_at + MINUTE
    unit.outbox.later([unit.outbox.of_drill("d")[0].id], 1, now + MINUTE)
    ended(unit, drill, now)
    other = new_drill("other", "p-lea")
    unit.drills.add(other)
    outbox.begin(unit, other, now)
    assert [one.drill_id for one in unit.outbox.due(now, 9)] == ["other"]
    assert len(unit.outbox.due(now + MINUTE, 9)) == 4


def test_a_result_waits_until_the_drill_is_shared(unit: Unit, drill: Drill) -> None:
    unit.outbox.add(str(uuid.uuid4()), "d", "failed", drill.started_at)
    for share, found in ((False, []), (True, ["failed"]), (False, [])):
        unit.drills.share("d", drill.started_at) if share else unit.drills.unshare("d")
        assert [one.verb for one in unit.outbox.due(drill.started_at, 9)][1:] == found
        assert [one.verb for one in unit.outbox.waiting()][1:] == found


def test_only_results_that_nobody_heard_are_withdrawn(unit: Unit, drill: Drill) -> None:
    ids = [str(uuid.UUID(int=number)) for number in range(3)]
    for told_id in ids[:2]:
        unit.outbox.add(told_id, "d", "failed", drill.started_at)
    unit.outbox.add(ids[2], "d", "failed", drill.started_at + MINUTE)
    unit.outbox.sent(ids[:1], drill.started_at)
    unit.outbox.withdraw("d", drill.started_at + MINUTE)
    assert {one.id for one in unit.outbox.of_drill("d") if one.verb == "failed"} == {ids[0], ids[2]}


@pytest.mark.parametrize("erased", ["drills", "people"])
def test_the_outbox_goes_with_its_drill(
    engine: Engine, new_drill: Callable[..., Drill], clock: Callable[[], datetime], erased: str
) -> None:
    made = new_drill("d", "p-lea")
    with Unit(engine) as unit:
        unit.people.add(Person("p-lea", "lea", "Léa", "agent", "north", "fr"), clock())
        unit.drills.add(made)
        outbox.begin(unit, made, clock())
    with engine.begin() as connection:
        connection.execute(delete(tables.metadata.tables[erased]))
    with Unit(engine) as unit:
        assert unit.outbox.waiting() == []
