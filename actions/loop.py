"""The drill's loop: carries its form's name and never rejects, so every typed text is a reply, whatever its intent."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop

from actions import message, practice, room
from actions.adapter import Event, Spoken
from actions.practice import Step

NAME = "drill_loop"


class DrillLoop(Spoken):
    """Begin, take a turn, or obey a payload."""

    def name(self) -> str:
        """The form it overrides."""
        return NAME

    def step(self, tracker: Tracker) -> Step | None:
        """One step of the drill whose id is the conversation's."""
        if tracker.latest_action_name not in (None, "action_listen"):
            return None
        perceived = message.assessment(tracker) if tracker.active_loop_name else None
        if perceived:
            return practice.take(
                room.here(), tracker.sender_id, message.text(tracker), message.message_id(tracker), perceived
            )
        return self._obey(tracker)

    def events(self, tracker: Tracker, step: Step) -> list[Event]:
        """Keep the loop until the drill is over."""
        if step.over:
            return [ActiveLoop(None)]
        return [] if tracker.active_loop_name else [ActiveLoop(NAME)]

    def _obey(self, tracker: Tracker) -> Step:
        here, drill, id_ = room.here(), tracker.sender_id, message.message_id(tracker)
        facts = message.facts(tracker)
        match message.intent(tracker):
            case "begin":
                return practice.begin(here, drill, message.person_id(tracker), facts)
            case "replay":
                return practice.replay(here, drill, int(facts.get("position") or 0), id_)
            case "hint":
                return practice.hint(here, drill, id_)
            case "end_drill":
                return practice.end(here, drill, id_)
            case "feedback":
                return practice.reflect(here, drill, *message.reflection(tracker))
            case _:
                return practice.again(here, drill)
