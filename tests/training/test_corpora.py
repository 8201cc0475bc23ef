"""nlu/training/corpora.py, and the splits of our own replies."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from bot.settings import ROOT
from nlu.contract import LANGS, Lang
from nlu.training.corpora import SEEN, fold_of, read_corpus, read_replies, rewritten, split_of


def test_a_corpus(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "small.jsonl.gz", "wt", encoding="utf-8") as out:
        out.write('{"text": "Ça va ?", "label": 1}\n{"text": "😀"}\n')
    assert list(read_corpus(tmp_path, "small")) == [{"text": "Ça va ?", "label": 1}, {"text": "😀"}]


def test_a_corpus_that_is_absent(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"absent\.jsonl\.gz"):
        next(read_corpus(tmp_path, "absent"))


def test_replies_in_the_order_of_their_files(tmp_path: Path) -> None:
    for name, lines in (("fr/b", '{"n": 3}\n'), ("en/a", '{"n": 1}\n\n{"n": 2}\n'), ("fr/c", "")):
        path = tmp_path / f"{name}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text(lines, encoding="utf-8")
    assert [row["n"] for row in read_replies(tmp_path)] == [1, 2, 3]
    assert list(read_replies(tmp_path / "nowhere")) == []


@pytest.mark.parametrize(
    "context, split", [("refund-1", "test"), ("refund-2", "train"), ("", "train"), ("élève", "dev")]
)
def test_a_split_is_fixed_for_ever(context: str, split: str) -> None:
    assert split_of(context) == split


def test_splits_have_their_shares() -> None:
    found = Counter(split_of(f"context {n}") for n in range(4000))
    assert [round(found[name] / 4000, 1) for name in ("train", "dev", "test")] == pytest.approx(
        [0.7, 0.15, 0.15], abs=0.06
    )


@pytest.mark.parametrize("context", sorted(SEEN))
def test_contexts_seen_by_the_rules_author_are_never_tested(context: str) -> None:
    assert split_of(context) == "train"


def test_folds_are_fixed_and_of_like_size() -> None:
    found = Counter(fold_of(f"context {n}", 2) for n in range(2000))
    assert set(found) == {0, 1} and abs(found[0] - found[1]) < 200
    assert fold_of("context 1", 2) == fold_of("context 1", 2)


ROWS = list(read_replies(ROOT / "data/replies"))
NEAR = 0.5
"""Jaccard of two texts' word pairs from which they are near-duplicates (Broder 1997)."""


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(pairwise(words)) or frozenset([tuple(words)])


def near_duplicates(texts: dict[str, str]) -> list[tuple[str, str]]:
    """The pairs of names whose texts say nearly the same; only those that share a shingle are compared."""
    cut = {name: shingles(text) for name, text in texts.items()}
    holders: dict[tuple[str, ...], list[str]] = {}
    for name, found in cut.items():
        for shingle in found:
            holders.setdefault(shingle, []).append(name)
    shared = Counter(pair for names in holders.values() for pair in combinations(names, 2))
    return [(one, two) for (one, two), both in shared.items() if both >= NEAR * (len(cut[one]) + len(cut[two]) - both)]


@pytest.mark.parametrize("lang", LANGS)
def test_near_duplicates_are_rare_and_never_cross_splits(lang: Lang) -> None:
    rows = {row["id"]: row for row in ROWS if row["lang"] == lang}
    pairs = near_duplicates({name: row["text"] for name, row in rows.items()})
    assert len({name for pair in pairs for name in pair}) < 0.03 * len(rows)
    for pair in pairs:
        assert len({split_of(rows[name]["context"]) for name in pair}) == 1, pair


@pytest.mark.parametrize("lang", LANGS)
def test_no_customer_s_line_crosses_splits(lang: Lang) -> None:
    lines = {row["context"]: row["customer"] for row in ROWS if row["lang"] == lang}
    assert len(set(lines.values())) == len(lines)
    for pair in near_duplicates(lines):
        assert len({split_of(context) for context in pair}) == 1, pair
    for row in ROWS:
        assert row["lang"] != lang or row["customer"] == lines[row["context"]]


@pytest.mark.parametrize("lang", LANGS)
def test_there_are_enough_replies_and_a_third_are_hard(lang: Lang) -> None:
    rows = [row for row in ROWS if row["lang"] == lang]
    assert len(rows) >= 1200 and len({row["sector"] for row in rows}) >= 12
    assert sum(row["kind"] != "plain" for row in rows) * 3 >= len(rows)


@pytest.mark.parametrize("lang", LANGS)
def test_every_reply_was_labelled_twice(lang: Lang) -> None:
    lines = (ROOT / "data/labellings" / f"{lang}.jsonl").read_text(encoding="utf-8").splitlines()
    twice = {row["id"]: row for row in map(json.loads, lines)}
    rows = [row for row in ROWS if row["lang"] == lang]
    assert set(twice) == {row["id"] for row in rows}
    for row in rows:
        first, second = twice[row["id"]]["first"], twice[row["id"]]["second"]
        assert set(first) == set(second) == set(row["labels"])
        # Where both agreed, nothing was changed.
        assert all(row["labels"][name] == value for name, value in first.items() if value == second[name]), row


def test_rewritings_carry_the_labels_of_their_original(tmp_path: Path) -> None:
    (tmp_path / "rewrites").mkdir()
    lines = ({"id": "fr-1", "way": "translation", "customer": "Well?", "text": "Sorry."}, {"id": "fr-9", "text": "?"})
    (tmp_path / "rewrites/en.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    original = {"id": "fr-1", "lang": "fr", "customer": "Alors ?", "text": "Désolée.", "labels": {"tone": 1}}
    assert list(rewritten(tmp_path, [original])) == [
        {**original, "lang": "en", "customer": "Well?", "text": "Sorry.", "way": "translation"}
    ]


def test_no_reply_of_the_test_split_is_rewritten() -> None:
    rows = list(rewritten(ROOT / "data", ROWS))
    assert {row["way"] for row in rows} == {"translation", "sms", "nonnative"}
    assert {split_of(row["context"]) for row in rows} == {"train", "dev"}
    assert all(row["text"].strip() and row["text"] == row["text"].strip() for row in rows)
    said = {(row["id"], row["lang"]) for row in rows if row["way"] == "translation"}
    assert said >= {
        (row["id"], "en" if row["lang"] == "fr" else "fr") for row in ROWS if split_of(row["context"]) == "train"
    }


def test_our_replies_are_in_every_split_and_language() -> None:
    rows = ROWS
    assert len({row["id"] for row in rows}) == len(rows)
    assert {(row["lang"], split_of(row["context"])) for row in rows} == {
        (lang, split) for lang in ("fr", "en") for split in ("train", "dev", "test")
    }
