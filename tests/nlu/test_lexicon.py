"""The little language of the lexicons, on one made for the test."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from nlu.contract import LANGS
from nlu.strategies.lexicon import Lexicon, fold, read_yaml, set_norms

ROOT = Path(__file__).resolve().parents[2] / "data" / "lexicons"
WORDS = "lists: {feeling: [upset, fed up], number: [two]}\n"


@pytest.fixture
def nlp() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    set_norms(nlp, {"u": "you"})
    return nlp


def lexicon(nlp: Language, folder: Path, *patterns: str) -> Lexicon:
    (folder / "words.yml").write_text(WORDS, encoding="utf-8")
    rows = "".join(f"    - {pattern!r}\n" for pattern in patterns)
    (folder / "greeting.yml").write_text(f"notes: {{greeting: why}}\nentries:\n  - patterns:\n{rows}", encoding="utf-8")
    return Lexicon(nlp, folder)


def found(lexicon: Lexicon, doc: Doc) -> list[str]:
    return [doc[hit.start : hit.end].text for hit in lexicon.find(doc).get("greeting", [])]


@pytest.mark.parametrize(
    ("pattern", "text", "spans"),
    [
        ("see you", "See u, SEE YOU.", ["See u", "SEE YOU"]),
        ("{very |}good {day|long night}", "Good day, very good long night.", ["Good day", "very good long night"]),
        ("you are @feeling", "You are fed up; you are upset.", ["You are fed up", "you are upset"]),
        ("in # days", "In two days, in 12 days, in some days.", ["In two days", "in 12 days"]),
        ("so * sorry", "So very very sorry. So. Sorry.", ["So very very sorry"]),
        ("my name is _", "My name is Ann.", ["My name is Ann"]),
        ("^next", "Next. What next?", ["Next"]),
        ("next$", "Next. What next? Next week.", ["Next", "next"]),
        ("cafe", "A CAFÉ, a cafe.", ["CAFÉ", "cafe"]),
    ],
)
def test_a_pattern_finds_its_words(nlp: Language, tmp_path: Path, pattern: str, text: str, spans: list[str]) -> None:
    assert found(lexicon(nlp, tmp_path, pattern), nlp(text)) == spans


def test_of_two_that_overlap_the_longer_stays(nlp: Language, tmp_path: Path) -> None:
    assert found(lexicon(nlp, tmp_path, "good day", "good", "{good|bad} day to you"), nlp("Good day to you")) == [
        "Good day to you"
    ]


def test_a_wrong_file_is_named(nlp: Language, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"greeting\.yml, entry 1: wrong pattern"):
        lexicon(nlp, tmp_path, "hello @nowhere")
    (tmp_path / "greeting.yml").write_text("entries: [{pattern: [hello]}]", encoding="utf-8")
    with pytest.raises(ValueError, match=r"greeting\.yml, entry 1: needs `patterns`"):
        Lexicon(nlp, tmp_path)
    (tmp_path / "greeting.yml").write_text("entries: [", encoding="utf-8")
    with pytest.raises(ValueError, match=r"greeting\.yml is not valid YAML"):
        Lexicon(nlp, tmp_path)


@pytest.mark.parametrize("word", ["Élève", "d’", "-moi", "œuvre", "12", "…", ""])
def test_folding_twice_is_folding_once(word: str) -> None:
    assert fold(fold(word)) == fold(word)


def test_both_languages_know_the_same_strategies() -> None:
    notes = {}
    for lang in LANGS:
        files = [read_yaml(path) for path in sorted((ROOT / lang).glob("*.yml"))]
        notes[lang] = {name for file in files for name in file.get("notes", {})}
    assert notes["fr"] == notes["en"]


@pytest.mark.parametrize("lang", LANGS)
def test_every_word_to_avoid_has_a_better_one_and_a_reason(lang: str) -> None:
    for entry in read_yaml(ROOT / lang / "avoid.yml")["entries"]:
        assert entry["better"] and entry["note"]
