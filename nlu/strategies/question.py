"""Questions: open ones let the person tell; closed ones check a fact; rhetorical ones ask nothing."""

from __future__ import annotations

from spacy.tokens import Doc, Span

from nlu.contract import Marker
from nlu.strategies.spans import Scene, content, lemmas, mark_words, own


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark each question once: `open_question`, `generic_question` or `closed_question`."""
    hostile = [hit for name in ("sarcasm", "blame", "dismissal", "negated_empathy") for hit in own(doc, name)]
    found: list[Marker] = []
    for sentence in doc.sents:
        if "?" not in sentence[-2:].text or sentence.start in doc._.quoted or not any(t.is_alpha for t in sentence):
            continue
        if any(sentence.start <= hit.start < sentence.end for hit in hostile):
            continue
        found.append(mark_words(doc, _begin(doc, sentence), sentence.end, _kind(doc, sentence, scene), +1))
    return found


def _kind(doc: Doc, sentence: Span, scene: Scene) -> str:
    inside = [hit.entry.strategy for hit in own(doc, "question") if sentence.start <= hit.start < sentence.end]
    for kind in ("generic_question", "rhetorical", "formal_question", "open_question"):
        if kind in inside:
            return {"rhetorical": "closed_question", "formal_question": "closed_question"}.get(kind, kind)
    specific = lemmas(scene.customer) & lemmas(sentence) or len(list(content(sentence))) >= 5
    return "precise_question" if specific else "closed_question"


def _begin(doc: Doc, sentence: Span) -> int:
    starts = [hit.start for hit in own(doc, "question") if sentence.start <= hit.start < sentence.end]
    return min(starts, default=sentence.start)
