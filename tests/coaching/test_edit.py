from __future__ import annotations

import pytest

from actions.coaching import edit
from nlu.contract import Wording


def span(text: str, words: str) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


def test_no_text_has_no_sentence() -> None:
    assert edit.sentences("") == ()
    assert edit.sentences("   ") == ()


def test_sentences_keep_titles_and_no_break_spaces() -> None:
    text = "M. Petit est là\u00a0! Je vois. Et vous\u00a0?"
    assert [text[start:end] for start, end in edit.sentences(text)] == [
        "M. Petit est là\u00a0!",
        "Je vois.",
        "Et vous\u00a0?",
    ]


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("Calmez-vous, je regarde.", "Calmez-vous", "Je regarde."),
        ("Je suis désolé, vraiment désolé, encore désolé. Je regarde.", "encore désolé",
         "Je suis désolé, vraiment désolé. Je regarde."),
        ("Bonjour. Désolé ! Je regarde.", "Désolé", "Bonjour. Je regarde."),
        ("Je regarde, désolé, et je vous rappelle.", "désolé", "Je regarde, et je vous rappelle."),
        ("Vraiment désolé", "désolé", ""),
    ],
)  # fmt: skip
def test_cut_takes_the_clause_away(text: str, words: str, left: str) -> None:
    assert edit.cut(text, span(text, words)) == left


def test_replace_keeps_the_capital() -> None:
    text = "Pas de problème, c'est un problème."
    words = [
        Wording(*span(text, "Pas de problème"), "", "avec plaisir"),
        Wording(*span(text, "un problème"), "", "un point à régler"),
    ]
    assert edit.replace(text, words) == "Avec plaisir, c'est un point à régler."


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("Franchement, je regarde.", "Franchement", "Je regarde."),
        ("Je vais normalement regarder.", "normalement", "Je vais regarder."),
        ("Je regarde, normalement.", "normalement", "Je regarde."),
        ("Normalement", "Normalement", ""),
    ],
)
def test_a_word_without_a_better_one_is_left_out(text: str, words: str, left: str) -> None:
    assert edit.replace(text, [Wording(*span(text, words), words, "")]) == left


@pytest.mark.parametrize(
    ("text", "greeting", "put"),
    [
        ("je regarde.", 0, "C'est long. Je regarde."),
        ("Bonjour, je regarde.", 7, "Bonjour. C'est long. Je regarde."),
        ("Bonjour Madame Petit, je regarde.", 7, "Bonjour Madame Petit. C'est long. Je regarde."),
        ("Bonjour\u00a0! Je regarde.", 7, "Bonjour\u00a0! C'est long. Je regarde."),
        ("Bonjour je regarde tout de suite votre dossier.", 7,
         "C'est long. Bonjour je regarde tout de suite votre dossier."),
        ("Bonjour", 7, "Bonjour. C'est long."),
    ],
)  # fmt: skip
def test_front_comes_after_the_greeting(text: str, greeting: int, put: str) -> None:
    assert edit.front(text, "C'est long.", greeting) == put
