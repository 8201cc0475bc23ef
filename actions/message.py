"""Reading a tracker: what the agent sent, and what the door said about it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from nlu.contract import Assessment, Lang


def assessment(tracker: Tracker) -> Assessment | None:
    """What was perceived in the latest message; None when it is a payload and not a reply."""
    found = tracker.latest_message.get("assessment")
    return Assessment.from_json(found) if found else None


def intent(tracker: Tracker) -> str:
    """The name of the latest intent or payload."""
    return str((tracker.latest_message.get("intent") or {}).get("name") or "")


def text(tracker: Tracker) -> str:
    """The text as typed."""
    return str(tracker.latest_message.get("text") or "")


def message_id(tracker: Tracker) -> str:
    """The client's id of this message; in `rasa shell`, where there is none, the place in the conversation."""
    return str(_metadata(tracker).get("message_id") or f"event-{len(tracker.events)}")


def person_id(tracker: Tracker) -> str | None:
    """Who speaks, as the door's signed token says."""
    return _metadata(tracker).get("person")


def facts(tracker: Tracker) -> dict[str, Any]:
    """What comes with a payload: from the door's metadata, or from the entities typed in `rasa shell`."""
    typed = {entity["entity"]: entity["value"] for entity in tracker.latest_message.get("entities") or []}
    return {**typed, **(_metadata(tracker).get("facts") or {})}


def reflection(tracker: Tracker) -> tuple[int, str, bool]:
    """How the agent lived the drill: a rating, a line, and whether the lead may read them (only when said so)."""
    said = facts(tracker)
    return int(said["rating"]), str(said.get("text") or ""), said.get("shared") is True


def lang(tracker: Tracker) -> Lang:
    """The language to answer in: the door's, else the one the words are in."""
    return "en" if (facts(tracker).get("lang") or tracker.latest_message.get("lang")) == "en" else "fr"


def _metadata(tracker: Tracker) -> dict[str, Any]:
    return tracker.latest_message.get("metadata") or {}
