"""nlu/training/noise.py: what people write in a hurry, repeatable, and still the same reply."""

from __future__ import annotations

import random

import pytest

from nlu.training import noise

TEXT = "Désolée, Madame, je vous rappelle demain."


def test_slips_are_few_and_fixed_by_the_seed() -> None:
    once, again, other = (noise.typos(TEXT, random.Random(seed)) for seed in (1, 1, 2))
    assert once == again != other and once != TEXT
    assert abs(len(once) - len(TEXT)) <= len(TEXT.split())


@pytest.mark.parametrize("text", ["", "Oui.", "à 8 h", "👍"])
def test_short_words_have_no_slips(text: str) -> None:
    assert noise.typos(text, random.Random(1)) == text


def test_accents_go_and_nothing_else() -> None:
    assert noise.without_accents(TEXT) == "Desolee, Madame, je vous rappelle demain."


def test_a_careless_hand() -> None:
    assert noise.careless(TEXT) == "désolée madame je vous rappelle demain"


def test_words_are_written_short() -> None:
    shorten = noise.abbreviated({"dsl": "desolee", "vs": "vous", "mme": "madame"})
    assert shorten(TEXT, random.Random(1)) == "dsl, mme, je vs rappelle demain."
