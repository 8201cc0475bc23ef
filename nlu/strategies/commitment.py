"""Commitment: what the agent will do. With a date or an hour in the same sentence it is a dated commitment."""

from __future__ import annotations

from spacy.tokens import Doc

from nlu.contract import Marker
from nlu.strategies.lexicon import Hit
from nlu.strategies.spans import Scene, mark, mark_words, own

NEAR = 10
"""Words between a commitment and its date, at most. A date belongs to one commitment."""


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark each commitment, up to its date when it has one. What is asked in a question commits nobody."""
    found: list[Marker] = []
    dates = own(doc, "when")
    for hit in own(doc, "commitment"):
        sentence = doc[hit.start].sent
        if "?" in sentence[-2:].text:
            continue
        near = [date for date in dates if sentence.start <= date.start < sentence.end and _apart(hit, date) <= NEAR]
        if not near:
            found.append(mark(doc, hit, +1))
            continue
        date = min(near, key=lambda date: _apart(hit, date))
        dates = dates[dates.index(date) + 1 :]
        start, end = min(hit.start, date.start), max(hit.end, date.end)
        while dates and dates[0].start <= end + 1:
            end = max(end, dates.pop(0).end)
        found.append(mark_words(doc, start, end, "dated_commitment", +1))
    return found


def _apart(hit: Hit, date: Hit) -> int:
    return max(0, date.start - hit.end, hit.start - date.end)
