"""The coach keeps its own rules: whatever it says to people is scored as an agent's reply would be, out of the blue.

No text, whichever it is, has a word to avoid, hostility, a red flag or tone 0. Tone 2 is asked of every text too, but
for those that `voice.fr.yml` and `voice.en.yml` list by source and key. Such a list exists because our scorer was
taught on replies to customers: a notice, a figure or a question to an agent is "neutral", level 1 of the labelling
guide, where making it warmer for the scorer would make it worse for people. It is a shortfall, not a norm, and a
ratchet: a new text is never listed for ease, and a listed key whose every text reaches tone 2 fails until it is taken
off.

Every sentence counts: a text that ends as one does, has words of its own beside its slots, and does not merely head a
list (two or three words and a colon). A text of under `SHORT` words counts as not judged where the scorer itself says
it is not sure of the tone. Labels, buttons and titles are no sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from actions.storage.library import Library
from bot.settings import ROOT
from nlu.contract import LANGS, TONE, UNSURE, Assessment, Context, Lang
from nlu.scorer import Scorer, load
from tests.coaching.judgement import LIBRARY
from tests.coaching.test_words import words
from tests.web.test_i18n import catalogue

SOURCES = ("coach", "lobby", "hints", "slack", "terminal", "web")
ENDS = re.compile(r"[.…?!:][»”\s]*$")
MARKS = re.compile(r":[a-z_]+: |[*_`>]")
"""What makes words bold, or puts a picture before them, in Slack."""
SLOT = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
SHORT = 4
SAMPLES: dict[Lang, dict[str, str]] = {
    "fr": {
        "quote": "je regarde votre dossier",
        "better": "je vérifie et je vous rappelle",
        "dimensions": "chaleur, clarté",
        "label": "Reformulation",
        "skill": "reformuler",
        "title": "Un remboursement qui tarde",
        "name": "Camille",
        "lang": "fr",
        "slug": "late-refund",
    },
    "en": {
        "quote": "I am looking at your file",
        "better": "I will check and call you back",
        "dimensions": "warmth, clarity",
        "label": "Saying it back",
        "skill": "saying it back",
        "title": "A refund that is late",
        "name": "Camille",
        "lang": "en",
        "slug": "late-refund",
    },
}
"""What stands in the slots: plain words, which neither help nor harm. Any other slot holds a number."""


@dataclass(frozen=True)
class Said:
    """One sentence of the coach, its slots filled, and the key it is known by."""

    key: str
    text: str


def texts(source: str, lang: Lang) -> Iterator[tuple[str, str]]:
    """Each text of a source, by its key."""
    if source == "hints":
        for slug in LIBRARY.slugs():
            yield from words(LIBRARY.read(f"scenarios/{slug}/{lang}.yml")["hints"], f"{slug}.hints")
    elif source == "web":
        said = catalogue(lang).items()
        yield from words({key: list(text) if isinstance(text, tuple) else text for key, text in said}, "web")
    elif source in ("coach", "lobby"):
        page = LIBRARY.read(f"{source}/{lang}.yml")
        yield from words({key: said for key, said in page.items() if key != "labels"}, source)
    else:
        yield from words(Library(ROOT / "bot").read(f"{source}/words/{lang}.yml"), source)


def sentences(source: str, lang: Lang) -> Iterator[Said]:
    for key, text in texts(source, lang):
        bare = MARKS.sub("", text).strip()
        own = re.findall(r"\w+", SLOT.sub("", bare))
        if own and ENDS.search(bare) and not (bare.endswith(":") and len(own) < SHORT):
            yield Said(key, SLOT.sub(lambda slot: SAMPLES[lang].get(slot[1] or slot[2], "3"), bare))


@cache
def scorer() -> Scorer:
    return load(ROOT)


@cache
def assess(text: str, lang: Lang) -> Assessment:
    return scorer().assess(text, Context(lang=lang))


def short(lang: Lang) -> dict[str, list[str]]:
    """The texts still below tone 2: source → keys."""
    listed: dict[str, list[str]] = Library(Path(__file__).parent).read(f"voice.{lang}.yml")
    return listed


def judged(said: Said, found: Assessment) -> bool:
    return len(said.text.split()) >= SHORT or found.confidence["tone"] >= UNSURE


def report(said: Said, found: Assessment) -> str:
    """One line that says what the scorer heard: which text, which levels, what is wrong with it."""
    heads = " ".join(f"{name} {found.tone[name]}" for name in TONE)
    wrong = [*(f"“{wording.text}”" for wording in found.wording), *found.hostility, *found.red_flags]
    return f"{said.key}: {said.text} [tone {found.tone['level']}: {heads}] {', '.join(wrong)}".strip()


def heard(source: str, lang: Lang) -> Iterator[tuple[Said, Assessment]]:
    for said in sentences(source, lang):
        found = assess(said.text, lang)
        if judged(said, found):
            yield said, found


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("source", SOURCES)
def test_the_coach_says_no_word_to_avoid_and_is_never_cold(source: str, lang: Lang) -> None:
    wrong = [
        report(said, found)
        for said, found in heard(source, lang)
        if found.wording or found.hostility or found.red_flags or found.tone["level"] < 1
    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("source", SOURCES)
def test_the_coach_has_the_tone_it_asks_for(source: str, lang: Lang) -> None:
    below = [(said.key, report(said, found)) for said, found in heard(source, lang) if found.tone["level"] < 2]
    keys = {key for key, _ in below}
    listed = short(lang).get(source, [])
    assert len(listed) == len(set(listed)), "a key is listed twice"
    wrong = [line for key, line in below if key not in listed]
    wrong += [f"{key}: no text of it is below tone 2, take it off the list" for key in listed if key not in keys]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("lang", LANGS)
def test_the_list_names_sources_only(lang: Lang) -> None:
    assert not set(short(lang)) - set(SOURCES)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("source", SOURCES)
def test_there_is_something_to_hear(source: str, lang: Lang) -> None:
    assert len(list(sentences(source, lang))) > 5
    assert not [said for said in sentences(source, lang) if SLOT.search(said.text)]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("fr", "Vous n’aviez qu’à lire votre contrat, c’est votre problème."),
        ("en", "You should have read your contract, that’s your problem."),
    ],
)
def test_a_cold_sentence_would_be_caught(lang: Lang, text: str) -> None:
    found = assess(text, lang)
    assert found.tone["level"] == 0 and (found.wording or found.hostility)
