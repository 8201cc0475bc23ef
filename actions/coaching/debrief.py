"""The debrief of a drill: one strength first, what moved the customer, the scorecard, one next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from actions.coaching.behaviour import behaviours
from actions.coaching.check import Check, seen
from actions.coaching.customer import Reaction, begin, verdict
from actions.coaching.drill import Entry, live, replays
from actions.coaching.feelings import BURDENS, Feelings, satisfaction
from actions.coaching.grid import WORTH, Grid, Mark, Scorecard, fill
from actions.coaching.note import heaviest, telling
from actions.coaching.phrases import label, quote, say
from actions.coaching.scenario import Scenario

CURVE = ("anger", "anxiety", "trust", "patience")
DECISIVE = 3
"""Points of satisfaction below which a moment decided nothing."""


def write(
    scenario: Scenario,
    grid: Grid,
    phrases: Mapping[str, Any],
    difficulty: str,
    seed: int,
    entries: Sequence[Entry],
    ending: str,
) -> dict[str, Any]:
    """The `debrief` payload, without `drill`, which the caller adds.

    `entries` is the whole log of the drill; the live branch is scored and the replays are counted. A drill ended before
    the first reply has a score of None, a curve of one point and kind words.
    """
    replies = tuple(entry for entry in live(entries) if entry.assessment and entry.reaction)
    opening = begin(scenario, difficulty, seed)
    scorecard = fill(grid, replies)
    said = [(entry.text, entry.assessment) for entry in replies if entry.assessment]
    missing = _missing(scorecard)
    return {
        "type": "debrief",
        "ending": ending,
        "ending_label": label(phrases, "endings", ending),
        "scorecard": scorecard.to_json(),
        "curve": _curve(opening, replies),
        "decisive": _decisive(phrases, opening, replies),
        "strength": _strength(phrases, scorecard, replies, missing, ending),
        "next_step": _next_step(phrases, scorecard, replies, missing),
        "verdict": verdict(scenario, difficulty, seed, said).to_json(),
        "replayed": replays(entries),
        "behaviours": [
            {"id": name, "label": label(phrases, "behaviours", name), "value": value}
            for name, value in behaviours(seen(replies)).items()
        ],
    }


def _curve(opening: Reaction, replies: Sequence[Entry]) -> list[dict[str, int]]:
    felt = [(entry.position, entry.reaction.feelings) for entry in replies if entry.reaction]
    return [_point(position, feelings) for position, feelings in [(0, opening.feelings), *felt]]


def _point(position: int, feelings: Feelings) -> dict[str, int]:
    shown = {name: int(getattr(feelings, name)) for name in CURVE}
    return {"position": position, **shown, "satisfaction": satisfaction(feelings)}


def _decisive(phrases: Mapping[str, Any], opening: Reaction, replies: Sequence[Entry]) -> list[dict[str, Any]]:
    """The two moments that moved satisfaction most: one up and one down when both exist, in the order they came."""
    moments, before = [], satisfaction(opening.feelings)
    for entry in replies:
        assert entry.reaction is not None
        after = satisfaction(entry.reaction.feelings)
        if abs(after - before) >= DECISIVE:
            moments.append((entry, after - before))
        before = after
    moments.sort(key=lambda moment: (-abs(moment[1]), moment[0].position))
    ups, downs = ([moment for moment in moments if (moment[1] > 0) is up] for up in (True, False))
    kept = [ups[0], downs[0]] if ups and downs else moments[:2]
    told: list[dict[str, Any]] = []
    for entry, delta in sorted(kept, key=lambda moment: moment[0].position):
        told.append(_moment(phrases, entry, delta, {moment["why"] for moment in told}))
    return told


def _moment(phrases: Mapping[str, Any], entry: Entry, delta: int, told: Collection[str]) -> dict[str, Any]:
    """One decisive moment; its `why` is what moved the feelings most in its direction and was not told before."""
    assert entry.reaction is not None
    same = [
        change
        for change in entry.reaction.changes
        if ((change.delta < 0) is (change.feeling in BURDENS)) is (delta > 0)
    ]
    fallback = phrases["debrief"]["decisive"]["up" if delta > 0 else "down"]
    why = next((why for why in heaviest(same) if why not in told), fallback)
    return {"position": entry.position, "text": entry.text, "line": entry.reaction.line, "delta": delta, "why": why}


def _strength(
    phrases: Mapping[str, Any],
    scorecard: Scorecard,
    replies: Sequence[Entry],
    missing: tuple[Mark, Check] | None,
    ending: str,
) -> str:
    """What the agent did best: the most telling strategy used, in their own words, else the best criterion.

    What the next step asks for is not named as a strength beside it, nor a goodbye said before anything was settled.
    """
    said = phrases["debrief"]["strength"]
    if not replies:
        return say(said["begun"])
    if scorecard.stopped_by is None:
        asked = {*(missing[1].shown_by if missing else ()), *(() if ending == "served" else ("closing",))}
        if shown := _best_strategy(phrases, replies, asked):
            name, words = shown
            return say(said["strategy"], label=label(phrases, "strategies", name), quote=words)
        met = [mark for mark in scorecard.marks if mark.level == "met"]
        if met:
            best = max(met, key=lambda mark: mark.criterion.weight)
            return say(said["criterion"], label=best.criterion.label)
    return say(said["trying"])


def _best_strategy(
    phrases: Mapping[str, Any], replies: Sequence[Entry], asked: Collection[str]
) -> tuple[str, str] | None:
    """The strategy shown in most replies and its fullest words; the coach's order of praise settles equal counts."""
    order = [name for name in phrases["praise"]["strategies"] if name not in asked]
    found: dict[str, str] = {}
    count: Counter[str] = Counter()
    for entry in replies:
        assert entry.assessment is not None
        pointed = [word.text for word in entry.assessment.wording]
        shown: dict[str, str] = {}
        for marker in entry.assessment.markers:
            words = quote(entry.text, marker.start, marker.end)
            # A quote to be proud of holds no word that the coach has pointed out.
            if marker.strategy in order and telling(entry.assessment, marker) and not any(w in words for w in pointed):
                shown[marker.strategy] = max(shown.get(marker.strategy, ""), words, key=len)
        count.update(shown.keys())
        found.update({name: max(found.get(name, ""), words, key=len) for name, words in shown.items()})
    # Saying hello or please is expected of anyone; it is a strength only when there is nothing else to name.
    plain = {"greeting", "courtesy", "closing", "name", "apology"}
    ranked = sorted(count, key=lambda name: (name in plain, -count[name], order.index(name)))
    return (ranked[0], found[ranked[0]]) if ranked else None


def _missing(scorecard: Scorecard) -> tuple[Mark, Check] | None:
    """The criterion that would gain most, and the first of its checks that did not pass. A person who never felt heard
    comes before any solution."""
    marks = [mark for mark in scorecard.marks if mark.level in ("partly", "missed")]
    if not marks:
        return None
    unheard = [mark for mark in marks if any(item.check.kind == "heard" and not item.passed for item in mark.answers)]
    weakest = max(unheard or marks, key=_to_gain)
    return weakest, next(item.check for item in weakest.answers if not item.passed)


def _next_step(
    phrases: Mapping[str, Any], scorecard: Scorecard, replies: Sequence[Entry], missing: tuple[Mark, Check] | None
) -> str:
    """One step, from the check to pass next; a red flag comes before everything."""
    said = phrases["debrief"]["next_step"]
    if not replies:
        return say(said["begun"])
    if scorecard.stopped_by is not None:
        return say(said["stopped"], label=scorecard.stopped_by.lower())
    if missing is None:
        return say(said["onward"])
    mark, check = missing
    return say(said["checks"].get(check.id, said["criterion"]), label=mark.criterion.label)


def _to_gain(mark: Mark) -> float:
    return mark.criterion.weight * (1 - WORTH[mark.level])
