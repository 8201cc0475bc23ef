"""bot/lrs/statement.py: what a store and cmi5 ask of each statement."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest

from actions.storage.records import Drill, Told
from bot.lrs.statement import duration, write
from tests.conftest import NOW
from tests.lrs.store import MASTERY, MOVEON, check, judge

DRILL, SESSION, ID = (str(uuid.UUID(int=number)) for number in (1, 2, 3))
VERBS = ("initialized", "completed", "passed", "failed", "terminated")


@pytest.fixture
def told(new_drill: Callable[..., Drill]) -> Callable[..., dict[str, Any]]:
    """The statement of a verb: `told("passed", score=80)`."""

    def make(verb: str, score: int | None = None, titles: Any = None, **changes: Any) -> dict[str, Any]:
        line = replace(Told(ID, DRILL, verb, NOW, 0, NOW, None, None), **changes)
        drill = new_drill(DRILL, "9f1c", scenario="late-refund.angry")
        titles = {"fr": "Le retard", "en": "Late"} if titles is None else titles
        return write("https://room.example", line, drill, SESSION, timedelta(seconds=75.256), titles, score)

    return make


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_can_be_stored(told: Callable[..., dict[str, Any]], verb: str) -> None:
    said = told(verb, {"passed": 60, "failed": 59}.get(verb))
    check(json.loads(json.dumps(said)))
    judge([{**told("initialized"), "id": str(uuid.uuid4())}, said] if verb != "initialized" else [said])


def test_a_passed_drill(told: Callable[..., dict[str, Any]]) -> None:
    said = told("passed", 72)
    assert said["actor"] == {"objectType": "Agent", "account": {"homePage": "https://room.example", "name": "9f1c"}}
    assert said["object"]["id"] == "https://room.example/scenarios/late-refund.angry"
    assert said["object"]["definition"]["name"] == {"fr": "Le retard", "en": "Late"}
    assert said["result"] == {
        "duration": "PT75.26S", "success": True, "score": {"scaled": 0.72, "raw": 72, "min": 0, "max": 100},
    }  # fmt: skip
    assert said["context"]["registration"] == DRILL
    assert said["context"]["extensions"][MASTERY] == 0.6
    assert said["timestamp"] == "2026-11-22T09:00:00.000Z" and "version" not in said


@pytest.mark.parametrize("verb", ["initialized", "completed", "terminated"])
def test_a_score_is_told_with_a_verdict_only(told: Callable[..., dict[str, Any]], verb: str) -> None:
    assert "72" not in json.dumps(told(verb, 72, at=NOW)["result"] if verb != "initialized" else told(verb, 72))


@pytest.mark.parametrize(("verb", "score"), [("passed", 59), ("failed", 60), ("passed", None), ("failed", None)])
def test_a_score_that_contradicts_its_verb_stays_here(
    told: Callable[..., dict[str, Any]], verb: str, score: int | None
) -> None:
    assert "score" not in told(verb, score)["result"]


def test_only_verdicts_count_for_moving_on(told: Callable[..., dict[str, Any]]) -> None:
    counted = {verb for verb in VERBS if MOVEON in json.dumps(told(verb))}
    assert counted == {"completed", "passed", "failed"}


def test_a_scenario_that_is_gone_keeps_its_address(told: Callable[..., dict[str, Any]]) -> None:
    said = told("completed", titles={})
    check(said)
    assert "name" not in said["object"]["definition"]


def test_the_time_is_told_in_utc(told: Callable[..., dict[str, Any]]) -> None:
    paris = NOW.astimezone(timezone(timedelta(hours=1)))
    assert told("completed", at=paris)["timestamp"] == "2026-11-22T09:00:00.000Z"


@pytest.mark.parametrize(
    ("seconds", "written"), [(0, "PT0.00S"), (-3, "PT0.00S"), (1.005, "PT1.00S"), (90061, "PT90061.00S")]
)
def test_a_duration(seconds: float, written: str) -> None:
    assert duration(timedelta(seconds=seconds)) == written
