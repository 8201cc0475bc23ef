"""nlu/clauses.py"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.clauses import LEAST, cut, phrase, words

TURNS = frozenset({"mais", "et", "but", "ou"})
WORDS = (
    "mais",
    "Mais",
    "et",
    "but",
    "où",
    "Je",
    "vous",
    "rembourse",
    "œuvre",
    "e\u0301te\u0301",
    "l’",
    "48",
    "_",
    "🙂",
)
PIECES = st.sampled_from([*WORDS, *" ,;:()–—«»\"?!….\u00a0\n'"])
TEXTS = st.text() | st.lists(PIECES, max_size=20).map("".join) | st.lists(PIECES, max_size=20).map(" ".join)


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        ("Je rembourse.", ("Je rembourse.",)),
        ("Je ne peux pas vous rembourser, mais je vous offre un avoir.",
         ("Je ne peux pas vous rembourser,", " mais je vous offre un avoir.")),
        ("Je vous rembourse et je vous rappelle demain", ("Je vous rembourse ", "et je vous rappelle demain")),
        ("Quel numéro ? Et quelle date ?", ("Quel numéro ?", " Et quelle date ?")),
        ("On vous avait dit « sous 48 heures », non ?", ("On vous avait dit «", " sous 48 heures », non ?")),
        ("I can’t refund you but here is a voucher", ("I can’t refund you ", "but here is a voucher")),
        ("Mais je vous rembourse", ("Mais je vous rembourse",)),
    ],
)  # fmt: skip
def test_a_sentence_is_cut_where_it_turns(sentence: str, clauses: tuple[str, ...]) -> None:
    assert cut(sentence, TURNS) == clauses


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        ("Bonjour, je vous écoute.", ("Bonjour, je vous écoute.",)),
        ("Je vous rembourse, voilà.", ("Je vous rembourse, voilà.",)),
        ("Oui.", ("Oui.",)),
        ("Oui, non, oui, mais", ("Oui, non,", " oui, mais")),
        ("…", ("…",)),
        (" ", (" ",)),
    ],
)
def test_a_word_alone_is_no_clause(sentence: str, clauses: tuple[str, ...]) -> None:
    assert cut(sentence, TURNS) == clauses


def test_nothing_has_no_clause() -> None:
    assert cut("", TURNS) == ()


@given(TEXTS, st.frozensets(st.sampled_from(sorted(TURNS))))
@settings(max_examples=300, deadline=None)
def test_the_clauses_joined_are_the_sentence(text: str, turns: frozenset[str]) -> None:
    assert "".join(cut(text, turns)) == text


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_a_clause_has_words_enough_unless_it_is_the_only_one(text: str) -> None:
    found = cut(text, TURNS)
    assert all(found) and (len(found) < 2 or all(len(words(clause)) >= LEAST for clause in found))


def test_words_are_compared_without_capitals_accents_or_ligatures() -> None:
    assert words("À l’Œuvre, ÉTÉ comme e\u0301te\u0301.") == ["a", "l", "oeuvre", "ete", "comme", "ete"]
    assert words("48 h_00 !") == ["48", "h", "00"]
    assert words("« … »") == []


def test_a_phrase_is_found_word_for_word() -> None:
    found = words("Pas de souci, non, vraiment pas de souci.")
    assert list(phrase(found, [["pas", "de", "souci"], ["non"]])) == [range(0, 3), range(5, 8), range(3, 4)]
    assert list(phrase(found, [["de", "pas"], [*found, "encore"]])) == []
