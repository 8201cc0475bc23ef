"""Which language a reply is in."""

from __future__ import annotations

import pytest

from nlu.contract import Lang
from nlu.pipeline import Pipeline

FRENCH = [
    "Bonjour", "Désolé.", "désolée", "Je comprends", "On vous rappelle demain", "Calmez-vous !", "Suivant !",
    "C’est noté, je m’en occupe.", "dsl pr le retard", "Votre numéro de client ?", "Merci beaucoup", "Voici la clé.",
    "OK, je regarde ça tout de suite", "Je vous envoie un mail today",
]  # fmt: skip
ENGLISH = [
    "Hello", "Sorry.", "I understand", "We'll call you back tomorrow", "Calm down!", "Next!", "What's your name?",
    "I’m so sorry about that.", "pls wait", "Your account number?", "Thank you", "Here is the key.",
    "OK, let me look into it right away", "Bon voyage, enjoy your trip with the kids",
]  # fmt: skip


@pytest.mark.parametrize("text", FRENCH)
def test_french_is_known_whatever_was_expected(pipeline: Pipeline, text: str) -> None:
    assert pipeline.detect(text, "en") == "fr"


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_known_whatever_was_expected(pipeline: Pipeline, text: str) -> None:
    assert pipeline.detect(text, "fr") == "en"


@pytest.mark.parametrize("text", ["", "   ", "OK", "12:30", "…", "😀", "你好", "\ud800", "M. Martin"])
@pytest.mark.parametrize("expected", ["fr", "en"])
def test_what_tells_nothing_keeps_the_language_of_the_context(pipeline: Pipeline, text: str, expected: Lang) -> None:
    assert pipeline.detect(text, expected) == expected
