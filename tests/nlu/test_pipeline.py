"""Sentences, negation, persons, quotation, and offsets into the text as typed."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc

from nlu.contract import Lang
from nlu.pipeline import Pipeline
from nlu.strategies.spans import place


def negated(doc: Doc) -> str:
    return " ".join(token.text for token in doc if token._.negated)


def test_french_negation_covers_its_clause(pipeline: Pipeline) -> None:
    doc = pipeline("Vous n'avez pas à vous excuser, je m'en occupe.", "fr")
    assert negated(doc) == "n' avez pas à vous excuser"


def test_a_lone_pas_covers_the_verb_before_it(pipeline: Pipeline) -> None:
    assert negated(pipeline("Moi je comprends pas.", "fr")) == "je comprends pas"


def test_english_negation_stops_at_the_clause(pipeline: Pipeline) -> None:
    doc = pipeline("I'm not saying you're wrong, and I will help.", "en")
    assert negated(doc) == "not saying you 're wrong"


@pytest.mark.parametrize(
    ("lang", "text"),
    [("fr", "N'hésitez pas à m'appeler."), ("fr", "Pas de souci !"), ("en", "No problem."), ("en", "No wonder.")],
)
def test_what_only_looks_like_a_negation_is_none(pipeline: Pipeline, lang: Lang, text: str) -> None:
    assert negated(pipeline(text, lang)) == ""


@pytest.mark.parametrize(
    ("lang", "text", "persons"),
    [
        ("fr", "Je vous écoute, vous avez raison.", ["agent", "customer"]),
        ("en", "I hear you, you are right.", ["agent", "customer"]),
        ("fr", "Le colis arrive demain.", [""]),
    ],
)
def test_a_clause_has_one_subject(pipeline: Pipeline, lang: Lang, text: str, persons: list[str]) -> None:
    doc = pipeline(text, lang)
    assert list(dict.fromkeys(token._.person for token in doc if token.is_alpha)) == persons


@pytest.mark.parametrize(
    ("lang", "text", "quoted"),
    [
        ("fr", "Vous dites « c'est un scandale » et je note.", "« c' est un scandale »"),
        ("en", 'You said "this is a joke" to Sam.', '" this is a joke "'),
        ("en", "You said “a joke” to Sam.", "“ a joke ”"),
        ("fr", "Un guillemet « jamais fermé", ""),
    ],
)
def test_quotations_are_somebody_else_s(pipeline: Pipeline, lang: Lang, text: str, quoted: str) -> None:
    assert " ".join(token.text for token in pipeline(text, lang) if token._.quoted) == quoted


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, je comprends.",
        "  Bonjour,   je \n\n comprends\t. ",
        "Bonjour\u00a0! Je\u202fcomprends «\u00a0oui\u00a0».",
        "l’heure d’aujourd’hui",
        "\ud83d seule \udc00 et 😀👍🏽 et \u200b rien",
        "e\u0301te\u0301 désolée",
    ],
)
def test_every_token_is_placed_in_the_text_as_typed(pipeline: Pipeline, text: str) -> None:
    doc = pipeline(text, "fr")
    for token in doc:
        start, end = place(doc, token.i, token.i + 1)
        typed = text[start:end]
        if token.text.isalpha():
            assert typed.replace("’", "'") == token.text
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b", "!!!", "?", "\ud800"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_nearly_nothing_is_read_without_a_word(pipeline: Pipeline, text: str, lang: Lang) -> None:
    assert not [token for token in pipeline(text, lang) if token.is_alpha]


@pytest.mark.parametrize(
    ("lang", "left", "right"),
    [
        ("fr", "Désolée", "desole"),
        ("fr", "bjr", "bonjour"),
        ("en", "sry", "sorry"),
        ("en", "apologize", "apologise"),
        ("fr", "ÉTÉ", "été"),
    ],
)
def test_spellings_meet_in_the_norm(pipeline: Pipeline, lang: Lang, left: str, right: str) -> None:
    assert pipeline(left, lang)[0].norm_ == pipeline(right, lang)[0].norm_
