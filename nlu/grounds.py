"""What a level rests on when no marker shows it: the sentences that were judged as a whole.

Nothing is asserted without its words: a level above 0, a tone of 0 and a kind of hostility each have a marker that
speaks for them, or a `Judged` span. In a reply of several sentences that span is all of them: the model reads the reply
at once, and what it makes of one sentence inside it was measured to be little better than a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlu.combiner import LEVELS, Rules
from nlu.contract import TONE, Assessment, Judged


def judged(assessment: Assessment, sentences: Sequence[tuple[int, int]], rules: Rules) -> tuple[Judged, ...]:
    """The words behind each level and each kind of hostility that no marker speaks for."""
    if not sentences:
        return ()
    return tuple(Judged(name, sentences[0][0], sentences[-1][1]) for name in _unspoken(assessment, rules))


def _unspoken(assessment: Assessment, rules: Rules) -> Iterator[str]:
    strategies = {marker.strategy for marker in assessment.markers}
    levels = {**assessment.empathy, **assessment.tone}
    levels |= {"empathy": assessment.empathy["level"], "tone": assessment.tone["level"]}
    for name in LEVELS:
        sign = 1 if levels[name] else -1
        if not levels[name] and name not in (*TONE, "tone"):
            continue
        if not any(rules.effects.get(strategy, {}).get(name, 0.0) * sign > 0 for strategy in strategies):
            yield name
    for kind in assessment.hostility:
        if strategies.isdisjoint(rules.hostility[kind]):
            yield kind
