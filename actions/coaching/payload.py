"""The custom payloads of a turn, as every door receives them (listed in docs/architecture.md)."""

from __future__ import annotations

from typing import Any

from actions.coaching.customer import Reaction
from actions.coaching.drill import Entry
from actions.coaching.scenario import Scenario


def customer(drill_id: str, scenario: Scenario, reaction: Reaction, position: int) -> dict[str, Any]:
    """What the customer says and shows, after the reply at `position` (0: the opening line)."""
    return {
        "type": "customer",
        "drill": drill_id,
        "scenario": scenario.slug,
        "version": scenario.version,
        "lang": scenario.lang,
        "name": scenario.customer_name,
        "position": position,
        **reaction.to_json(),
    }


def coach_note(drill_id: str, entry: Entry) -> dict[str, Any]:
    """What the coach says of the reply in `entry`."""
    about = {"drill": drill_id, "position": entry.position, "message_id": entry.message_id}
    return {"type": "coach_note", **about, **(entry.note or {})}


def turn(drill_id: str, scenario: Scenario, entry: Entry) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both payloads of the reply in `entry`."""
    assert entry.reaction is not None
    return customer(drill_id, scenario, entry.reaction, entry.position), coach_note(drill_id, entry)
