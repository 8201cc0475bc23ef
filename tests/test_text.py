"""bot/text.py"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text import MASK, TextError, clean, mask
from nlu.contract import MAX_TEXT

TYPED = st.text(alphabet=st.characters(exclude_categories=[]), max_size=60)
"""Any characters at all, lone surrogates and controls among them."""
PIECES = st.sampled_from(
    [
        "06 12 34 56 78",
        "+33",
        "12 rue",
        "FR76",
        "3000 6000",
        "a@b.fr",
        "place",
        "2024",
        " ",
        "/",
        "•",
        "é",
        "01/02/2026",
        "0",
    ]
)


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t\r", "\u00a0\u202f", "\u200b\u200d\u2060", "\ufeff", "\x00\x07", " \u200b "]
)
def test_nothing_said(text: str) -> None:
    with pytest.raises(TextError) as caught:
        clean(text)
    assert caught.value.code == "empty"


@pytest.mark.parametrize("text", ["a" * (MAX_TEXT + 1), "a " * MAX_TEXT, "😀" * (MAX_TEXT + 1), "x" * 5000])
def test_too_long(text: str) -> None:
    with pytest.raises(TextError) as caught:
        clean(text)
    assert caught.value.code == "too_long"


@pytest.mark.parametrize("text", ["a" * MAX_TEXT, f"  {'a' * MAX_TEXT}  ", "e\u0301" * MAX_TEXT])
def test_just_short_enough(text: str) -> None:
    assert len(clean(text)) == MAX_TEXT


@pytest.mark.parametrize(
    "text",
    [
        "…!?",
        "Je comprends 😀👩‍👧",
        "مرحبا، كيف يمكنني مساعدتك؟",
        "您好，我理解您的心情",
        "<script>alert(1)</script>",
        "Deux lignes\net une tabulation\tici",
        "5/10, et/ou, //",
        "« Bonjour »",
        "\\d+ [a-z]* %s {0} {{x}}",
    ],
)
def test_left_as_typed(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("  Bonjour \n", "Bonjour"),
        ("/restart", "∕restart"),
        (' \u00a0/finish{"role": "lead"}', '∕finish{"role": "lead"}'),
        ("//", "∕/"),
        ("\x00/begin", "∕begin"),
        ("e\u0301le\u0300ve", "élève"),
        ("a\ud800b", "a\ufffdb"),
        ("a\udc00", "a\ufffd"),
        ("\ud83d\ude00", "😀"),
        ("a\rb\x07c\x85d", "a b c d"),
    ],
)
def test_tidied(typed: str, kept: str) -> None:
    assert clean(typed) == kept


PERSONAL = [
    "06 12 34 56 78", "0612345678", "06.12.34.56.78", "06-12-34-56-78", "06\u00a012\u00a034\u00a056\u00a078",
    "01 42 68 53 00",
    "+33 6 12 34 56 78", "+33612345678", "+33 (0)6 12 34 56 78", "0033 6 12 34 56 78",
    "020 7946 0958", "0161 496 0000", "07700 900123", "07700900123", "07700 900 123", "+44 20 7946 0958",
    "+44 (0)20 7946 0958", "+44 (0) 20 7946 0958",
    "camille.durand@example.org", "camille+colis@mail.example.co.uk", "CAMILLE@EXAMPLE.ORG",
    "FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189", "fr76 3000 6000 0112 3456 7890 189",
    "GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819", "DE89370400440532013000",
    "4970 1012 3456 7890", "4970101234567890", "4970-1012-3456-7890", "3782 822463 10005",
    "1 85 05 78 006 084 91", "185057800608491", "2 85 05 78 006 084", "1 85 05 2A 006 084 91",
    "AB 12 34 56 C", "AB123456C",
    "12 rue de la Paix", "12 bis, rue Victor Hugo", "12, avenue Foch 75016", "3 place Bellecour", "8 cours Mirabeau",
    "4 place de la République", "1 chemin des Dames", "12 rue de la paix",
    "10 Downing Street", "221B Baker Street", "7 Abbey Road", "22 Acacia Avenue", "3 Orchard Close", "14 Mill Lane",
    "10 downing street",
]  # fmt: skip


@pytest.mark.parametrize("found", PERSONAL)
def test_personal_data_is_hidden(found: str) -> None:
    for before, after in (("", ""), ("Je note : ", ", merci."), ("(", ")"), ("Voici ", "\nEt voilà")):
        hidden = clean(f"{before}{found}{after}")
        assert len(hidden) == len(before) + len(found) + len(after)
        middle = hidden[len(before) : len(before) + len(found)]
        assert set(middle) <= {MASK, " ", "\u00a0"}, hidden
        assert hidden == f"{before}{middle}{after}"


@pytest.mark.parametrize(
    "text",
    [
        "Votre commande 48213 part demain.",
        "Commande n° 2026-48213, ref. AB12345.",
        "Your order 1234567 is £1,250.00, or €1.250,00.",
        "C’est 1 250,00 € au lieu de 1 300 €.",
        "Le 24/12/2026 à 18 h 30, ou le 24.12.2026 vers 18h30.",
        "From 2026-12-24 at 18:30 to 2026-12-26 10:15.",
        "Le 01-02-2026 10:30, puis le 05.06.2026 10.30.",
        "Entre 08:30 et 12:00, ou de 14 h 00 à 17 h 45.",
        "Chambre 204, étage 2, porte 12 B, code 4821.",
        "Il me reste 1 place pour vous ce soir, et 2 cours de cuisine.",
        "In 10 minutes we close the desk.",
        "We have 5 people waiting to close their account.",
        "Your technician is 5 minutes down the road.",
        "You have 30 days to drive back.",
        "Le vol AF1234 part dans deux heures avec vous.",
        "Le vol AF12 part dans deux jours avec vous.",
        "Colis FR2024001234 : remis le 12 au quai.",
        "@camille, tout est à 100 %.",
        "Il y a 3 quais et 2 chemins.",
    ],
)
def test_figures_that_tell_nobody(text: str) -> None:
    assert clean(text) == text


@given(st.one_of(TYPED, st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=12).map(" ".join)))
@settings(max_examples=300, deadline=None)
def test_cleaning_twice_changes_nothing(typed: str) -> None:
    try:
        once = clean(typed)
    except TextError as error:
        assert error.code == "empty"
        return
    assert clean(once) == once
    assert once.strip() == once and not once.startswith("/")
    assert len(once) <= len(typed.encode("utf-16", "surrogatepass").decode("utf-16", "replace")) * 3
    assert once.encode() and unicodedata.is_normalized("NFC", once)


@given(st.lists(PIECES, max_size=12).map(" ".join))
@settings(deadline=None)
def test_a_mask_keeps_every_offset(text: str) -> None:
    hidden = mask(text)
    assert len(hidden) == len(text)
    assert all(now in (before, MASK) for before, now in zip(text, hidden, strict=True))
    assert [char.isspace() for char in hidden] == [char.isspace() for char in text]
