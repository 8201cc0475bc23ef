"""Words shown to people, in every file of `data/` that holds some: typeset as the language is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from nlu.contract import LANGS, Lang
from tests.coaching.judgement import LIBRARY

SILENT = {"patterns"}
"""Keys that hold no words for people."""
WRONG: dict[Lang, str] = {
    "fr": r"['\"“”]|« |(?<!«) »| [?!:;»]|\w[?!;»]|\w:(?!\w)|«(?!\u00a0)",
    "en": r"\w'|'\w|\"|[«»]|\s[?!:;]",
}
"""Straight marks, the other language's quotation marks, and in French a missing no-break space."""


def words(plain: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(plain, dict):
        for key, value in plain.items():
            if key not in SILENT:
                yield from words(value, f"{path}.{key}")
    elif isinstance(plain, list):
        for value in plain:
            yield from words(value, path)
    elif isinstance(plain, str):
        yield path, plain


def shown(lang: Lang) -> Iterator[tuple[str, str]]:
    names = [f"coach/{lang}.yml", f"grids/default/{lang}.yml", f"lobby/{lang}.yml", f"lexicons/{lang}/avoid.yml"]
    for name in (*names, *(f"scenarios/{slug}/{lang}.yml" for slug in LIBRARY.slugs())):
        yield from words(LIBRARY.read(name), name)
    yield from words(LIBRARY.read("customer.yml")[lang], "customer.yml")


@pytest.mark.parametrize("lang", LANGS)
def test_words_for_people_are_typeset_as_their_language_is(lang: Lang) -> None:
    assert [(path, said) for path, said in shown(lang) if re.search(WRONG[lang], said)] == []
