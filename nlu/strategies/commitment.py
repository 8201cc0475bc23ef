"""Commitment: what the agent will do. With a date or an hour in the same sentence it is a dated commitment."""

from __future__ import annotations

from spacy.tokens import Doc

from nlu.contract import Marker
from nlu.strategies.spans import Scene, mark, mark_words, own


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark each commitment, up to its date when it has one. What is asked in a question commits nobody."""
    found: list[Marker] = []
    dates = own(doc, "when")
    for hit in own(doc, "commitment"):
        sentence = doc[hit.start].sent
        if doc[sentence.end - 1].text == "?" or (len(sentence) > 1 and doc[sentence.end - 2].text == "?"):
            continue
        near = [date for date in dates if sentence.start <= date.start < sentence.end]
        if near:
            start = min(hit.start, near[0].start)
            found.append(mark_words(doc, start, max(hit.end, near[0].end), "dated_commitment", +1))
        else:
            found.append(mark(doc, hit, +1))
    return found
