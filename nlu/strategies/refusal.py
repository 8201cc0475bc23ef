"""Refusal: a plain no. It helps when the same reply says what is possible instead, and costs when it stands alone."""

from __future__ import annotations

from spacy.tokens import Doc

from nlu.contract import Marker
from nlu.strategies.spans import Scene, mark_words, own

WAYS_OUT = ("options", "repair", "commitment", "explanation")


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark each refusal `refusal_with_way_out` or `bare_refusal`."""
    opened = any(own(doc, lexicon) for lexicon in WAYS_OUT)
    name, polarity = ("refusal_with_way_out", +1) if opened else ("bare_refusal", -1)
    return [mark_words(doc, hit.start, hit.end, name, polarity) for hit in own(doc, "refusal")]
