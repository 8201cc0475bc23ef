"""actions/loop.py, adapter.py, message.py, debrief.py, lobby.py and room.py, with trackers by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.engine import Engine

from actions import lobby, message, practice
from actions import room as rooms
from actions.adapter import Spoken, say
from actions.debrief import Debrief, Feedback
from actions.loop import DrillLoop
from actions.practice import Step
from actions.storage.library import Library
from actions.storage.unit import Unit
from nlu.contract import Assessment

Perceived = Callable[..., Assessment]
Events = list[dict[str, Any]]


@pytest.fixture
def room(sqlite: Engine, library: Library, clock: Callable[[], datetime]) -> Iterator[rooms.Room]:
    """This process serves actions from SQLite."""
    opened = rooms.Room(sqlite, library, clock)
    rooms.enter(opened)
    yield opened
    rooms._open.clear()


def tracker(
    intent: str = "", *, text: str = "", loop: str | None = "drill_loop", after: str = "action_listen", **latest: Any
) -> Tracker:
    """A tracker as Rasa sends it, whose conversation is the drill `d`."""
    heard = {"intent": {"name": intent or None}, "entities": [], "text": text, "metadata": {}, **latest}
    active = {"name": loop} if loop else {}
    return Tracker("d", {}, heard, [{"event": "user"}], False, None, active, after)


def typed(text: str, perceived: Assessment, message_id: str = "m1", **facts: Any) -> Tracker:
    """A reply in the drill."""
    return tracker("greet", text=text, assessment=perceived.to_json(), metadata={"message_id": message_id}, **facts)


def act(action: Spoken, heard: Tracker) -> tuple[Events, Events]:
    """Run an action: (its messages, its events)."""
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, heard, {})
    return dispatcher.messages, events


def begin(**facts: Any) -> tuple[Events, Events]:
    """Begin the drill `d`."""
    told = {"scenario": "late-refund", "lang": "fr", **facts}
    return act(DrillLoop(), tracker("begin", loop=None, metadata={"message_id": "d", "facts": told}))


def kinds(messages: Events) -> list[str]:
    """The types of what was said."""
    return [said["custom"]["type"] for said in messages]


def log_of(room: rooms.Room) -> list[tuple[str, str]]:
    """(kind, text) of each entry of `d`."""
    with Unit(room.engine) as unit:
        return [(entry.kind, entry.text) for entry in unit.turns.entries("d")]


def test_a_drill_begins_and_keeps_the_loop(room: rooms.Room) -> None:
    messages, events = begin()
    assert kinds(messages) == ["customer"]
    assert messages[0]["text"] == messages[0]["custom"]["line"]
    assert events == [{"event": "active_loop", "timestamp": None, "name": "drill_loop"}]


@pytest.mark.parametrize(
    "text", ["Bonjour", "stop", "aide", "recommencer", "begin", "Quelles situations avez-vous ?", "…"]
)
def test_every_typed_text_is_a_reply(room: rooms.Room, perceived: Perceived, text: str) -> None:
    begin()
    for intent in ("greet", "hint", "end_drill", "nlu_fallback"):
        heard = tracker(intent, text=text, assessment=perceived().to_json(), metadata={"message_id": intent})
        messages, events = act(DrillLoop(), heard)
        assert kinds(messages) == ["customer", "coach_note"] and events == []
    assert log_of(room) == [("reply", text)] * 4


def test_nothing_to_do_right_after_itself(room: rooms.Room) -> None:
    begin()
    assert act(DrillLoop(), tracker("greet", after="drill_loop")) == ([], [])


def test_payloads(room: rooms.Room, perceived: Perceived) -> None:
    begin()
    act(DrillLoop(), typed("Bonjour", perceived()))
    for intent, said in (
        ("hint", ["hint"]),
        ("replay", ["customer"]),
        ("begin", ["customer"]),
        ("other", ["customer"]),
    ):
        heard = tracker(intent, metadata={"message_id": intent, "facts": {"position": 1}})
        messages, events = act(DrillLoop(), heard)
        assert (kinds(messages), events) == (said, [])
    assert [kind for kind, _ in log_of(room)] == ["reply", "hint", "replay"]


def test_the_end_closes_the_loop(room: rooms.Room) -> None:
    begin()
    messages, events = act(DrillLoop(), tracker("end_drill", metadata={"message_id": "e"}))
    assert messages == [] and events == [{"event": "active_loop", "timestamp": None, "name": None}]
    assert kinds(act(Debrief(), tracker("end_drill", loop=None))[0]) == ["debrief"]


def test_the_end_of_a_drill_whose_loop_is_lost(room: rooms.Room) -> None:
    begin()
    heard = tracker("end_drill", loop=None, metadata={"message_id": "e"})
    for _ in range(2):
        assert kinds(act(Debrief(), heard)[0]) == ["debrief"]
    with Unit(room.engine) as unit:
        found = unit.drills.get("d")
    assert found is not None and found.ending == "ended"
    assert log_of(room) == [("end", "")]


def test_feedback_inside_and_after(room: rooms.Room) -> None:
    begin()
    told = tracker("feedback", metadata={"message_id": "f", "facts": {"rating": 4, "text": "Utile."}})
    for action in (DrillLoop(), Feedback()):
        assert act(action, told)[0][0]["custom"] == {"type": "notice", "code": "thanks"}


@pytest.mark.parametrize(("said", "kept"), [({}, False), ({"shared": True}, True), ({"shared": "false"}, False)])
def test_feedback_is_the_agents_own_unless_said_so(room: rooms.Room, said: dict[str, Any], kept: bool) -> None:
    begin()
    told = tracker("feedback", metadata={"message_id": "f", "facts": {"rating": 4, "text": "Utile.", **said}})
    for action in (DrillLoop(), Feedback()):
        act(action, told)
        with Unit(room.engine) as unit:
            found = unit.feedback.get(told.sender_id)
        assert found is not None and found.shared is kept


def test_a_feedback_without_a_rating_is_told(room: rooms.Room) -> None:
    begin()
    messages, events = act(Feedback(), tracker("feedback", loop=None))
    assert messages[0]["custom"] == {"type": "notice", "code": "failed"} and events == []


def test_a_failure_is_told_and_changes_nothing(room: rooms.Room, perceived: Perceived) -> None:
    with room.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE turns")
    messages, events = begin()
    assert [said["custom"] for said in messages] == [{"type": "notice", "code": "failed"}] and events == []
    messages, events = act(DrillLoop(), typed("Bonjour", perceived()))
    assert [said["custom"] for said in messages] == [{"type": "notice", "code": "failed"}] and events == []


def test_half_an_answer_is_no_answer() -> None:
    class Halfway(Spoken):
        def name(self) -> str:
            return "halfway"

        def step(self, tracker: Tracker) -> Step:
            return Step(({"type": "hint", "text": "said"}, {"no": "type"}))

    messages, events = act(Halfway(), tracker())
    assert [said["custom"] for said in messages] == [{"type": "notice", "code": "failed"}] and events == []


def test_an_assessment_that_cannot_be_read_is_told(room: rooms.Room) -> None:
    begin()
    messages, _ = act(DrillLoop(), tracker("greet", text="Bonjour", assessment={"lang": "fr"}))
    assert messages[0]["custom"]["code"] == "failed"
    assert log_of(room) == []


def test_nobody_opened_the_room() -> None:
    with pytest.raises(rooms.Closed):
        rooms.here()
    assert begin()[0][0]["custom"]["code"] == "failed"


@pytest.mark.parametrize(
    "payload, words",
    [
        ({"type": "customer", "line": "Allô ?"}, "Allô ?"),
        ({"type": "coach_note", "why": "Bien vu.", "text": "Bonjour"}, "Bien vu."),
        ({"type": "hint", "text": "Écoutez."}, "Écoutez."),
        ({"type": "notice", "code": "failed"}, None),
    ],
)
def test_words_and_payload_in_one_message(payload: dict[str, Any], words: str | None) -> None:
    dispatcher = CollectingDispatcher()
    say(dispatcher, payload)
    (said,) = dispatcher.messages
    assert (said["text"], said["custom"]) == (words, payload)


def test_reading_a_tracker(perceived: Perceived) -> None:
    heard = typed("Bonjour", perceived(), "m7", entities=[{"entity": "lang", "value": "en"}])
    heard.latest_message["metadata"] |= {"person": "p", "facts": {"position": 2}}
    assert message.assessment(heard) == perceived()
    assert (message.text(heard), message.intent(heard), message.message_id(heard)) == ("Bonjour", "greet", "m7")
    assert (message.person_id(heard), message.facts(heard)) == ("p", {"lang": "en", "position": 2})
    assert message.lang(heard) == "en"


def test_reading_an_empty_tracker() -> None:
    bare = Tracker("d", {}, None, [{}, {}], False, None, {}, None)
    assert message.assessment(bare) is None
    assert (message.text(bare), message.intent(bare), message.message_id(bare)) == ("", "", "event-2")
    assert (message.person_id(bare), message.facts(bare), message.lang(bare)) == (None, {}, "fr")


def test_the_door_wins_over_what_was_typed() -> None:
    heard = tracker(entities=[{"entity": "lang", "value": "en"}], metadata={"facts": {"lang": "fr"}}, lang="en")
    assert message.lang(heard) == "fr"


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "answer, kind",
    [
        (lobby.Catalogue, "catalogue"), (lobby.Greet, "catalogue"), (lobby.Fallback, "catalogue"),
        (lobby.Outside, "catalogue"), (lobby.Help, "help"), (lobby.Thank, "thank"), (lobby.Goodbye, "goodbye"),
    ],
)  # fmt: skip
def test_the_lobby(room: rooms.Room, answer: type[Spoken], kind: str, lang: str) -> None:
    (said,), events = act(answer(), tracker(loop=None, lang=lang))
    assert said["custom"]["type"] == kind and said["text"] == said["custom"]["text"] and said["text"]
    assert events == []
    if kind == "catalogue":
        assert [shown["slug"] for shown in said["custom"]["scenarios"]] == list(room.library.slugs())


def test_a_turn_whose_drill_is_unknown_here(room: rooms.Room, perceived: Perceived) -> None:
    messages, _ = act(DrillLoop(), typed("Bonjour", perceived()))
    assert messages[0]["custom"]["code"] == "failed"
    with pytest.raises(practice.UnknownDrill):
        practice.again(room, "d")
