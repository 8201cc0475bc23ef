"""Parroting: the customer's sentence given back as it was. It shows hearing, not understanding."""

from __future__ import annotations

from spacy.tokens import Doc

from nlu.contract import Marker
from nlu.strategies.spans import Scene, content, mark_words

RUN = 6
"""Words in a row shared with the customer that make a copy…"""
CONTENT = 3
"""…when as many of them carry meaning."""


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark the longest copied run of words, if it is long enough."""
    span = copied(doc, scene)
    return [mark_words(doc, span[0], span[1], "parroting", -1)] if span else []


def copied(doc: Doc, scene: Scene) -> tuple[int, int] | None:
    """The longest run of words `[start, end)` said by the customer in nearly that order, or None.

    Small words are skipped, so that « vous avez attendu » still copies « j'ai attendu ».
    """
    theirs = [token.lemma_.lower() for token in content(scene.customer)]
    ours = list(content(doc))
    best: tuple[int, int] | None = None
    longest = 0
    for start in range(len(ours)):
        for other in range(len(theirs)):
            size = 0
            while (
                start + size < len(ours)
                and other + size < len(theirs)
                and ours[start + size].lemma_.lower() == theirs[other + size]
            ):
                size += 1
            if size > longest:
                longest, best = size, (ours[start].i, ours[start + size - 1].i + 1)
    if best is None or longest < CONTENT or (longest < len(theirs) * 0.45 and longest < RUN):
        return None
    return best
