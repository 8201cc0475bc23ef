"""Reformulation: the customer's matter said again in other words.

It is close in meaning and far in words. Words alone see a sentence that takes up part of the customer's content words,
brings words of its own and is no copy, or a phrase that announces a reformulation (« si je comprends bien »). The
model's sentence vectors see the full paraphrase, which shares no word.
"""

from __future__ import annotations

from spacy.tokens import Doc, Span

from nlu.contract import Marker
from nlu.strategies import parroting
from nlu.strategies.spans import Scene, lemmas, mark, mark_words, own, place, sentences

HOSTILE = ("sarcasm", "blame", "dismissal", "negated_empathy", "command")
"""Lexicons whose hits make a sentence anything but a reformulation."""
CLOSE = 0.5
"""Cosine with the customer's line from which a sentence tells the same matter: on the train split a third of the
replies of interpretation 2 have a sentence so close, and one in ten of the others, most of which parrot."""


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark announced reformulations, and the first sentence that takes the matter up in its own words."""
    if parroting.copied(doc, scene):
        return []
    hostile = [hit for name in HOSTILE for hit in own(doc, name)]
    found = [mark(doc, hit, +1) for hit in own(doc, "reformulation")]
    theirs = lemmas(scene.customer)
    for sentence in sentences(doc):
        if not any(sentence.start <= hit.start < sentence.end for hit in hostile) and _retells(sentence, scene, theirs):
            found.append(mark_words(doc, sentence.start, sentence.end, "reformulation", +1))
            break
    return found


def _retells(sentence: Span, scene: Scene, theirs: frozenset[str]) -> bool:
    ours = lemmas(sentence)
    if len(ours - theirs) < 2 or sentence.start in sentence.doc._.quoted:
        return False
    closeness = scene.closeness.get(place(sentence.doc, sentence.start, sentence.end), 0.0)
    return bool(ours & theirs) or closeness >= CLOSE
