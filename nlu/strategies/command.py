"""Command: a bare order to the customer. The same words softened by a « s'il vous plaît » or a reason are no order."""

from __future__ import annotations

from spacy.tokens import Doc

from nlu.contract import Marker
from nlu.strategies.spans import Scene, mark, own


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark orders; those of kind `soft_command` only where nothing in their sentence softens them."""
    softened = [doc[hit.start].sent.start for hit in own(doc, "courtesy")]
    return [
        mark(doc, hit, -1, "command")
        for hit in own(doc, "command")
        if hit.entry.strategy == "command" or doc[hit.start].sent.start not in softened
    ]
