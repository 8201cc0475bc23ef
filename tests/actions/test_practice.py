"""actions/practice.py, on a real database file and the real scenarios."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from actions import practice
from actions.coaching import drill
from actions.coaching.drill import Entry
from actions.practice import Step, UnknownDrill
from actions.room import Room
from actions.storage.library import Edition, Library, LibraryError
from actions.storage.records import Drill, Feedback, Person
from actions.storage.unit import Unit
from nlu.contract import LANGS, Assessment, Lang, Topics

Perceived = Callable[..., Assessment]
FACTS = {"scenario": "late-refund", "lang": "fr", "difficulty": "demanding", "door": "web"}


@pytest.fixture
def room(sqlite: Engine, library: Library, clock: Callable[[], datetime]) -> Room:
    """The room on SQLite."""
    return Room(sqlite, library, clock)


@pytest.fixture
def opened(room: Room, camille: Person) -> Room:
    """The room with Camille's drill `d` open."""
    practice.begin(room, "d", camille.id, FACTS)
    return room


def kept(room: Room) -> Drill:
    """The drill `d` as stored."""
    with Unit(room.engine) as unit:
        found = unit.drills.get("d")
    assert found is not None
    return found


def written(room: Room) -> tuple[Entry, ...]:
    """The log of `d`."""
    with Unit(room.engine) as unit:
        return unit.turns.entries("d")


def test_a_drill_begins_with_the_customers_line(room: Room, camille: Person) -> None:
    step = practice.begin(room, "d", camille.id, FACTS)
    (said,) = step.payloads
    assert (said["type"], said["drill"], said["scenario"], said["lang"]) == ("customer", "d", "late-refund", "fr")
    assert said["position"] == 0 and said["line"] and said["move"] == "open" and not step.over
    found = kept(room)
    assert (found.person_id, found.difficulty, found.door, found.quick) == (camille.id, "demanding", "web", 0)
    assert written(room) == ()


def test_beginning_twice_is_beginning_once(opened: Room, camille: Person) -> None:
    first = kept(opened)
    again = practice.begin(opened, "d", camille.id, {"scenario": "no-badge", "lang": "en"})
    assert again.payloads[0]["scenario"] == "late-refund"
    assert kept(opened) == first


def test_beginning_with_nothing_said(room: Room) -> None:
    said = practice.begin(room, "d", None, {}).payloads[0]
    assert (said["lang"], said["scenario"]) == ("fr", room.library.slugs()[0])
    assert kept(room).door == "shell"


def test_an_unknown_scenario(room: Room) -> None:
    with pytest.raises(LibraryError):
        practice.begin(room, "d", None, {"scenario": "nowhere"})


def test_an_unknown_difficulty_is_the_easiest(room: Room) -> None:
    practice.begin(room, "d", None, {**FACTS, "difficulty": "impossible"})
    assert kept(room).difficulty == "calm"


def test_a_reply_is_written_with_what_follows_from_it(opened: Room, perceived: Perceived) -> None:
    step = practice.take(opened, "d", "Bonjour, que s’est-il passé ?", "m1", perceived())
    said, note = step.payloads
    assert (said["type"], said["position"], said["name"]) == ("customer", 1, note and said["name"])
    assert (note["type"], note["drill"], note["position"], note["message_id"]) == ("coach_note", "d", 1, "m1")
    assert {"text", "score", "empathy", "tone", "markers", "praise", "why", "better", "changes"} <= set(note)
    (entry,) = written(opened)
    assert (entry.kind, entry.text, entry.assessment) == ("reply", "Bonjour, que s’est-il passé ?", perceived())
    assert entry.reaction is not None and entry.reaction.line == said["line"]
    assert entry.note is not None and entry.note.items() <= note.items()


def test_a_resend_is_answered_the_same_and_counted_once(opened: Room, perceived: Perceived) -> None:
    first = practice.take(opened, "d", "Bonjour", "m1", perceived())
    again = practice.take(opened, "d", "Bonjour", "m1", perceived(0))
    assert again == first
    assert len(written(opened)) == 1


def test_a_resend_after_other_turns(opened: Room, perceived: Perceived) -> None:
    steps = [practice.take(opened, "d", f"Réponse {n}", f"m{n}", perceived()) for n in (1, 2)]
    assert practice.take(opened, "d", "Réponse 1", "m1", perceived()) == steps[0]
    assert len(written(opened)) == 2


def test_replaying_takes_back_what_followed(opened: Room, perceived: Perceived) -> None:
    lines = [practice.take(opened, "d", f"Réponse {n}", f"m{n}", perceived()).payloads[0]["line"] for n in (1, 2, 3)]
    (said,) = practice.replay(opened, "d", 2, "r1").payloads
    assert (said["line"], said["position"]) == (lines[0], 1)
    practice.replay(opened, "d", 2, "r1")
    practice.take(opened, "d", "Autrement", "m4", perceived(2))
    log = written(opened)
    assert [entry.kind for entry in log] == ["reply", "reply", "reply", "replay", "reply"]
    assert [(entry.message_id, entry.position) for entry in drill.live(log)] == [("m1", 1), ("m4", 2)]
    assert [entry.message_id for entry in drill.superseded(log)] == ["m2", "m3"]


def test_a_replayed_moment_is_seeded_alike(opened: Room, perceived: Perceived) -> None:
    first = practice.take(opened, "d", "Bonjour", "m1", perceived())
    practice.replay(opened, "d", 1, "r1")
    again = practice.take(opened, "d", "Bonjour", "m2", perceived())
    assert again.payloads[0] == first.payloads[0]


@pytest.mark.parametrize("position", [0, -1, 2, 99])
def test_a_moment_that_does_not_exist(opened: Room, perceived: Perceived, position: int) -> None:
    practice.take(opened, "d", "Bonjour", "m1", perceived())
    said = practice.replay(opened, "d", position, "r1").payloads[0]
    assert said["position"] == 1
    assert [entry.kind for entry in written(opened)] == ["reply"]


def test_replaying_after_the_end_reopens(opened: Room, perceived: Perceived) -> None:
    practice.take(opened, "d", "Bonjour", "m1", perceived())
    practice.end(opened, "d", "e1")
    practice.replay(opened, "d", 1, "r1")
    assert not kept(opened).over and kept(opened).ending is None


def test_a_hint_is_recorded_and_costs_nothing(opened: Room, perceived: Perceived) -> None:
    (hint,) = practice.hint(opened, "d", "h1").payloads
    assert hint["type"] == "hint" and hint["text"]
    practice.hint(opened, "d", "h1")
    practice.take(opened, "d", "Bonjour", "m1", perceived())
    assert [(entry.kind, entry.position) for entry in written(opened)] == [("hint", 1), ("reply", 1)]


def test_the_agent_ends_it(opened: Room) -> None:
    assert practice.end(opened, "d", "e1").over
    assert practice.end(opened, "d", "e2").over
    assert kept(opened).ending == "ended"
    assert [entry.kind for entry in written(opened)] == ["end"]


def test_a_reply_after_the_end_is_not_counted(opened: Room, perceived: Perceived) -> None:
    practice.take(opened, "d", "Bonjour.", "m1", perceived(1))
    practice.end(opened, "d", "e")
    log = written(opened)
    late = practice.take(opened, "d", "Encore un mot.", "m2", perceived(1))
    assert "coach_note" not in [said["type"] for said in late.payloads]
    assert written(opened) == log
    assert practice.take(opened, "d", "Bonjour.", "m1", perceived(1)).payloads  # a resend is still answered


def test_a_quick_drill_has_its_number_of_moments(room: Room, perceived: Perceived) -> None:
    practice.begin(room, "d", None, {**FACTS, "quick": 2})
    assert not practice.take(room, "d", "Bonjour", "m1", perceived()).over
    assert practice.take(room, "d", "Et ensuite ?", "m2", perceived()).over
    assert kept(room).over


@pytest.mark.parametrize("lang", LANGS)
def test_a_moment_is_a_quick_drill_of_its_own_length(room: Room, perceived: Perceived, lang: Lang) -> None:
    for name, moment in room.library.scenario("late-refund", lang).moments.items():
        facts = {**FACTS, "lang": lang, "scenario": f"late-refund.{name}", "quick": 9}
        (said,) = practice.begin(room, name, None, facts).payloads
        assert (said["scenario"], said["line"]) == (f"late-refund.{name}", moment.line)
        helped = perceived(lang=lang, topics=Topics(near=True))
        steps = [practice.take(room, name, "…", f"m{n}", helped).over for n in range(1, moment.replies + 1)]
        assert steps == [False] * (moment.replies - 1) + [True]
        (found,) = practice.review(room, name).payloads
        assert found["ending"] in ("quick", "served") and len(found["curve"]) == moment.replies + 1


def test_an_unknown_moment(room: Room) -> None:
    with pytest.raises(LibraryError, match="has no moment 'never'"):
        practice.begin(room, "d", None, {**FACTS, "scenario": "late-refund.never"})


def test_what_a_reply_asks_for_is_answered(opened: Room, perceived: Perceived) -> None:
    asked = perceived(topics=Topics(asked=("order_number",)))
    said = practice.take(opened, "d", "Votre numéro de commande ?", "m1", asked).payloads[0]
    assert said["move"] == "answer"
    assert opened.library.scenario("late-refund", "fr").facts["order_number"].value in said["line"]
    (entry,) = written(opened)
    assert entry.assessment == asked


def test_somebody_treated_badly_leaves(opened: Room, perceived: Perceived) -> None:
    bad = perceived(0, hostility=("blame", "dismissal"), red_flags=("insult",))
    for n in range(40):
        if practice.take(opened, "d", "Vous êtes pénible.", f"m{n}", bad).over:
            break
    assert kept(opened).ending in ("gave_up", "hung_up")


def test_saying_the_line_again(opened: Room, perceived: Perceived) -> None:
    opening = practice.begin(opened, "d", None, {}).payloads
    assert practice.again(opened, "d").payloads == opening
    said = practice.take(opened, "d", "Bonjour", "m1", perceived()).payloads[0]
    assert practice.again(opened, "d").payloads == (said,)


def test_the_debrief(opened: Room, perceived: Perceived) -> None:
    practice.take(opened, "d", "Bonjour", "m1", perceived())
    practice.replay(opened, "d", 1, "r1")
    practice.take(opened, "d", "Bonjour, racontez-moi ?", "m2", perceived(2))
    practice.end(opened, "d", "e1")
    (found,) = practice.review(opened, "d").payloads
    assert (found["type"], found["drill"], found["ending"], found["replayed"]) == ("debrief", "d", "ended", 1)
    assert 0 <= found["scorecard"]["score"] <= 100
    assert [point["position"] for point in found["curve"]] == [0, 1]
    assert len(found["decisive"]) <= 2 and found["verdict"]["simulated"] is True
    assert len(found["behaviours"]) == 5


def test_a_debrief_before_the_first_reply(opened: Room) -> None:
    practice.end(opened, "d", "e1")
    (found,) = practice.review(opened, "d").payloads
    assert found["scorecard"]["score"] is None and len(found["curve"]) == 1


@pytest.mark.parametrize("rating, stored", [(4, 4), (0, 1), (9, 5)])
def test_how_the_agent_lived_it(opened: Room, rating: int, stored: int) -> None:
    assert practice.reflect(opened, "d", rating, "Utile.").payloads == ({"type": "notice", "code": "thanks"},)
    with Unit(opened.engine) as unit:
        assert unit.feedback.get("d") == Feedback("d", stored, "Utile.")


def test_a_drill_nobody_began(room: Room, perceived: Perceived) -> None:
    steps: list[Callable[[], Step]] = [
        lambda: practice.take(room, "x", "Bonjour", "m1", perceived()),
        lambda: practice.replay(room, "x", 1, "m1"),
        lambda: practice.hint(room, "x", "m1"),
        lambda: practice.end(room, "x", "m1"),
        lambda: practice.again(room, "x"),
        lambda: practice.review(room, "x"),
        lambda: practice.reflect(room, "x", 3, ""),
    ]
    for step in steps:
        with pytest.raises(UnknownDrill):
            step()


def told(room: Room) -> list[str]:
    """What a learning record store is to hear of `d`."""
    with Unit(room.engine) as unit:
        return [one.verb for one in unit.outbox.of_drill("d")]


def test_a_store_is_told_when_there_is_one(room: Room, camille: Person, perceived: Perceived) -> None:
    telling = replace(room, told=True)
    practice.begin(telling, "d", camille.id, {**FACTS, "quick": 1})
    practice.begin(telling, "d", camille.id, FACTS)
    assert told(room) == ["initialized"]
    practice.take(telling, "d", "Bonjour", "m1", perceived())
    practice.take(telling, "d", "Bonjour", "m1", perceived())
    assert told(room) == ["initialized", "completed", "terminated"]


def test_an_agent_who_stops_has_not_completed(room: Room, camille: Person, perceived: Perceived) -> None:
    telling = replace(room, told=True)
    practice.begin(telling, "d", camille.id, FACTS)
    practice.take(telling, "d", "Bonjour", "m1", perceived())
    practice.replay(telling, "d", 1, "r1")
    practice.take(telling, "d", "Bonjour", "m2", perceived())
    practice.end(telling, "d", "e1")
    practice.end(telling, "d", "e2")
    assert sorted(told(room)) == ["initialized", "terminated"]


def test_a_replay_after_the_end_is_told_as_a_new_session(room: Room, camille: Person, perceived: Perceived) -> None:
    telling = replace(room, told=True, clock=Ticking(room.clock()))
    practice.begin(telling, "d", camille.id, FACTS)
    practice.take(telling, "d", "Bonjour", "m1", perceived())
    practice.end(telling, "d", "e1")
    for message_id in ("r1", "r1", "r2"):
        practice.replay(telling, "d", 1, message_id)
    assert told(room) == ["initialized", "terminated", "initialized"]


def test_without_a_store_nothing_is_kept_for_it(opened: Room, perceived: Perceived) -> None:
    practice.take(opened, "d", "Bonjour", "m1", perceived())
    practice.end(opened, "d", "e1")
    practice.replay(opened, "d", 1, "r1")
    practice.end(opened, "d", "e2")
    assert told(opened) == []


def test_what_is_told_stands_or_falls_with_what_happened(room: Room, camille: Person) -> None:
    """The drill could not be kept whole: nothing is told of it either."""
    spoilt = replace(room, told=True, library=Spoilt(room.library.root))
    with pytest.raises(LibraryError):
        practice.begin(spoilt, "d", camille.id, FACTS)
    assert told(room) == []


class Ticking:
    """A clock that moves a second at each look."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


class Spoilt(Library):
    """Can be read once, and no more when the edition is to be kept."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        looks = count()

        def edition(slug: str, lang: Lang) -> Edition:
            if next(looks):
                raise LibraryError("the disk is gone")
            return self._edition(slug, lang)

        self.edition = lru_cache(maxsize=0)(edition)
