"""The debrief of a drill: one strength first, what moved the customer, the scorecard, one next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from actions.coaching.behaviour import behaviours
from actions.coaching.check import seen
from actions.coaching.customer import Reaction, begin, verdict
from actions.coaching.drill import Entry, live, replays
from actions.coaching.feelings import BURDENS, Feelings, satisfaction
from actions.coaching.grid import WORTH, Grid, Mark, Scorecard, fill
from actions.coaching.phrases import label, say, short
from actions.coaching.scenario import Scenario

CURVE = ("anger", "anxiety", "trust", "patience")


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
    return {
        "type": "debrief",
        "ending": ending,
        "ending_label": label(phrases, "endings", ending),
        "scorecard": scorecard.to_json(),
        "curve": _curve(opening, replies),
        "decisive": _decisive(phrases, opening, replies),
        "strength": _strength(phrases, scorecard, replies),
        "next_step": _next_step(phrases, scorecard, replies),
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
        if after != before:
            moments.append(_moment(phrases, entry, entry.reaction, after - before))
        before = after
    moments.sort(key=lambda moment: (-abs(moment["delta"]), moment["position"]))
    ups, downs = ([m for m in moments if (m["delta"] > 0) is up] for up in (True, False))
    kept = [ups[0], downs[0]] if ups and downs else moments[:2]
    return sorted(kept, key=lambda moment: int(moment["position"]))


def _moment(phrases: Mapping[str, Any], entry: Entry, reaction: Reaction, delta: int) -> dict[str, Any]:
    """One decisive moment; its `why` is that of the feeling which moved most in the same direction."""
    same = [change for change in reaction.changes if ((change.delta < 0) is (change.feeling in BURDENS)) is (delta > 0)]
    fallback = phrases["debrief"]["decisive"]["up" if delta > 0 else "down"]
    why = max(same, key=lambda change: abs(change.delta)).why if same else fallback
    return {"position": entry.position, "text": entry.text, "line": reaction.line, "delta": delta, "why": why}


def _strength(phrases: Mapping[str, Any], scorecard: Scorecard, replies: Sequence[Entry]) -> str:
    """What the agent did best: the most telling strategy used, in their own words, else the best criterion."""
    said = phrases["debrief"]["strength"]
    if not replies:
        return say(said["begun"])
    if scorecard.stopped_by is None:
        if shown := _best_strategy(phrases, replies):
            name, quote = shown
            return say(said["strategy"], label=label(phrases, "strategies", name), quote=quote)
        met = [mark for mark in scorecard.marks if mark.level == "met"]
        if met:
            best = max(met, key=lambda mark: mark.criterion.weight)
            return say(said["criterion"], label=best.criterion.label)
    return say(said["trying"])


def _best_strategy(phrases: Mapping[str, Any], replies: Sequence[Entry]) -> tuple[str, str] | None:
    """The strategy shown in most replies and its first words; the coach's order of praise settles equal counts."""
    order = list(phrases["praise"]["strategies"])
    found: dict[str, str] = {}
    count: Counter[str] = Counter()
    for entry in replies:
        assert entry.assessment is not None
        if entry.assessment.hostility:
            continue
        good = [m for m in entry.assessment.markers if m.polarity > 0 and m.strategy in order]
        count.update({m.strategy for m in good})
        for marker in good:
            found.setdefault(marker.strategy, short(entry.text[marker.start : marker.end]))
    # Saying hello or please is expected of anyone; it is a strength only when there is nothing else to name.
    plain = {"greeting", "courtesy", "closing"}
    ranked = sorted(count, key=lambda name: (name in plain, -count[name], order.index(name)))
    return (ranked[0], found[ranked[0]]) if ranked else None


def _next_step(phrases: Mapping[str, Any], scorecard: Scorecard, replies: Sequence[Entry]) -> str:
    """One step, from the criterion that would gain most; a red flag comes before everything."""
    said = phrases["debrief"]["next_step"]
    if not replies:
        return say(said["begun"])
    if scorecard.stopped_by is not None:
        return say(said["stopped"], label=scorecard.stopped_by.lower())
    open_marks = [mark for mark in scorecard.marks if mark.level in ("partly", "missed")]
    if not open_marks:
        return say(said["onward"])
    weakest = max(open_marks, key=_to_gain).criterion
    return say(said["criteria"].get(weakest.id, said["criterion"]), label=weakest.label)


def _to_gain(mark: Mark) -> float:
    return mark.criterion.weight * (1 - WORTH[mark.level])
