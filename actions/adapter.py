"""Between rasa-sdk and the steps of a drill: say the payloads, and turn an exception into a sentence, never silence."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.practice import Step

log = logging.getLogger(__name__)

Event = dict[str, Any]


class Spoken(Action, ABC):  # type: ignore[misc]
    """An action that answers with payloads. Subclasses write `step`; `events` follow from it."""

    @abstractmethod
    def step(self, tracker: Tracker) -> Step | None:
        """What to answer now; None for nothing."""

    def events(self, tracker: Tracker, step: Step) -> list[Event]:
        """What Rasa must remember of it."""
        return []

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        """Called by rasa-sdk. A failure is told to the door, which keeps the reply and offers to send it again."""
        try:
            step = self.step(tracker)
            if step is None:
                return []
            for payload in step.payloads:
                say(dispatcher, payload)
            return self.events(tracker, step)
        except Exception:  # whatever broke, the agent must hear of it
            log.exception("%s failed in conversation %s", self.name(), tracker.sender_id)
            dispatcher.messages.clear()
            say(dispatcher, {"type": "notice", "code": "failed"})
            return []


def say(dispatcher: CollectingDispatcher, payload: dict[str, Any]) -> None:
    """Utter the words and the payload in one message: a tracker then never holds one without the other."""
    words = payload.get("line") or payload.get("text") if payload["type"] != "coach_note" else payload.get("why")
    dispatcher.utter_message(text=words, json_message=payload)
