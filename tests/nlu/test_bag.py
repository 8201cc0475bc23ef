"""nlu/bag.py and nlu/training/bag.py: what is taught is what is read, by plain arithmetic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.bag import Bag, taught, terms
from nlu.contract import EMPATHY, TONE
from nlu.training import bag


def row(text: str, level: int) -> dict[str, Any]:
    """A labelled reply whose every level is the same."""
    labels = dict.fromkeys((*EMPATHY, "empathy", *TONE, "tone"), level)
    return {"text": text, "labels": {**labels, "hostility": [] if level else ["blame"]}}


ROWS = [
    *[row(f"Je suis vraiment désolée pour vous, numéro {n}.", 2) for n in range(6)],
    *[row(f"Suivant. Guichet {n}.", 1) for n in range(6)],
    *[row(f"C’est votre faute, monsieur {n} !", 0) for n in range(6)],
]


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Bag:
    """A bag taught on a few replies, written and read again."""
    folder = tmp_path_factory.mktemp("bag")
    bag.ship(folder, *bag.teach(ROWS))
    return Bag.load(folder)


def test_terms_are_words_pairs_and_letter_runs() -> None:
    found = list(terms("L’été là"))
    assert {"w l", "w été", "w été là", "c  ét", "c  été ", "c là "} <= set(found)
    assert list(terms("…")) == []


def test_it_says_what_its_words_said(learnt: Bag) -> None:
    sorry, blame = learnt.read("Je suis désolée."), learnt.read("C'est votre faute")
    assert max(sorry["empathy"], key=sorry["empathy"].__getitem__) == "2"
    assert blame["blame"]["yes"] > 0.5 > sorry["blame"]["yes"]
    assert set(sorry) == set(taught()) and "sentiment" not in sorry
    assert all(sum(chances.values()) == pytest.approx(1) for chances in sorry.values())


@pytest.mark.parametrize("text", ["", "不", "👍", "zzz qqq"])
def test_without_a_known_word_it_says_what_is_usual(learnt: Bag, text: str) -> None:
    assert learnt.read(text) == learnt.read("")


def test_its_vector_is_the_library_s(learnt: Bag) -> None:
    texts = [one["text"] for one in ROWS]
    counter = TfidfVectorizer(analyzer=lambda text: list(terms(text)), sublinear_tf=True, vocabulary=learnt.places)
    theirs = counter.fit(texts).transform(["Vraiment désolée, vraiment."]).toarray()[0]
    ours = np.zeros_like(theirs)
    for place, value in learnt.vector("Vraiment désolée, vraiment.").items():
        ours[place] = value
    assert ours == pytest.approx(theirs, abs=1e-6)


def test_the_one_that_ships_knows_both_languages() -> None:
    shipped = Bag.load()
    for kind, cold in (
        ("Je suis vraiment désolée pour vous.", "Calmez-vous."),
        ("I'm so sorry you went through that.", "Calm down."),
    ):
        warm, rude = (shipped.read(text)["tone"] for text in (kind, cold))
        assert warm["2"] > rude["2"] and rude["0"] > warm["0"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"terms\.json"):
        Bag.load(tmp_path)
