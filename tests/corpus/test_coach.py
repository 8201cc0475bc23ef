"""Every edit the coach would offer over our labelled replies: a correct sentence, or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from actions.coaching import note
from nlu import scorer, suggestions
from nlu.contract import LANGS, Context, Lang
from tests.coaching.judgement import LIBRARY, entry, react

ROOT = Path(__file__).resolve().parents[2]
TWICE = re.compile(r"\b(\w+) \1\b", re.IGNORECASE)
CLASH: dict[Lang, str] = {"fr": r"\b(?:de|à) les?\b", "en": r"\bto to\b|\bwill to\b"}
SMALL = re.compile(r"(?:^|[.!?…] )(?=[a-zà-ÿ])")
TAIL = re.compile(r"[.!?…][.!?…»”\")]*\s*$")


@cache
def perception() -> scorer.Scorer:
    return scorer.load(ROOT, model=False)


@cache
def edits(lang: Lang) -> tuple[tuple[str, str], ...]:
    """`(reply, edit)` for each reply that gets one, to a customer who does not feel heard yet."""
    return tuple(_edits(lang))


def _edits(lang: Lang) -> Iterator[tuple[str, str]]:
    reader = perception()
    phrases, words = LIBRARY.read(f"coach/{lang}.yml"), LIBRARY.read(f"suggestions/{lang}.yml")
    for path in sorted((LIBRARY.root / "replies" / lang).glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            said: dict[str, Any] = json.loads(line)
            context = Context(said["customer"], lang, said["need"], said["phase"])
            before = (entry(1, "…", react(said["customer"], need=said["need"])),)
            found = reader.assess(said["text"], context)
            found = replace(found, suggestions=suggestions.propose(said["text"], found, context, words))
            told = note.write(phrases, said["text"], found, react(), before)
            if told["better"] is not None:
                yield said["text"], told["better"]


def added(pattern: str | re.Pattern[str], text: str, better: str) -> bool:
    """Whether the edit brought in what `pattern` finds."""
    return len(re.findall(pattern, better.casefold())) > len(re.findall(pattern, text.casefold()))


@pytest.mark.parametrize("lang", LANGS)
def test_some_replies_get_an_edit(lang: Lang) -> None:
    assert len(edits(lang)) > 50


@pytest.mark.parametrize("lang", LANGS)
def test_every_edit_is_a_correct_sentence(lang: Lang) -> None:
    for text, better in edits(lang):
        assert better.strip() == better != text
        assert not added(TWICE, text, better), better
        assert not added(CLASH[lang], text, better), better
        assert len(SMALL.findall(better)) <= len(SMALL.findall(text)), better
        assert not re.search(r"\s[,.](?!\.)|[,;:][.,;:]|  |\((?!.*\))", better.replace(text, "")), better
        assert TAIL.search(better) or not TAIL.search(text), better


@pytest.mark.parametrize("lang", LANGS)
def test_no_edit_pastes_an_idea_for_the_agent(lang: Lang) -> None:
    ideas = [item["better"] for item in LIBRARY.read(f"lexicons/{lang}/avoid.yml")["entries"]]
    for _, better in edits(lang):
        assert not [idea for idea in ideas if idea.startswith("(") and idea in better], better
