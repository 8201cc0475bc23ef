"""One xAPI 1.0.3 statement as cmi5 wants it: pure, from what SQL knows of a drill. Never a text, a name or a login.

Sections named here: xAPI, https://github.com/adlnet/xAPI-Spec; cmi5, https://github.com/AICC/CMI-5_Spec_Current.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from actions.storage.outbox import MASTERY
from actions.storage.records import Drill, Told
from nlu.contract import Lang

Json = dict[str, Any]
VERB = "http://adlnet.gov/expapi/verbs/{}"
LESSON = "http://adlnet.gov/expapi/activities/lesson"
CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/{}"
EXTENSION = "https://w3id.org/xapi/cmi5/context/extensions/{}"
PUBLISHED = "urn:visavis:scenario:{}"
"""What a scenario is called in every installation (cmi5, 9.6.2.3), beside its address in this one (8.1.5)."""

SUCCESS = {"passed": True, "failed": False}


def write(
    home: str, told: Told, drill: Drill, session: str, spent: timedelta, titles: Mapping[Lang, str], score: int | None
) -> Json:
    """The statement of one line of the outbox (xAPI Data, 2.4).

    `home` is the room's public address, `session` the id of the cmi5 session, `spent` how long the drill, or for
    `terminated` the session, has lasted; `titles` those of the scenario, `score` 0–100 or None. `version` is left out,
    as 2.4.10 asks; the request's header names it.
    """
    return {
        "id": told.id,
        # cmi5, 9.2: an agent with an account. The id is a pseudonym that only this room can resolve.
        "actor": {"objectType": "Agent", "account": {"homePage": home, "name": drill.person_id}},
        "verb": {"id": VERB.format(told.verb), "display": {"en": told.verb}},
        "object": _activity(home, drill.scenario, titles),
        **_result(told.verb, spent, score),
        "context": _context(told.verb, drill, session),
        # cmi5, 9.7: when it happened, in UTC, whenever it is sent.
        "timestamp": _utc(told.at),
    }


def _activity(home: str, scenario: str, titles: Mapping[Lang, str]) -> Json:
    """The assignable unit (cmi5, 9.4; xAPI Data, 2.4.4.1): a scenario, or a moment of one."""
    named = {"name": dict(titles)} if titles else {}
    return {
        "objectType": "Activity",
        "id": f"{home}/scenarios/{scenario}",
        "definition": {"type": LESSON, **named},
    }


def _result(verb: str, spent: timedelta, score: int | None) -> Json:
    """cmi5, 9.5: a duration at every end; `completion`, `success` and the score only with the verbs that may say so."""
    if verb == "initialized":
        return {}
    result: Json = {"duration": duration(spent)}
    if verb == "completed":
        result["completion"] = True
    if verb in SUCCESS:
        result["success"] = SUCCESS[verb]
        # 9.5.1: a score must agree with its verb. It does, unless the formula changed in between: then it stays here.
        if score is not None and (score >= MASTERY) == SUCCESS[verb]:
            result["score"] = {"scaled": score / 100, "raw": score, "min": 0, "max": 100}
    return {"result": result}


def _context(verb: str, drill: Drill, session: str) -> Json:
    """cmi5, 9.6: the drill is the registration; the category `moveon` stands where the result says how it went."""
    judged = verb == "completed" or verb in SUCCESS
    extensions: Json = {EXTENSION.format("sessionid"): session}
    if verb in SUCCESS:
        extensions[EXTENSION.format("masteryscore")] = MASTERY / 100
    return {
        "registration": drill.id,
        "contextActivities": {
            "category": [_named(CATEGORY.format(name)) for name in ("cmi5", *(["moveon"] if judged else []))],
            "grouping": [_named(PUBLISHED.format(drill.scenario))],
        },
        "extensions": extensions,
    }


def _named(activity: str) -> Json:
    return {"objectType": "Activity", "id": activity}


def duration(spent: timedelta) -> str:
    """ISO 8601, to a hundredth of a second (xAPI Data, 4.6); never below zero."""
    return f"PT{max(0.0, spent.total_seconds()):.2f}S"


def _utc(at: datetime) -> str:
    return at.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
