"""Acknowledgement: saying that what this person lives or feels was heard.

Entries of kind `understanding` are the generic ones (« je comprends »): they count for less, and for nothing beside an
acknowledgement that names the feeling or what happened.
"""

from __future__ import annotations

from spacy.tokens import Doc

from nlu.contract import Marker
from nlu.strategies.spans import Scene, clear_of, mark, own


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark what is acknowledged, leaving out what a denial of the feeling takes back."""
    return [mark(doc, hit, +1) for hit in clear_of(own(doc, "acknowledgement"), own(doc, "negated_empathy"))]
