"""Questions: open ones let the person tell; closed ones check a fact; rhetorical ones ask nothing."""

from __future__ import annotations

from spacy.tokens import Doc, Span

from nlu.contract import Marker
from nlu.strategies.spans import Scene, content, lemmas, mark_words, own

HOSTILE = ("sarcasm", "blame", "dismissal", "negated_empathy")
"""Lexicons whose hits make a sentence no real question."""
CLOSED = ("rhetorical", "formal_question")
ORDER = ("generic_question", *CLOSED, "open_question")
"""Which kind a question is when its words show several."""
PRECISE = 5
"""Meaning-bearing words that make a closed question a precise one, when nothing of the case is in it."""


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark each question once: `open_question`, `generic_question` or `closed_question`."""
    hostile = [hit for name in HOSTILE for hit in own(doc, name)]
    shown = own(doc, "question")
    found: list[Marker] = []
    for sentence in doc.sents:
        if "?" not in sentence[-2:].text or sentence.start in doc._.quoted or not any(t.is_alpha for t in sentence):
            continue
        if any(sentence.start <= hit.start < sentence.end for hit in hostile):
            continue
        inside = [hit for hit in shown if sentence.start <= hit.start < sentence.end]
        begin = min((hit.start for hit in inside), default=sentence.start)
        kind = _kind({hit.entry.strategy for hit in inside}, sentence, scene)
        found.append(mark_words(doc, begin, sentence.end, kind, +1))
    return found


def _kind(shown: set[str], sentence: Span, scene: Scene) -> str:
    for kind in ORDER:
        if kind in shown:
            return "closed_question" if kind in CLOSED else kind
    specific = lemmas(scene.customer) & lemmas(sentence) or len(list(content(sentence))) >= PRECISE
    return "precise_question" if specific else "closed_question"
