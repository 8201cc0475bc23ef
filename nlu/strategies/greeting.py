"""Greeting: a salutation where the reply opens. Later in the reply, « bonjour » greets nobody."""

from __future__ import annotations

from spacy.tokens import Doc

from nlu.contract import Marker
from nlu.strategies.spans import Scene, mark, own

OPENING = 3
"""Tokens before which a salutation begins."""


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark the salutation, if it stands within the first words."""
    return [mark(doc, hit, +1) for hit in own(doc, "greeting")[:1] if hit.start < OPENING]
