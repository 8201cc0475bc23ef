"""nlu/spelling.py: abbreviations in full for the models."""

from __future__ import annotations

import pytest

from nlu.spelling import written_out

SHORT = {"bjr": "bonjour", "c": "c'est", "vs": "vous", "thx": "thanks"}


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        ("Bjr, c noté pr vs.", "Bonjour, c'est noté pr vous."),
        ("C'est noté, d’abord.", "C'est noté, d’abord."),
        ("THX!", "Thanks!"),
        ("Rien à dire, Monsieur.", "Rien à dire, Monsieur."),
        ("", ""),
        ("👍 ẞ İ", "👍 ẞ İ"),
    ],
)
def test_words_in_short_are_written_out(typed: str, full: str) -> None:
    assert written_out(typed, SHORT) == full
