"""Words to avoid and jargon, with a better way to say them. The customer's own word is never a fault."""

from __future__ import annotations

from spacy.tokens import Doc

from nlu.contract import Marker, Wording
from nlu.strategies.lexicon import Hit
from nlu.strategies.spans import Scene, lemmas, mark, place

LEXICONS = ("avoid", "jargon")


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark each word to avoid, `avoid` or `jargon`."""
    return [mark(doc, hit, -1) for hit in _hits(doc, scene)]


def wordings(doc: Doc, scene: Scene, text: str) -> tuple[Wording, ...]:
    """The same words with their better wording, in order of the text."""
    found = []
    for hit in _hits(doc, scene):
        start, end = place(doc, hit.start, hit.end)
        found.append(Wording(start, end, text[start:end], hit.entry.better, hit.entry.note))
    return tuple(sorted(found, key=lambda wording: (wording.start, wording.end)))


def _hits(doc: Doc, scene: Scene) -> list[Hit]:
    theirs = lemmas(scene.customer)
    norms = {token.norm_ for token in scene.customer}
    kept = []
    for lexicon in LEXICONS:
        for hit in doc._.hits.get(lexicon, ()):
            span = doc[hit.start : hit.end]
            words = lemmas(span)
            borrowed = words <= theirs if words else all(token.norm_ in norms for token in span)
            if hit.start not in doc._.quoted and not borrowed:
                kept.append(hit)
    return kept
