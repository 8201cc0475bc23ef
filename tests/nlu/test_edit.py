from __future__ import annotations

import pytest

from nlu import edit
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


def test_a_blank_follows_words_that_ended_on_an_elision() -> None:
    text = "J'essaie d'obtenir un rendez-vous."
    assert edit.replace(text, [Wording(*span(text, "J'essaie d'"), "", "je vais")]) == "Je vais obtenir un rendez-vous."


def test_the_comma_after_words_left_out_in_the_middle_stays() -> None:
    text = "Je préfère le dire franchement, et je regarde."
    assert edit.replace(text, [Wording(*span(text, "franchement"), "", "")]) == "Je préfère le dire, et je regarde."


def test_reword_says_where_other_words_went() -> None:
    text = "C'est un problème, calmez-vous."
    found, (place,) = edit.reword(text, [Wording(*span(text, "un problème"), "", "long")], [span(text, "calmez-vous")])
    assert found == "C'est long, calmez-vous." and found[slice(*place)] == "calmez-vous"


def test_two_spans_of_one_clause_cut_it_once() -> None:
    text = "Je regarde, désolé, vraiment désolé du retard, et je vous rappelle."
    spans = [span(text, "vraiment"), span(text, "du retard")]
    assert edit.cut_all(text, spans) == "Je regarde, désolé, et je vous rappelle."


@pytest.mark.parametrize(
    "text", ["Je vais vais voir.", "Oui ,je vois.", "Oui. je vois.", "Oui,. Je vois.", "Je vois", "Oui,  je vois."]
)
def test_what_reads_wrong_is_seen(text: str) -> None:
    assert edit.flaws(text)


@pytest.mark.parametrize(
    "text", ["Je vois.", "Je vois\u00a0!", "Vous êtes là... J'arrive.", "Je dis «\u00a0oui\u00a0»."]
)
def test_a_correct_text_has_no_flaw(text: str) -> None:
    assert edit.flaws(text) == frozenset()


def test_what_a_language_calls_broken_is_a_flaw() -> None:
    assert edit.flaws("I will to go.", r"will to") == {"will to"}
