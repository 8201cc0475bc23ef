"""The scorer listening to one scenario: what it hears of the same words after the same line, it hears once."""

from __future__ import annotations

from functools import lru_cache

from spacy.tokens import Doc

from nlu.contract import Assessment, Context, Lang
from nlu.scorer import Reading, Scorer
from nlu.topics import Book


class Ear:
    """Assesses replies of one scenario, remembering every answer: scripts say the same things over and over."""

    def __init__(self, scorer: Scorer, book: Book | None) -> None:
        self._scorer = scorer
        self._book = book
        self.assess = lru_cache(maxsize=None)(self._assess)
        """The assessment of `text` in `context`, with its topics."""
        self._read = lru_cache(maxsize=None)(self._reading)

    def _assess(self, text: str, context: Context) -> Assessment:
        doc, reading = self._read(text, self._scorer.language(text, context))
        return self._scorer.assess(text, context, doc, reading, self._book)

    def _reading(self, text: str, lang: Lang) -> tuple[Doc, Reading | None]:
        doc = self._scorer.document(text, lang)
        return doc, self._scorer.read(text, doc)
