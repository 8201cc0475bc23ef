"""Reformulation: the customer's matter said again in other words.

Words alone cannot see a full paraphrase; what they can see is a sentence that takes up part of the customer's content
words, brings words of its own and is no copy, or a phrase that announces a reformulation (« si je comprends bien »).
"""

from __future__ import annotations

from spacy.tokens import Doc, Span

from nlu.contract import Marker
from nlu.strategies import parroting
from nlu.strategies.spans import Scene, lemmas, mark, mark_words, own, sentences

HOSTILE = ("sarcasm", "blame", "dismissal", "negated_empathy", "command")
"""Lexicons whose hits make a sentence anything but a reformulation."""


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark announced reformulations, and the first sentence that takes the matter up in its own words."""
    if parroting.copied(doc, scene):
        return []
    hostile = [hit for name in HOSTILE for hit in own(doc, name)]
    found = [mark(doc, hit, +1) for hit in own(doc, "reformulation")]
    theirs = lemmas(scene.customer)
    for sentence in sentences(doc):
        if not any(sentence.start <= hit.start < sentence.end for hit in hostile) and _takes_up(sentence, theirs):
            found.append(mark_words(doc, sentence.start, sentence.end, "reformulation", +1))
            break
    return found


def _takes_up(sentence: Span, theirs: frozenset[str]) -> bool:
    ours = lemmas(sentence)
    shared = ours & theirs
    return bool(shared) and len(ours - theirs) >= 2 and sentence.start not in sentence.doc._.quoted
