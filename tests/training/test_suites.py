"""nlu/training/suites.py: the suites that ship are whole, and are counted as they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import ROOT
from nlu.contract import LANGS, MAX_TEXT, Context, Lang
from nlu.training import suites
from nlu.training.corpora import read_lines, read_replies

DATA = ROOT / "data"


def by_length(text: str, context: Context) -> int:
    """A judge that likes words."""
    return len(text)


@pytest.mark.parametrize("lang", LANGS)
def test_every_context_has_every_game(lang: Lang) -> None:
    rows = list(read_lines(DATA / "suites" / lang / "gaming.jsonl"))
    assert len({row["context"] for row in rows}) == len(rows) >= 60
    for row in rows:
        texts = [row[name] for name in ("decent", *suites.GAMES)]
        assert len(set(texts)) == len(texts) and all(0 < len(text) <= MAX_TEXT for text in texts)


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_of_the_suites_is_taught(lang: Lang) -> None:
    taught = {row["text"] for row in read_replies(DATA / "replies")}
    for row in read_lines(DATA / "suites" / lang / "gaming.jsonl"):
        assert taught.isdisjoint(row[name] for name in ("decent", *suites.GAMES))
    assert taught.isdisjoint(row["text"] for row in read_lines(DATA / "suites" / lang / "phrasing.jsonl"))


def test_games_are_counted_where_they_lose(tmp_path: Path) -> None:
    folder = tmp_path / "fr"
    folder.mkdir()
    games = '"stuffing": "aaaa", "parroting": "a", "script": "a", "sarcasm": "aaa", "negated": "a"'
    (folder / "gaming.jsonl").write_text(
        f'{{"customer": "x", "need": "warm", "phase": "middle", "decent": "aaa", {games}}}\n', encoding="utf-8"
    )
    found = suites.games(tmp_path, "fr", by_length)
    assert found == {"stuffing": (0, 1), "parroting": (1, 1), "script": (1, 1), "sarcasm": (0, 1), "negated": (1, 1)}


def test_fairness_is_the_mean_move_of_the_score() -> None:
    replies = [{"text": "Désolé, ça va.", "customer": "x", "need": "warm", "phase": "middle"}]
    found = suites.fairness(DATA / "suites", "fr", replies, by_length)
    assert found["no accents"] == 0 and found["no capitals, no commas"] == 2
    assert found["given names"] > 0 and set(found) > {"typos", "abbreviations", "non-native phrasing"}
    assert suites.fairness(DATA / "suites", "fr", replies, lambda text, context: 50)["given names"] == 0


def test_pairs_lean_to_one_language_or_none() -> None:
    assert suites.pairs(DATA / "suites", lambda text, context: 50) == (0, 0)
    assert suites.pairs(DATA / "suites", lambda text, context: 60 if context.lang == "fr" else 50) == (10, 10)
