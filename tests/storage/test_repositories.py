"""actions/storage/repositories.py"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from actions.coaching import customer
from actions.coaching.drill import Entry
from actions.storage import tables
from actions.storage.library import Library
from actions.storage.records import Certificate, Draft, Drill, Feedback, Person
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


def test_what_a_team_finished_since_a_day(unit: Unit, clock: Clock, new_drill: MakeDrill) -> None:
    hour, since = timedelta(hours=1), clock() - timedelta(days=1)
    played: tuple[tuple[str, str, datetime, str], ...] = (
        ("done", "p-lea", clock(), "late-refund"),
        ("later", "p-ben", clock() + hour, "late-refund"),
        ("at-once", "p-lea", since, "late-refund"),
        ("before", "p-lea", since - hour, "late-refund"),
        ("other", "p-lea", clock(), "no-badge"),
        ("elsewhere", "p-far", clock(), "late-refund"),
    )
    for name, person, began, scenario in played:
        unit.drills.add(new_drill(name, person, started_at=began, scenario=scenario))
        unit.drills.end(name, "served", clock() + 2 * hour)
    unit.drills.add(new_drill("running", "p-lea"))
    found = unit.drills.finished_in_team("north", ["late-refund", "late-refund"], since)
    assert [(drill.id, person) for drill, person in found] == [("later", BEN), ("done", LEA), ("at-once", LEA)]
    assert unit.drills.finished_in_team("north", [], since) == []


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


def test_comments_are_counted_by_drill(unit: Unit, clock: Clock, new_drill: MakeDrill) -> None:
    assert unit.comments.count([]) == {}
    for name, comments in (("silent", 0), ("d", 3), ("not asked", 1)):
        unit.drills.add(new_drill(name, "p-lea"))
        turn = unit.turns.append(name, Entry("reply", 1, "m", "Bonjour"), clock())
        for _ in range(comments):
            unit.comments.add(turn, "p-zoe", "Très juste.", clock())
    assert unit.comments.count(["silent", "d", "unknown"]) == {"d": 3}


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


@pytest.fixture
def practised(unit: Unit, clock: Clock, library: Library, new_drill: MakeDrill, perceived: Perceived) -> Unit:
    """Léa and Ben have each left something in every table; Zoé, their lead, has read and answered both."""
    reaction = customer.begin(library.scenario("late-refund", "fr"), "calm", 1)
    for person, name in ((LEA, "d-lea"), (BEN, "d-ben")):
        unit.drills.add(new_drill(name, person.id, shared_at=clock()))
        turn = unit.turns.append(name, Entry("reply", 1, "m1", "Bonjour", perceived(), reaction), clock())
        unit.comments.add(turn, ZOE.id, "Bien vu", clock())
        unit.feedback.put(Feedback(name, 4, "Mieux."), clock())
        unit.contests.put(name, "welcome", "J’ai salué.", clock())
        unit.drafts.put(Draft(name, "m2", "Un moment"), clock())
        unit.scratches.put(name, "Je", clock())
        unit.results.put(name, 1, {}, clock())
        unit.outbox.add(f"told-{name}", name, "initialized", clock())
        unit.certificates.add(Certificate(person.id, "welcome", clock()))
        unit.assignments.add(ZOE, person.id, "late-refund", clock().date(), "Pour vous", clock())
        unit.audit.add(person.id, "share", name, clock())
        unit.audit.add(ZOE.id, "read", name, clock())
        unit.audit.add(person.id, "sign-in", None, clock())
        unit.people.choose(person.id, trade="shop", exam=True)
    unit.assignments.add(ZOE, None, "late-refund", clock().date(), "Pour l’équipe", clock())
    return unit


def test_everything_about_somebody_can_be_handed_over(practised: Unit) -> None:
    rows = practised.belongings.of_person(LEA.id)
    assert set(rows) == {table.name for table in tables.metadata.sorted_tables} - {"editions"}, "a table was forgotten"
    assert {name: len(found) for name, found in rows.items()} == {
        **dict.fromkeys(rows, 1), "assignments": 2, "audit": 3,
    }  # fmt: skip
    assert "password" not in rows["people"][0] and rows["people"][0]["login"] == "lea"
    assert rows["comments"][0]["by"] == "Zoé" and {row["by"] for row in rows["audit"]} == {"Léa", "Zoé"}
    assert "ben" not in json.dumps(rows, default=str).lower()


def test_a_lead_is_handed_what_they_wrote_and_did(practised: Unit) -> None:
    rows = practised.belongings.of_person(ZOE.id)
    assert len(rows["comments"]) == 2 and len(rows["audit"]) == 2 and len(rows["assignments"]) == 3
    assert rows["drills"] == rows["turns"] == []


def test_erasing_leaves_nothing_of_somebody_and_everything_of_the_others(practised: Unit) -> None:
    assert practised.belongings.drills(LEA.id) == ["d-lea"]
    others = {person.id: practised.belongings.of_person(person.id) for person in (BEN, FAR)}
    assert practised.belongings.count(LEA.id)["drills"] == 1
    practised.belongings.erase(LEA.id)
    left = practised.belongings.of_person(LEA.id)
    assert {name for name, found in left.items() if found} == {"people", "assignments"}
    assert [row["person_id"] for row in left["assignments"]] == [None], "what was asked of the whole team"
    assert practised.people.get(LEA.id) == LEA, "the account stays, its choices do not"
    assert practised.belongings.count(LEA.id) == {}
    assert {person.id: practised.belongings.of_person(person.id) for person in (BEN, FAR)} == others


def test_what_a_lead_did_on_others_drills_is_not_theirs_to_erase(practised: Unit, clock: Clock) -> None:
    practised.audit.add(ZOE.id, "assign", None, clock())
    practised.belongings.erase(ZOE.id)
    assert ("p-zoe", "read") in practised.audit.of_drill("d-lea")
    assert [comment.text for comment in practised.comments.of_drill("d-lea")] == ["Bien vu"]
    assert len(practised.assignments.of_team("north")) == 3
    assert practised.belongings.count(ZOE.id) == {}


def test_a_certificate_is_given_once(unit: Unit, clock: Clock) -> None:
    first = Certificate("p-lea", "welcome", clock())
    unit.certificates.add(first)
    unit.certificates.add(replace(first, earned_at=clock() + timedelta(days=1)))
    unit.certificates.add(replace(first, stage="hard"))
    assert [(one.stage, one.earned_at) for one in unit.certificates.of_person("p-lea")] == [
        ("hard", clock()), ("welcome", clock()),
    ]  # fmt: skip


def test_no_one_has_a_name_that_postgresql_cannot_hold(unit: Unit) -> None:
    assert unit.people.by_login("l\x00a") is None
    assert unit.drills.get("d\x001") is None


PUTS: dict[str, Callable[[Unit, datetime], None]] = {
    "feedback": lambda unit, at: unit.feedback.put(Feedback("d", 4, "well"), at),
    "draft": lambda unit, at: unit.drafts.put(Draft("d", "m1", "half"), at),
    "scratch": lambda unit, at: unit.scratches.put("d", "half a sen", at),
    "result": lambda unit, at: unit.results.put("d", 1, {"score": 1}, at),
    "contest": lambda unit, at: unit.contests.put("d", "welcome", "I did", at),
    "certificate": lambda unit, at: unit.certificates.add(Certificate("p-lea", "welcome", at)),
}


@pytest.mark.parametrize("put", PUTS.values(), ids=list(PUTS))
def test_two_tabs_write_the_same_thing_at_once(
    engine: Engine, clock: Clock, new_drill: MakeDrill, put: Callable[[Unit, datetime], None]
) -> None:
    with Unit(engine) as unit:
        unit.people.add(LEA, clock())
        unit.drills.add(new_drill("d", "p-lea"))
    names = ("feedback", "drafts", "scratches", "results", "contests", "certificates")
    together = Barrier(3, timeout=10)

    def tab() -> None:
        together.wait()
        with Unit(engine) as unit:
            put(unit, clock())

    with ThreadPoolExecutor(3) as tabs:
        for _ in range(10):
            for waiting in [tabs.submit(tab) for _ in range(3)]:
                waiting.result()
            with engine.begin() as connection:
                written = sum(connection.execute(tables.metadata.tables[name].delete()).rowcount for name in names)
            assert written == 1
