"""nlu/topics.py, with vectors made by hand: no model is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from nlu import topics
from nlu.contract import LANGS, Topics
from nlu.strategies.lexicon import read_yaml
from nlu.topics import NEITHER, UNKNOWN, Book, Example, Shelf, Speech, Unit, Vectors

DATA = Path(__file__).resolve().parents[2] / "data"
NAMES = {
    "number": "facts.number", "date": "facts.date", "refund": "solutions.refund", "voucher": "solutions.voucher",
    "when": "doubts.when", UNKNOWN: UNKNOWN, NEITHER: NEITHER,
}  # fmt: skip
BOOK = Book(tuple(NAMES.values()), np.eye(len(NAMES), dtype=np.float32), np.zeros(len(NAMES), dtype=np.float32))
"""Scores each topic as the vector says: a vector is its scores."""
SPEECH = Speech(
    requests=(["il", "me", "faut"],),
    turns=frozenset({"mais"}),
    negations=frozenset({"ne", "pas"}),
    idioms=(["n", "hesitez", "pas"],),
    neither=("Bonjour.",),
)


def vector(**scores: float) -> Vectors:
    """A vector that BOOK scores so: `vector(refund=0.8)`."""
    return np.array([scores.get(name, 0.0) for name in NAMES], dtype=np.float32)


def one(text: str, **scores: float) -> Unit:
    """A sentence of one clause."""
    return Unit((text,), np.array([vector(**scores)]))


def several(whole: Vectors, *clauses: tuple[str, Vectors]) -> Unit:
    """A sentence of several clauses."""
    return Unit(tuple(text for text, _ in clauses), np.array([whole, *(vector for _, vector in clauses)]))


def heard(*units: Unit) -> Topics:
    """What the reply is about."""
    return topics.hear(units, BOOK, SPEECH)


def test_nothing_is_about_nothing() -> None:
    assert heard() == Topics() and not heard()
    assert heard(one("Bonjour.", neither=0.9)) == Topics()
    assert heard(one("Il fait beau.", refund=0.1)) == Topics()


def test_each_kind_of_topic_has_its_place() -> None:
    asked = one("Quel numéro ?", number=0.9), one("Quelle date ?", date=0.5)
    found = heard(*asked, one("Je rembourse.", refund=0.9), one("Jeudi.", when=0.9))
    assert found == Topics(asked=("number", "date"), proposed=("refund",), settled=("when",), near=True)


def test_what_is_said_twice_counts_once_in_the_order_of_the_text() -> None:
    found = heard(one("La date ?", date=0.9), one("Le numéro ?", number=0.9), one("La date ?", date=0.9))
    assert found.asked == ("date", "number")


@pytest.mark.parametrize("text", ["C’est quel numéro ?", "Il me faut le numéro."])
def test_a_question_asks_for_a_fact(text: str) -> None:
    assert heard(one(text, number=0.4)).asked == ("number",)


def test_without_a_question_a_fact_is_asked_for_when_it_is_plain() -> None:
    assert heard(one("Je n’ai pas votre numéro.", number=0.65)).asked == ("number",)
    assert heard(one("Vous avez un numéro.", number=0.5)) == Topics(near=True)


@pytest.mark.parametrize(
    ("scores", "text"), [({"refund": 0.3}, "On verra pour l’argent."), ({"number": 0.3}, "Alors ?")]
)
def test_what_is_not_certain_is_said_to_be_so(scores: dict[str, float], text: str) -> None:
    assert heard(one(text, **scores)) == Topics(unsure=True, near=True)


def test_what_is_certain_leaves_no_doubt_about_the_rest() -> None:
    found = heard(one("Peut-être.", voucher=0.3), one("Je vous rembourse.", refund=0.9))
    assert found == Topics(proposed=("refund",), near=True)


def test_what_the_customer_cannot_know() -> None:
    assert heard(one("Quel est le poids du colis ?", unknown=0.8)) == Topics(unknown=True, near=True)
    asked = heard(one("Quel poids ?", unknown=0.8), one("Quel numéro ?", number=0.8))
    assert asked.asked == ("number",) and not asked.unknown


def test_speaking_of_the_matter_is_near_it() -> None:
    assert heard(one("Votre argent, oui.", neither=0.8, refund=0.3)) == Topics(near=True)


def test_a_clause_that_denies_declines() -> None:
    whole = vector(refund=0.5, voucher=0.5)
    no, yes = ("Je ne peux pas vous rembourser,", vector(refund=0.9)), (" mais voici un avoir.", vector(voucher=0.9))
    assert heard(several(whole, no, yes)) == Topics(proposed=("voucher",), declined=("refund",), near=True)


def test_what_is_proposed_after_all_is_not_declined() -> None:
    found = heard(one("Je ne rembourse pas.", refund=0.9), one("Bon, je rembourse.", refund=0.9))
    assert found == Topics(proposed=("refund",), near=True)


def test_an_idiom_denies_nothing() -> None:
    assert heard(one("N’hésitez pas, je vous rembourse.", refund=0.9)).proposed == ("refund",)
    assert heard(one("N’hésitez pas, mais je ne rembourse pas.", refund=0.9)).declined == ("refund",)


def test_a_clause_is_read_in_the_light_of_its_sentence() -> None:
    clauses = ("D’accord,", vector(refund=0.9)), (" pour jeudi.", vector(when=0.9))
    found = heard(several(vector(when=0.9), *clauses))
    assert found == Topics(proposed=("refund",), settled=("when",), near=True)
    assert heard(several(vector(neither=2.0), *clauses)) == Topics(near=True)


def test_the_whole_sentence_tells_where_no_clause_does() -> None:
    found = heard(several(vector(refund=0.6), ("Pour vos 189 euros,", vector()), (" c’est parti.", vector())))
    assert found == Topics(proposed=("refund",), near=True)


def test_an_example_is_recognised_and_what_is_like_none_of_them_is_not() -> None:
    said = ("facts.number", "facts.number", "solutions.refund", NEITHER)
    vectors = np.eye(5, dtype=np.float32)
    book = topics.learn([Example(f"{number}", topic) for number, topic in enumerate(said)], vectors[:4])
    assert book.topics == ("facts.number", "solutions.refund", NEITHER)
    for row, wanted in zip(vectors, said, strict=False):
        scores = book.scores(row)
        assert scores.pop(wanted) > 0.9 and all(score < topics.DOUBTFUL for score in scores.values())
    usual = {"facts.number": 0.5, "solutions.refund": 0.25, NEITHER: 0.25}
    assert book.scores(vectors[4]) == pytest.approx(usual), "no more than how often each is meant"


def test_a_paraphrase_is_recognised_by_what_it_shares_with_the_examples() -> None:
    examples = [Example("Le numéro ?", "facts.number"), Example("Bonjour.", NEITHER)]
    book = topics.learn(examples, np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float32))
    scores = book.scores(np.array([0.8, 0, 0.6], dtype=np.float32))
    assert scores["facts.number"] > 0.8 > 0.2 > scores[NEITHER]


PAGE: dict[str, Any] = {
    "facts": {"number": {"label": "le numéro", "examples": ["Quel numéro ?"], "says": ["C’est le {number}, tenez."]}},
    "solutions": {"refund": {"examples": ["Je rembourse."]}},
    "doubts": {"when": {"examples": ["Jeudi."]}},
    "unknown": {"examples": ["Le poids ?"], "says": ["Aucune idée."]},
    "lines": {"open": ["Où est mon argent ?"], "vent": {"angry": ["Assez !"], "any": ["Bon."]}, "thank": ["Merci."]},
}
BESIDE: dict[str, Any] = {"facts": {"number": ["Votre référence ?"]}, "unknown": ["La couleur ?"], "neither": ["Hum."]}


def test_the_examples_of_a_scenario() -> None:
    found = {example.text: example.topic for example in topics.examples([PAGE, BESIDE], ["Bonjour."])}
    assert found == {
        "Bonjour.": NEITHER, "Quel numéro ?": "facts.number", "Je rembourse.": "solutions.refund",
        "Jeudi.": "doubts.when", "Le poids ?": UNKNOWN, "Où est mon argent ?": NEITHER, "Assez !": NEITHER,
        "Bon.": NEITHER, "C’est le , tenez.": NEITHER, "Votre référence ?": "facts.number", "La couleur ?": UNKNOWN,
        "Hum.": NEITHER,
    }  # fmt: skip


def test_no_example_comes_twice() -> None:
    found = topics.examples([PAGE, PAGE, BESIDE], ["Bonjour.", "Bonjour."])
    assert len({example.text for example in found}) == len(found) == 12


def written(folder: Path, **files: dict[str, Any]) -> Path:
    """A scenario's folder with these files beside its logic."""
    folder.mkdir(parents=True)
    (folder / "scenario.yml").write_text("slug: x\n", encoding="utf-8")
    for name, page in files.items():
        (folder / f"{name.replace('_', '.')}.yml").write_text(
            yaml.safe_dump(page, allow_unicode=True), encoding="utf-8"
        )
    return folder


def test_the_pages_are_those_of_both_languages_and_what_stands_beside_them(tmp_path: Path) -> None:
    folder = written(tmp_path / "x", fr=PAGE, examples_fr=BESIDE, en={"title": "X"}, trial_fr={"agents": {}})
    assert topics.pages(folder) == [PAGE, BESIDE, {"title": "X"}]


def test_the_digest_changes_with_the_examples_and_the_scenarios_alone(tmp_path: Path) -> None:
    first, second = written(tmp_path / "first", fr=PAGE), written(tmp_path / "second", fr=PAGE)
    found = topics.digest([first])
    assert len(found) == 16 and topics.digest([first]) == found
    assert len({found, topics.digest([first, second]), topics.digest([second]), topics.digest([])}) == 4
    written(tmp_path / "third" / "first", fr={**PAGE, "title": "Un titre", "hints": {"opening": "Écoutez."}})
    assert topics.digest([tmp_path / "third" / "first"]) == found, "the model does not learn titles"
    written(tmp_path / "fourth" / "first", fr=PAGE, examples_fr=BESIDE)
    assert topics.digest([tmp_path / "fourth" / "first"]) != found


def test_ones_own_folder_wins(tmp_path: Path) -> None:
    ours, own = tmp_path / "data", tmp_path / "own"
    for folder in (ours / "scenarios/a", ours / "scenarios/b", own / "b", own / "c"):
        written(folder)
    (own / "notes").mkdir()
    assert topics.folders(ours) == [ours / "scenarios/a", ours / "scenarios/b"]
    assert topics.folders(ours, str(own)) == [ours / "scenarios/a", own / "b", own / "c"]


@pytest.mark.parametrize(
    ("found", "wanted", "told"),
    [
        (Topics(asked=("number",)), "facts.number", True),
        (Topics(proposed=("refund",)), "solutions.refund", True),
        (Topics(declined=("refund",)), "solutions.refund", True),
        (Topics(settled=("when",)), "doubts.when", True),
        (Topics(unknown=True), UNKNOWN, True),
        (Topics(near=True, unsure=True), NEITHER, True),
        (Topics(asked=("number",)), NEITHER, False),
        (Topics(), "facts.number", False),
        (Topics(asked=("number", "date")), "facts.number", False),
        (Topics(asked=("number",), settled=("when",)), "facts.number", False),
        (Topics(unknown=True), NEITHER, False),
    ],
)
def test_an_answer_is_right_when_it_is_the_topic_and_that_alone(found: Topics, wanted: str, told: bool) -> None:
    assert topics.matches(found, wanted) is told


def test_the_shelf_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    other = Book((UNKNOWN,), np.ones((3, 1), dtype=np.float32), np.zeros(1, dtype=np.float32))
    Shelf({"late-refund": BOOK, "no-badge": other}).save(tmp_path / "topics.npz")
    found = Shelf.load(tmp_path / "topics.npz").books
    assert list(found) == ["late-refund", "no-badge"]
    for book, kept in ((found["late-refund"], BOOK), (found["no-badge"], other)):
        assert book.topics == kept.topics
        assert np.array_equal(book.weights, kept.weights) and np.array_equal(book.bias, kept.bias)
    assert topics.hear([one("Quel numéro ?", number=0.9)], found["late-refund"], SPEECH).asked == ("number",)


def test_an_empty_shelf_is_kept_too(tmp_path: Path) -> None:
    Shelf({}).save(tmp_path / "topics.npz")
    assert Shelf.load(tmp_path / "topics.npz").books == {}


def test_a_shelf_is_not_made_of_other_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", weights=np.eye(2))
    with pytest.raises(KeyError):
        Shelf.load(tmp_path / "other.npz")
    with pytest.raises(OSError):
        Shelf.load(tmp_path / "nowhere.npz")


def test_what_was_learnt_is_kept_for_the_next_time(tmp_path: Path) -> None:
    learnt: list[str] = []
    kept, some, more = tmp_path / "var/topics", [Example("Quel numéro ?", "facts.number")], [Example("Hum.", NEITHER)]

    def recall(slug: str, found: list[Example], version: str = "v1") -> Book:
        def learn() -> Book:
            learnt.append(f"{slug} {len(found)} {version}")
            return BOOK

        return topics.recall(kept, slug, found, version, learn)

    for _ in range(2):
        assert np.array_equal(recall("late-refund", some).weights, BOOK.weights)
        recall("no-badge", some)
    assert learnt == ["late-refund 1 v1", "no-badge 1 v1"]
    recall("no-badge", some + more)
    recall("no-badge", some + more, "v2")
    recall("no-badge", [Example("Quel numéro ?", NEITHER)], "v2")
    assert learnt[2:] == ["no-badge 2 v1", "no-badge 2 v2", "no-badge 1 v2"]
    assert sorted(path.name.partition(".")[0] for path in kept.iterdir()) == ["late-refund", "no-badge"], (
        "none is left over"
    )


def test_the_words_of_both_languages() -> None:
    found = topics.speeches(read_yaml(DATA / "topics.yml"))
    assert set(found) == set(LANGS)
    french, english = found["fr"], found["en"]
    assert french.asks("Pourriez-vous me donner le numéro.") and english.asks("Could you tell me the number.")
    assert french.asks("Le numéro ?") and not french.asks("Je rembourse.") and not english.asks("I will refund you.")
    assert french.denies("Je ne rembourse pas.") and not french.denies("Pas de problème, je rembourse.")
    assert english.denies("I can’t refund you.") and not english.denies("No problem, I will refund you.")
    assert {"mais", "et"} <= french.turns and "but" in english.turns
