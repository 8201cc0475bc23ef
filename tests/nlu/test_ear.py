"""nlu/ear.py, with a scorer that counts what it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from nlu.contract import LANGS, Assessment, Context, Lang, Topics
from nlu.ear import Ear
from nlu.scorer import Scorer
from nlu.topics import Book

BOOK = Book(("facts.number",), np.zeros((2, 1), dtype=np.float32), np.zeros(1, dtype=np.float32))


class FakeScorer:
    """Hears a number asked for when it has a book, and remembers what it was asked."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.read_texts: list[str] = []
        self.assessed: list[tuple[str, Context]] = []

    def language(self, text: str, context: Context) -> Lang:
        """The language of the context."""
        return context.lang or "fr"

    def document(self, text: str, lang: Lang) -> str:
        """Stands for a spaCy document."""
        return f"{lang}: {text}"

    def read(self, text: str, doc: Any = None) -> str:
        """Stands for an inference, of this very document."""
        self.read_texts.append(doc)
        return f"reading of {doc}"

    def assess(self, text: str, context: Context, doc: Any, reading: Any, book: Book | None) -> Assessment:
        """The same levels whatever the text."""
        assert (doc, reading) == (self.document(text, context.lang or "fr"), f"reading of {doc}")
        self.assessed.append((text, context))
        return replace(self.assessment, topics=Topics(asked=("number",), near=True)) if book else self.assessment


@pytest.fixture
def scorer(perceived: Callable[..., Assessment]) -> FakeScorer:
    """What the ear listens with."""
    return FakeScorer(perceived())


def ear(scorer: FakeScorer, book: Book | None = BOOK) -> Ear:
    return Ear(cast(Scorer, scorer), book)


def test_it_hears_the_topics_of_its_scenario(scorer: FakeScorer) -> None:
    assert ear(scorer).assess("Quel numéro ?", Context(lang="fr")).topics == Topics(asked=("number",), near=True)
    assert not ear(scorer, None).assess("Quel numéro ?", Context(lang="fr")).topics


def test_the_same_words_after_the_same_line_are_heard_once(scorer: FakeScorer) -> None:
    listening = ear(scorer)
    first = listening.assess("Bonjour", Context("Enfin !", "fr"))
    assert listening.assess("Bonjour", Context("Enfin !", "fr")) is first
    assert len(scorer.assessed) == len(scorer.read_texts) == 1


def test_after_another_line_they_are_weighed_again_and_not_read_again(scorer: FakeScorer) -> None:
    listening = ear(scorer)
    for context in (Context("Enfin !", "fr"), Context("Alors ?", "fr"), Context("Alors ?", "fr", "efficient")):
        listening.assess("Bonjour", context)
    assert [context.customer for _, context in scorer.assessed] == ["Enfin !", "Alors ?", "Alors ?"]
    assert scorer.read_texts == ["fr: Bonjour"]


def test_in_the_other_language_they_are_read_again(scorer: FakeScorer) -> None:
    listening = ear(scorer)
    for lang in LANGS:
        listening.assess("Pardon", Context(lang=lang))
    assert scorer.read_texts == ["fr: Pardon", "en: Pardon"]


def test_two_ears_remember_nothing_of_each_other(scorer: FakeScorer) -> None:
    for _ in range(2):
        ear(scorer).assess("Bonjour", Context(lang="fr"))
    assert len(scorer.assessed) == 2
