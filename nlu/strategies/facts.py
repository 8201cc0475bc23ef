"""Plain measures of a reply that are no span of it: its length, its shouting, how it addresses the customer."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc

from nlu.combiner import Facts
from nlu.contract import Lang
from nlu.strategies.spans import Scene, lemmas, own, sentences

BRIEF, LONG, VERY_LONG = 8, 55, 90
"""Words of a reply that is brief, long, very long."""
HEAVY = 30
"""Words of a sentence that is heavy to read."""


def measure(doc: Doc, scene: Scene, lang: Lang) -> Facts:
    """The facts of a reply."""
    words = [token.text for token in doc if token.is_alpha or token.like_num]
    ours, theirs = lemmas(doc), lemmas(scene.customer)
    shared = len(ours & theirs) / len(ours) if ours else 0.0
    return Facts(
        lang, len(words), frozenset(_names(doc, scene, words, bool(ours & theirs))), shared, scene.near, scene.special
    )


def _names(doc: Doc, scene: Scene, words: list[str], taken_up: bool) -> Iterator[str]:
    spoken = sentences(doc)
    if not words:
        yield "wordless"
        return
    if len(words) <= BRIEF:
        yield "brief"
    if len(words) >= LONG:
        yield "long"
    if len(words) >= VERY_LONG:
        yield "very_long"
    if spoken and len(words) / len(spoken) > HEAVY:
        yield "heavy_sentences"
    capitals = [word for word in words if len(word) > 2 and word.isupper()]
    if len(capitals) >= 3 and len(capitals) * 3 >= len(words):
        yield "shouting"
    marks = sum(token.text.count("!") for token in doc)
    if marks >= 3:
        yield "exclamations"
    if any(token.like_num for token in doc):
        yield "figures"
    if own(doc, "when"):
        yield "dates"
    if any(token.norm_ in doc._.lexicon.words["familiar"] for token in doc):
        yield "familiar"
    if not any(person == "agent" for person in doc._.persons.values()):
        yield "nobody_speaks"
    if not taken_up:
        yield "nothing_shared"
    if scene.need == "efficient":
        yield "hurried"
