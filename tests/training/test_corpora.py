"""nlu/training/corpora.py, and the splits of our own replies."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest

from bot.settings import ROOT
from nlu.training.corpora import read_corpus, read_replies, split_of


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


def test_our_replies_are_in_every_split_and_language() -> None:
    rows = list(read_replies(ROOT / "data/replies"))
    assert len({row["id"] for row in rows}) == len(rows)
    assert {(row["lang"], split_of(row["context"])) for row in rows} == {
        (lang, split) for lang in ("fr", "en") for split in ("train", "dev", "test")
    }
