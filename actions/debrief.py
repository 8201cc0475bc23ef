"""After a drill: the debrief, and how the agent lived it."""

from __future__ import annotations

from rasa_sdk import Tracker

from actions import message, practice, room
from actions.adapter import Spoken
from actions.practice import Step


class Debrief(Spoken):
    """Says the scorecard, the curve and the moments that mattered."""

    def name(self) -> str:
        """Its name in domain.yml."""
        return "action_debrief"

    def step(self, tracker: Tracker) -> Step:
        """The debrief of the drill whose id is the conversation's."""
        here, drill = room.here(), tracker.sender_id
        if message.intent(tracker) == "end_drill":
            # Said where Rasa has forgotten that a drill runs, it ends the one that SQL remembers.
            practice.end(here, drill, message.message_id(tracker))
        return practice.review(here, drill)


class Feedback(Spoken):
    """Stores the agent's own word on the drill."""

    def name(self) -> str:
        """Its name in domain.yml."""
        return "action_feedback"

    def step(self, tracker: Tracker) -> Step:
        """Keep the rating (1–5), the line, and whether the lead may read them."""
        return practice.reflect(room.here(), tracker.sender_id, *message.reflection(tracker))
