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


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one's own, elsewhere."""
    return tmp_path_factory.mktemp("own")


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
        (b"title: \"Un seul titre\"\n", "scenarios/late-refund/fr.yml: 'unknown' is missing"),
        (b"title: \"Un\"\ntitel: \"Deux\"\n", "scenarios/late-refund/fr.yml, line 2: 'titel' is not a key I know"),
        (b"title: \"Un\"\ntitle: \"Deux\"\n", "scenarios/late-refund/fr.yml, line 2: 'title' stands there twice"),
        (b"title: \"Un\"\n{name}: \"Deux\"\n", r"scenarios/late-refund/fr.yml, line \d+: "),
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


def test_one_moment_of_a_scenario_is_a_quick_drill(copied: Path) -> None:
    library = Library(copied)
    whole = library.scenario("late-refund", "fr")
    for name in whole.moments:
        assert library.scenario(f"late-refund.{name}", "fr") == whole.quick(name)
    assert library.slugs() == ("late-refund",)


@pytest.mark.parametrize("slug", ["late-refund.never", "late-refund.which_day.again"])
def test_an_unknown_moment_is_refused_with_the_choice(slug: str, copied: Path) -> None:
    with pytest.raises(LibraryError, match="it has: third_call, which_day"):
        Library(copied).scenario(slug, "fr")


def test_a_folder_of_ones_own_stands_beside_ours(copied: Path, own: Path) -> None:
    shutil.copytree(DATA / "scenarios/no-badge", own / "no-badge")
    library = Library(copied, own)
    assert library.slugs() == ("late-refund", "no-badge")
    assert library.has("no-badge") and not library.has("night-arrival")
    assert library.folders()["no-badge"] == own / "no-badge"
    assert library.scenario("no-badge", "en").slug == "no-badge"


def test_of_two_with_one_name_ones_own_is_played(copied: Path, own: Path) -> None:
    shutil.copytree(DATA / "scenarios/late-refund", own / "late-refund")
    words = (own / "late-refund/fr.yml").read_text(encoding="utf-8")
    title = Library(copied).scenario("late-refund", "fr").title
    (own / "late-refund/fr.yml").write_text(words.replace(title, "Chez nous"), encoding="utf-8")
    assert Library(copied, own).scenario("late-refund", "fr").title == "Chez nous"


def test_a_fault_outside_our_folder_names_the_whole_path(copied: Path, own: Path) -> None:
    shutil.copytree(DATA / "scenarios/no-badge", own / "no-badge")
    (own / "no-badge/fr.yml").write_text("- one\n", encoding="utf-8")
    with pytest.raises(LibraryError, match=f"^{own}/no-badge/fr.yml: must be made of"):
        Library(copied, own).scenario("no-badge", "fr")


def test_what_a_scenario_is_tried_with_lies_beside_it(copied: Path) -> None:
    assert set(Library(copied).trial("late-refund", "fr")) == {"agents", "paraphrases"}
