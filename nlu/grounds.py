"""What a level rests on when no marker shows it: the sentence that the model judged.

Nothing is asserted without its words: a level above 0, a tone of 0 and a kind of hostility each have a marker that
speaks for them, or a `Judged` span: the sentence which, read by itself, says it most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nlu.combiner import LEVELS, Groups, Rules, mean_level
from nlu.contract import HOSTILITY, TONE, Assessment, Judged

Place = tuple[int, int]


def judged(
    assessment: Assessment, sentences: Sequence[Place], told: Mapping[Place, Groups], rules: Rules
) -> tuple[Judged, ...]:
    """The words behind each level and each kind of hostility that no marker speaks for.

    `told` is what the model says of each sentence; where it says nothing of them, they stand together.
    """
    if not sentences:
        return ()
    whole = (sentences[0][0], sentences[-1][1])
    found = []
    for name, present in _unspoken(assessment, rules):
        weights = {place: _says(name, groups, present) for place, groups in told.items() if name in groups}
        place = max(weights, key=weights.__getitem__) if weights else whole
        found.append(Judged(name, *place))
    return tuple(found)


def _says(name: str, groups: Groups, present: bool) -> float:
    """How much a sentence says a dimension or a kind of hostility; how little, when that is what was judged."""
    value = groups[name]["yes"] if name in HOSTILITY else mean_level(groups[name])
    return value if present else -value


def _unspoken(assessment: Assessment, rules: Rules) -> Iterator[tuple[str, bool]]:
    """What no marker speaks for, and whether it was found to be there or to lack."""
    strategies = {marker.strategy for marker in assessment.markers}
    levels = {**assessment.empathy, **assessment.tone}
    levels |= {"empathy": assessment.empathy["level"], "tone": assessment.tone["level"]}
    for name in LEVELS:
        sign = 1 if levels[name] else -1
        if not levels[name] and name not in (*TONE, "tone"):
            continue
        if not any(rules.effects.get(strategy, {}).get(name, 0.0) * sign > 0 for strategy in strategies):
            yield name, levels[name] > 0
    for kind in assessment.hostility:
        if strategies.isdisjoint(rules.hostility[kind]):
            yield kind, True
