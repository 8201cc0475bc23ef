"""Wordy: more words than a hurried person can bear."""

from __future__ import annotations

from spacy.tokens import Doc

from nlu.contract import Marker
from nlu.strategies.spans import Scene, mark_words, sentences

PATIENCE = 40
"""Words a hurried person listens to."""


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """For an `efficient` need, mark the first sentence that begins past the customer's patience, or runs past it."""
    if scene.need != "efficient":
        return []
    spoken = 0
    for sentence in sentences(doc):
        spoken += sum(token.is_alpha or token.like_num for token in sentence)
        if spoken > PATIENCE:
            return [mark_words(doc, sentence.start, sentence.end, "wordy", -1)]
    return []
