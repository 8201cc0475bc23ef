"""actions/storage/repositories.py"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from actions.coaching import customer
from actions.coaching.drill import Entry
from actions.storage.library import Library
from actions.storage.records import Draft, Drill, Feedback, Person
from actions.storage.unit import Unit
from nlu.contract import Assessment, Marker, Topics, Wording

Clock = Callable[[], datetime]
MakeDrill = Callable[..., Drill]
Perceived = Callable[..., Assessment]

LEA = Person("p-lea", "lea", "Léa", "agent", "north", "fr")
BEN = Person("p-ben", "ben", "Ben", "agent", "north", "en")
ZOE = Person("p-zoe", "zoe", "Zoé", "lead", "north", "fr", "argon2…")
FAR = Person("p-far", "far", "Farid", "agent", "south", "fr")


class _Undone(Exception):
    """Rolls a unit of work back."""


@pytest.fixture
def unit(engine: Engine, clock: Clock) -> Iterator[Unit]:
    """An open unit of work that knows four people; what it writes is never committed."""
    with suppress(_Undone), Unit(engine) as opened:
        for person in (LEA, BEN, ZOE, FAR):
            opened.people.add(person, clock())
        yield opened
        raise _Undone


def test_people(unit: Unit) -> None:
    assert unit.people.get("p-zoe") == ZOE
    assert unit.people.by_login("  ZOE ") == ZOE
    assert unit.people.get("nobody") is None and unit.people.by_login("") is None
    assert unit.people.team("north") == [BEN, LEA, ZOE]
    assert unit.people.team("nowhere") == []


def test_a_login_is_taken_once(unit: Unit, clock: Clock) -> None:
    with pytest.raises(IntegrityError):
        unit.people.add(replace(FAR, id="p-other", login="lea"), clock())


def test_the_language_somebody_reads(unit: Unit) -> None:
    unit.people.speak("p-lea", "en")
    assert unit.people.get("p-lea") == replace(LEA, lang="en")
    assert unit.people.get("p-zoe") == ZOE


def test_a_drill_from_start_to_sharing(unit: Unit, clock: Clock, new_drill: MakeDrill) -> None:
    fresh = new_drill("d", "p-lea", quick=3, difficulty="hard")
    unit.drills.add(fresh)
    assert unit.drills.get("d") == fresh and not fresh.over
    unit.drills.end("d", "served", clock())
    ended = unit.drills.get("d")
    assert ended == replace(fresh, ended_at=clock(), ending="served") and ended.over
    unit.drills.share("d", clock())
    assert unit.drills.get("d") == replace(ended, shared_at=clock())
    unit.drills.unshare("d")
    unit.drills.reopen("d")
    assert unit.drills.get("d") == fresh
    assert unit.drills.get("other") is None


def test_a_drill_of_nobody(unit: Unit, new_drill: MakeDrill) -> None:
    unit.drills.add(new_drill("d", None, door="shell"))
    found = unit.drills.get("d")
    assert found is not None and found.person_id is None


def test_somebodys_drills_newest_first(unit: Unit, clock: Clock, new_drill: MakeDrill) -> None:
    for day in range(4):
        unit.drills.add(new_drill(f"d{day}", "p-lea", started_at=clock() + timedelta(days=day)))
    unit.drills.add(new_drill("other", "p-ben"))
    assert [drill.id for drill in unit.drills.of_person("p-lea")] == ["d3", "d2", "d1", "d0"]
    assert [drill.id for drill in unit.drills.of_person("p-lea", limit=2)] == ["d3", "d2"]


def test_a_lead_sees_what_the_team_shares_and_nothing_else(unit: Unit, clock: Clock, new_drill: MakeDrill) -> None:
    for name, who in (("private", "p-lea"), ("first", "p-lea"), ("last", "p-ben"), ("elsewhere", "p-far")):
        unit.drills.add(new_drill(name, who, ended_at=clock()))
    unit.drills.add(new_drill("running", "p-lea", shared_at=clock()))
    unit.drills.share("first", clock())
    unit.drills.share("last", clock() + timedelta(hours=1))
    unit.drills.share("elsewhere", clock())
    assert [(drill.id, person) for drill, person in unit.drills.shared_in_team("north")] == [
        ("last", BEN),
        ("first", LEA),
    ]
    assert [drill.id for drill, _ in unit.drills.shared_in_team("north", limit=1)] == ["last"]
    unit.drills.unshare("last")
    assert [drill.id for drill, _ in unit.drills.shared_in_team("north")] == ["first"]
    assert unit.drills.shared_in_team("nowhere") == []


def test_a_log_comes_back_as_it_was_written(
    unit: Unit, clock: Clock, new_drill: MakeDrill, perceived: Perceived, library: Library
) -> None:
    unit.drills.add(new_drill("d", "p-lea"))
    seen = perceived(
        2, acts=("greet",), hostility=("blame",), red_flags=("insult",),
        markers=(Marker(0, 7, "greeting", 1, "« Bonjour » 😀"),),
        wording=(Wording(0, 7, "Bonjour", "Bonjour Léa", "nommez"),),
        topics=Topics(asked=("order_number", "proof"), proposed=("refund_now",), unsure=True),
    )  # fmt: skip
    said = "Bonjour 😀 — مرحبا"
    reaction = customer.react(library.scenario("late-refund", "fr"), "calm", 1, [(said, seen)])
    log = [
        Entry("hint", 1, "m1"),
        Entry("reply", 1, "m2", said, seen, reaction, {"why": "Bien vu", "markers": [{"start": 0}]}),
        Entry("replay", 1, "m3"),
        Entry("end", 1, "m4"),
    ]
    ids = [unit.turns.append("d", entry, clock()) for entry in log]
    assert unit.turns.entries("d") == tuple(replace(entry, id=id_) for entry, id_ in zip(log, ids, strict=True))
    assert unit.turns.known("d", "m2") == replace(log[1], id=ids[1])
    assert unit.turns.known("d", "m9") is None and unit.turns.known("other", "m2") is None
    assert unit.turns.entries("other") == ()


def test_each_drill_has_its_own_log(unit: Unit, clock: Clock, new_drill: MakeDrill) -> None:
    for name in ("a", "b"):
        unit.drills.add(new_drill(name, "p-lea"))
        unit.turns.append(name, Entry("hint", 1, "same message id"), clock())
    assert [len(unit.turns.entries(name)) for name in ("a", "b")] == [1, 1]


def test_a_message_is_written_once(unit: Unit, clock: Clock, new_drill: MakeDrill) -> None:
    unit.drills.add(new_drill("d", "p-lea"))
    unit.turns.append("d", Entry("reply", 1, "m", "Bonjour"), clock())
    with pytest.raises(IntegrityError):
        unit.turns.append("d", Entry("reply", 2, "m", "Bonjour encore"), clock())


def test_comments(unit: Unit, clock: Clock, new_drill: MakeDrill) -> None:
    for name in ("d", "other"):
        unit.drills.add(new_drill(name, "p-lea"))
    turn = unit.turns.append("d", Entry("reply", 1, "m", "Bonjour"), clock())
    elsewhere = unit.turns.append("other", Entry("reply", 1, "m", "Bonjour"), clock())
    unit.comments.add(turn, "p-zoe", "Très juste.", clock())
    unit.comments.add(turn, "p-zoe", "Et si vous nommiez la date ?", clock())
    unit.comments.add(elsewhere, "p-zoe", "Ailleurs", clock())
    found = unit.comments.of_drill("d")
    assert [(one.turn_id, one.author_id, one.author_name, one.text, one.read_at) for one in found] == [
        (turn, "p-zoe", "Zoé", "Très juste.", None),
        (turn, "p-zoe", "Zoé", "Et si vous nommiez la date ?", None),
    ]


def test_comments_are_read_once(unit: Unit, clock: Clock, new_drill: MakeDrill) -> None:
    unit.drills.add(new_drill("d", "p-lea"))
    turn = unit.turns.append("d", Entry("reply", 1, "m", "Bonjour"), clock())
    unit.comments.add(turn, "p-zoe", "Très juste.", clock())
    unit.comments.mark_read("d", clock())
    unit.comments.mark_read("d", clock() + timedelta(hours=1))
    assert [one.read_at for one in unit.comments.of_drill("d")] == [clock()]
    unit.comments.mark_read("nothing there", clock())


def test_feedback_keeps_the_last_word(unit: Unit, clock: Clock, new_drill: MakeDrill) -> None:
    unit.drills.add(new_drill("d", "p-lea"))
    assert unit.feedback.get("d") is None
    unit.feedback.put(Feedback("d", 2, "Dur."), clock())
    unit.feedback.put(Feedback("d", 4, "Mieux."), clock())
    assert unit.feedback.get("d") == Feedback("d", 4, "Mieux.")


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_runs_from_one_to_five(unit: Unit, clock: Clock, new_drill: MakeDrill, rating: int) -> None:
    unit.drills.add(new_drill("d", "p-lea"))
    with pytest.raises(IntegrityError):
        unit.feedback.put(Feedback("d", rating, ""), clock())


def test_one_draft_per_drill(unit: Unit, clock: Clock, new_drill: MakeDrill) -> None:
    for name in ("d", "other"):
        unit.drills.add(new_drill(name, "p-lea"))
        unit.drafts.put(Draft(name, "m1", "Un moment"), clock())
    unit.drafts.put(Draft("d", "m2", "Un autre"), clock())
    assert unit.drafts.get("d") == Draft("d", "m2", "Un autre")
    unit.drafts.drop("d")
    unit.drafts.drop("d")
    assert unit.drafts.get("d") is None
    assert unit.drafts.get("other") == Draft("other", "m1", "Un moment")


def test_the_audit_tells_who_read_what(unit: Unit, clock: Clock) -> None:
    unit.audit.add("p-zoe", "read", "d", clock())
    unit.audit.add("p-lea", "share", "d", clock())
    unit.audit.add("p-zoe", "sign-in", None, clock())
    assert unit.audit.of_drill("d") == [("p-zoe", "read"), ("p-lea", "share")]
