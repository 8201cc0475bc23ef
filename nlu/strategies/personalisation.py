"""Personalisation: the customer's name, or a detail of their own case, taken up again."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from nlu.contract import Marker
from nlu.strategies.lexicon import fold
from nlu.strategies.spans import Scene, content, mark_words


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark a title followed by a name, a name the customer gave, and the first word shared with their line."""
    titles = doc._.lexicon.words["title"]
    found: list[Marker] = []
    for token in doc[:-1]:
        following = token.nbor()
        if token.norm_ in titles and following.is_title and following.is_alpha and following.norm_ not in titles:
            found.append(mark_words(doc, token.i, token.i + 2, "name", +1))
    details = {fold(token.lemma_) for token in content(scene.customer)}
    for token in content(doc):
        if fold(token.lemma_) in details and _telling(token):
            found.append(mark_words(doc, token.i, token.i + 1, "personalisation", +1))
            break
    return found


def _telling(token: Token) -> bool:
    return token.i not in token.doc._.quoted and (len(token) > 3 or token.like_num)
