"""The library: files read once, and errors that say which file and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import cast

import pytest

from actions.storage.library import Library, LibraryError
from nlu.contract import LANGS, Lang

DATA = Path(__file__).resolve().parents[2] / "data"
FILES = [*sorted(DATA.glob("scenarios/*/*.yml")), DATA / "customer.yml"]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A small library of one scenario that a test may spoil."""
    shutil.copytree(DATA / "scenarios/late-refund", tmp_path / "scenarios/late-refund")
    shutil.copy(DATA / "customer.yml", tmp_path)
    return tmp_path


def test_the_scenarios_are_there_in_both_languages() -> None:
    library = Library(DATA)
    assert set(library.slugs()) >= {"late-refund", "no-badge", "night-arrival", "cancelled-care"}
    for lang in LANGS:
        assert tuple(one.slug for one in library.scenarios(lang)) == library.slugs()
        assert {one.lang for one in library.scenarios(lang)} == {lang}


def test_a_file_is_read_once(copied: Path) -> None:
    library = Library(copied)
    assert library.scenario("late-refund", "fr") is library.scenario("late-refund", "fr")
    assert library.read("customer.yml") is library.read("customer.yml")
    assert Library(copied).read("customer.yml") is not library.read("customer.yml")


def test_an_empty_library_has_no_scenario(tmp_path: Path) -> None:
    assert Library(tmp_path).slugs() == ()
    assert Library(tmp_path).scenarios("fr") == ()


@pytest.mark.parametrize("slug", ["nowhere", "../late-refund", ""])
def test_an_unknown_scenario_is_refused_with_the_choice(slug: str, copied: Path) -> None:
    with pytest.raises(LibraryError, match="choose one of late-refund"):
        Library(copied).scenario(slug, "fr")


def test_an_unknown_language_is_refused_with_the_choice(copied: Path) -> None:
    with pytest.raises(LibraryError, match="choose one of fr, en"):
        Library(copied).scenario("late-refund", cast(Lang, "de"))


def test_a_missing_file_is_named(copied: Path) -> None:
    (copied / "scenarios/late-refund/en.yml").unlink()
    with pytest.raises(LibraryError, match=r"scenarios/late-refund/en.yml: cannot be read"):
        Library(copied).scenario("late-refund", "en")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"title: \"Sans fin\nsummary: 'x'\n", r"fr.yml, line \d+: .*Check quotes"),
        (b"- one\n- two\n", "fr.yml: must be made of 'name: value' lines"),
        (b"", "fr.yml: must be made of 'name: value' lines"),
        (b"title: \xff\xfe", "fr.yml: is not UTF-8"),
        (b"title: \"Un seul titre\"\n", "scenarios/late-refund/fr.yml: 'facts' is missing"),
    ],
)  # fmt: skip
def test_a_spoilt_file_is_named_with_the_fix(text: bytes, sentence: str, copied: Path) -> None:
    (copied / "scenarios/late-refund/fr.yml").write_bytes(text)
    with pytest.raises(LibraryError, match=sentence):
        Library(copied).scenario("late-refund", "fr")


def test_the_slug_is_the_folder(copied: Path) -> None:
    (copied / "scenarios/late-refund").rename(copied / "scenarios/refund")
    with pytest.raises(LibraryError, match="'slug' must be the folder's name, 'refund'"):
        Library(copied).scenario("refund", "fr")


def test_a_fault_in_the_constants_names_their_own_file(copied: Path) -> None:
    (copied / "customer.yml").write_text("drill: {}\n", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"^customer.yml: '"):
        Library(copied).scenario("late-refund", "fr")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_rasa_does_not_take_the_file_for_training_data(path: Path) -> None:
    starts = ("responses:", "rules:", "stories:", "nlu:")
    assert not [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip().startswith(starts)]
