"""Strategies: small pure functions `(doc, scene) -> list[Marker]`, each with its lexicon in `data/lexicons/<lang>/`.

Those that need nothing but their lexicon are the table `HELPING` and `COSTING`; the others have a module each.
"""

from __future__ import annotations

from collections.abc import Callable

from spacy.tokens import Doc

from nlu.contract import Marker
from nlu.strategies import (
    acknowledgement,
    apology,
    avoid,
    command,
    commitment,
    greeting,
    parroting,
    personalisation,
    question,
    reformulation,
    refusal,
    stuffing,
    wordy,
)
from nlu.strategies.spans import Scene, find

Strategy = Callable[[Doc, Scene], list[Marker]]

HELPING = (
    "care", "check_understanding", "closing", "courtesy", "explanation", "identification", "limit", "options",
    "ownership", "recognition", "repair", "transparency",
)  # fmt: skip
COSTING = (
    "absolute_promise", "blame", "disclosure", "discrimination", "dismissal", "insult", "negated_empathy", "pity",
    "pressure", "sarcasm", "script", "unsafe",
)  # fmt: skip


def _lexical(strategy: str, polarity: int) -> Strategy:
    return lambda doc, scene: find(doc, strategy, polarity)


STRATEGIES: dict[str, Strategy] = {
    **{name: _lexical(name, +1) for name in HELPING},
    **{name: _lexical(name, -1) for name in COSTING},
    "acknowledgement": acknowledgement.find,
    "apology": apology.find,
    "avoid": avoid.find,
    "command": command.find,
    "commitment": commitment.find,
    "greeting": greeting.find,
    "parroting": parroting.find,
    "personalisation": personalisation.find,
    "question": question.find,
    "reformulation": reformulation.find,
    "refusal": refusal.find,
    "stuffing": stuffing.find,
    "wordy": wordy.find,
}


def markers(doc: Doc, scene: Scene) -> tuple[Marker, ...]:
    """Every marker of a reply, in order of the text; each strategy marks a span once."""
    found = {marker for strategy in STRATEGIES.values() for marker in strategy(doc, scene)}
    return tuple(sorted(found, key=lambda marker: (marker.start, -marker.end, marker.strategy, marker.note)))
