"""Stuffing: sympathy piled up. Three « je comprends » in a row are not more than one."""

from __future__ import annotations

from spacy.tokens import Doc

from nlu.contract import Marker
from nlu.strategies.spans import Scene, mark_words, own

GENERIC = ("understanding", "apology", "pity")
ENOUGH = 3
"""Generic sympathies that make a pile, when little else is said."""
DENSITY = 14
"""Words per sympathy under which the reply holds little else."""


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark the sympathies after the second when they crowd the reply."""
    hits = [*own(doc, "acknowledgement"), *own(doc, "apology"), *own(doc, "pity")]
    piled = sorted((hit for hit in hits if hit.entry.strategy in GENERIC), key=lambda hit: hit.start)
    words = sum(token.is_alpha for token in doc)
    if len(piled) < ENOUGH or words > DENSITY * len(piled):
        return []
    return [mark_words(doc, hit.start, hit.end, "stuffing", -1) for hit in piled[2:]]
