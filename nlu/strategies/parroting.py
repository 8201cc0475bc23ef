"""Parroting: the customer's sentence given back as it was. It shows hearing, not understanding."""

from __future__ import annotations

from itertools import islice

from spacy.tokens import Doc

from nlu.contract import Marker
from nlu.strategies.spans import Scene, content, lemmas, mark_words, sentences

RUN = 6
"""Words in a row shared with the customer that make a copy…"""
CONTENT = 3
"""…when as many of them carry meaning."""
ECHO, SHARED = 0.75, 0.35
"""Cosine with the customer's line, and share of its meaning-bearing words that are theirs, that make an echo. On the
train split nine in ten parroted replies reach both, and hardly any other."""
HEARD = 120
"""Meaning-bearing words of either side that are compared, so that no text takes long."""


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark the longest copied run of words, if it is long enough; or the sentences that echo the whole line."""
    span = copied(doc, scene)
    return [mark_words(doc, span[0], span[1], "parroting", -1)] if span else []


def copied(doc: Doc, scene: Scene) -> tuple[int, int] | None:
    """The longest run of words `[start, end)` said by the customer in nearly that order, or None.

    Small words are skipped, so that « vous avez attendu » still copies « j'ai attendu ».
    """
    theirs = [token.lemma_.lower() for token in islice(content(scene.customer), HEARD)]
    best: tuple[int, int] | None = None
    longest = 0
    runs: dict[int, tuple[int, int]] = {}
    for token in islice(content(doc), HEARD):
        lemma = token.lemma_.lower()
        before, runs = runs, {}
        for place, their in enumerate(theirs):
            if lemma == their:
                size, start = before.get(place - 1, (0, token.i))
                runs[place] = (size + 1, start)
                if size + 1 > longest:
                    longest, best = size + 1, (start, token.i + 1)
    if best is None or longest < CONTENT or (longest < len(theirs) * 0.45 and longest < RUN):
        return _echoed(doc, scene)
    return best


def _echoed(doc: Doc, scene: Scene) -> tuple[int, int] | None:
    """The sentences that hold the customer's words, where the whole says hardly more than they did."""
    ours, theirs = lemmas(doc), lemmas(scene.customer)
    if scene.near < ECHO or len(ours & theirs) < CONTENT or len(ours & theirs) < len(ours) * SHARED:
        return None
    held = [sentence for sentence in sentences(doc) if lemmas(sentence) & theirs]
    return held[0].start, held[-1].end
