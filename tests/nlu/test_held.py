"""The paraphrases that try the topics were never learnt: none of them is among the examples of its scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import ROOT
from nlu.clauses import words
from nlu.contract import LANGS
from nlu.strategies.lexicon import read_yaml
from nlu.topics import examples, folders, pages


@pytest.mark.parametrize("folder", folders(ROOT / "data"), ids=lambda folder: folder.name)
def test_no_paraphrase_is_an_example(folder: Path) -> None:
    learnt = {tuple(words(example.text)) for example in examples(pages(folder))}
    for lang in LANGS:
        tried = examples([read_yaml(folder / f"trial.{lang}.yml")["paraphrases"]])
        assert len(tried) >= 2 * 10, "two for each topic or so"
        assert not [each.text for each in tried if tuple(words(each.text)) in learnt]
