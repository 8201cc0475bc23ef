"""bot/scenarios.py: what an author reads, from an empty folder to a scenario that plays. No model is loaded."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from typer.testing import CliRunner

from actions.coaching.lint import perfect
from actions.coaching.trial import AGENTS
from actions.storage.library import Library
from bot import play, scenarios
from bot.cli import cli
from bot.settings import ROOT
from nlu.contract import LANGS, Assessment, Context, Topics, Wording

OURS = ("late-refund", "no-badge")


class FakeScorer:
    """Finds one phrase to avoid; asked for a model, it fails."""

    def perceive(self, text: str, context: Context) -> Any:
        """The phrase, wherever it stands."""
        at = text.find("Il faut que")
        return SimpleNamespace(wording=(Wording(at, at + 11, "Il faut que", "…"),) if at >= 0 else ())


class FakeEar:
    """Hears kindness and no topic in whatever is said."""

    def __init__(self, slug: str) -> None:
        self.scenario = Library(ROOT / "data").scenario(slug, "fr")

    def assess(self, text: str, context: Context) -> Assessment:
        """The best words there are, about nothing."""
        return replace(perfect(self.scenario, Topics()), lang=context.lang or "fr")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A library of two scenarios that a test may spoil."""
    for name in OURS:
        shutil.copytree(ROOT / "data/scenarios" / name, tmp_path / "data/scenarios" / name)
    shutil.copytree(ROOT / "data/grids", tmp_path / "data/grids")
    for name in ("customer.yml", "respect.yml"):
        shutil.copy(ROOT / "data" / name, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of scenarios of one's own."""
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


@pytest.fixture(autouse=True)
def _room(data: Path, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in (("VAR_DIR", tmp_path / "var"), ("DATA_DIR", data), ("SCENARIOS_DIR", own)):
        monkeypatch.setenv(name, str(value))
    monkeypatch.setattr(scenarios, "_scorer", lambda model=True: None if model else FakeScorer())
    monkeypatch.chdir(tmp_path)
    yield
    scenarios._library.cache_clear()


def author(*words: str) -> tuple[int, str]:
    """Run `visavis scenarios …`, which reads the files anew: (status, everything it said)."""
    scenarios._library.cache_clear()
    done = CliRunner().invoke(cli, ["scenarios", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def edit(path: Path, old: str, new: str) -> None:
    """Change a file as an author would, once."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_without_a_command_it_explains() -> None:
    _, said = author("--help")
    assert all(command in said for command in ("new", "check", "play", "graph", "stats"))


def test_a_new_scenario_is_a_copy_that_has_nothing_to_mend(own: Path, data: Path) -> None:
    status, said = author("new", "late-parcel")
    assert status == 0 and said.startswith(f"{own / 'late-parcel'} is a copy of “late-refund”")
    assert "visavis scenarios check late-parcel" in said
    ours, theirs = data / "scenarios/late-refund", own / "late-parcel"
    assert {path.name for path in theirs.iterdir()} == {path.name for path in ours.iterdir()}
    before, after = ((one / "scenario.yml").read_text(encoding="utf-8").splitlines() for one in (ours, theirs))
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    version = Library(data).scenario("late-refund", "fr").version
    assert changed == [("slug: late-refund", "slug: late-parcel"), (f"version: {version}", "version: 1")]
    assert author("check", "late-parcel", "--no-understanding") == (0, "Nothing to mend.\n")


def test_a_new_scenario_starts_from_the_one_it_is_like(own: Path) -> None:
    assert author("new", "lost-badge", "--like", "no-badge")[0] == 0
    assert (own / "lost-badge/fr.yml").read_bytes() == (ROOT / "data/scenarios/no-badge/fr.yml").read_bytes()
    assert author("new", "stolen-badge", "--like", "lost-badge")[0] == 0, "one's own can be copied too"


def test_without_a_folder_of_ones_own_it_stands_among_ours(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENARIOS_DIR", "")
    assert author("new", "late-parcel")[0] == 0
    assert (data / "scenarios/late-parcel/fr.yml").exists()


@pytest.mark.parametrize(
    "slug", ["Late-parcel", "late parcel", "../late", "colis-égaré", "late.parcel", "late_parcel", ""]
)
def test_a_name_that_cannot_be_a_folders_is_refused(slug: str, own: Path) -> None:
    status, said = author("new", slug)
    assert (status, said) == (
        2, f"“{slug}” cannot name a folder: use small letters, figures and hyphens, such as late-parcel.\n",
    )  # fmt: skip
    assert list(own.iterdir()) == []


def test_a_name_that_is_taken_is_refused(own: Path, data: Path) -> None:
    status, said = author("new", "no-badge")
    assert (status, said) == (
        2, f"There is a scenario “no-badge” already, in {data / 'scenarios/no-badge'}: choose another name.\n",
    )  # fmt: skip
    author("new", "late-parcel")
    assert str(own / "late-parcel") in author("new", "late-parcel")[1]


def test_nothing_to_start_from(own: Path) -> None:
    assert author("new", "late-parcel", "--like", "nowhere") == (
        2, "There is no scenario “nowhere” to start from: choose one of late-refund, no-badge.\n",
    )  # fmt: skip
    assert list(own.iterdir()) == []


def test_every_scenario_is_checked_when_none_is_named() -> None:
    assert author("check", "--no-understanding") == (0, "Nothing to mend.\n")


def test_a_remark_says_where_and_what_to_do(data: Path) -> None:
    edit(data / "scenarios/no-badge/en.yml", "title:", "titel:")
    status, said = author("check", "--no-understanding")
    assert status == 1
    wanted = r"scenarios/no-badge/en\.yml, line \d: 'titel' is not a key I know: did you mean 'title'\?\n"
    assert re.fullmatch(wanted, said)
    assert author("check", "late-refund", "--no-understanding")[0] == 0, "the other scenario is as it was"


def test_a_file_that_cannot_be_read_is_named(data: Path) -> None:
    edit(data / "scenarios/no-badge/fr.yml", 'summary: "', 'summary: "" "')
    (data / "scenarios/late-refund/trial.en.yml").unlink()
    status, said = author("check", "--no-understanding")
    assert status == 1 and said.count("\n") == 2
    assert "scenarios/late-refund/trial.en.yml: cannot be read (No such file or directory)" in said
    assert "scenarios/no-badge/fr.yml, line " in said and "Check quotes, colons and indentation there." in said


def test_a_grid_that_is_not_there_is_named(data: Path) -> None:
    edit(data / "scenarios/no-badge/scenario.yml", "grid: default", "grid: nowhere")
    status, said = author("check", "no-badge", "--no-understanding")
    assert status == 1 and "grids/nowhere/grid.yml: cannot be read" in said


def test_words_to_avoid_in_a_brief_are_told(data: Path) -> None:
    edit(data / "scenarios/late-refund/fr.yml", 'goal: "', 'goal: "Il faut que tout aille. ')
    status, said = author("check", "--no-understanding")
    assert status == 1
    assert (
        re.match(r"scenarios/late-refund/fr\.yml, line \d: 'brief' says “Il faut que”", said) and said.count("\n") == 1
    )


def test_a_fault_in_an_agents_script_is_told(data: Path) -> None:
    edit(data / "scenarios/late-refund/trial.fr.yml", "hostile:", "hostyle:")
    status, said = author("check", "--no-understanding")
    assert status == 1
    assert "scenarios/late-refund/trial.fr.yml, line" in said and "did you mean 'hostile'?" in said


def test_what_is_understood_is_told_when_there_is_nothing_to_mend(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios, "_ear", FakeEar)
    tried = {lang: Library(data).trial("late-refund", lang)["paraphrases"] for lang in LANGS}
    shares = []
    for lang, page in tried.items():
        every = len(page["neither"]) + len(page["unknown"])
        every += sum(len(said) for kind in ("facts", "solutions", "doubts") for said in page[kind].values())
        shares.append(f"{lang} {len(page['neither']) / every:.0%} of {every}")
    status, said = author("check", "late-refund")
    assert (status, said) == (0, f"late-refund: topics told right: {', '.join(shares)}.\nNothing to mend.\n")


def test_an_unknown_scenario_is_refused_with_the_choice() -> None:
    for command in ("check", "play", "graph"):
        assert author(command, "nowhere") == (
            2, "There is no scenario “nowhere”: choose among late-refund, no-badge.\n",
        )  # fmt: skip


def test_a_folder_of_ones_own_that_is_not_there(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENARIOS_DIR", str(own / "nowhere"))
    for words in (("new", "late-parcel"), ("check", "--no-understanding"), ("stats",)):
        assert author(*words) == (
            2, f"SCENARIOS_DIR is “{own / 'nowhere'}”, which is not a folder: make it, or leave the setting empty.\n",
        )  # fmt: skip


def test_what_the_library_covers() -> None:
    author("new", "late-parcel")
    status, said = author("stats")
    assert status == 0
    rows = {cells[1].strip(): [cell.strip() for cell in cells[2:-1]] for line in said.splitlines()
            if len(cells := line.split("│")) > 3}  # fmt: skip
    assert list(rows) == ["late-parcel", "late-refund", "no-badge"]
    assert rows["late-parcel"] == rows["late-refund"] and rows["late-refund"][:5] == ["shop", "warm", "", "6", "4"]
    assert all(int(number) > 0 for number in rows["no-badge"][3:])
    assert "trades: shop 2, security 1\n" in said and "kinds: \n" in said and "quick drills by skill: " in said


def test_playing_asks_which() -> None:
    assert author("play") == (2, "Name the scenarios to play, or ask for --all.\n")


def test_what_is_played_is_told_in_json_and_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios, "_ear", FakeEar)
    status, said = author("play", "no-badge", "--json", "--seeds", "2")
    assert status == 0
    *runs, last = (json.loads(line) for line in said.splitlines())
    assert len(runs) == len(LANGS) * 3 * 2 * len(AGENTS) and {run["lang"] for run in runs} == set(LANGS)
    assert {run["scenario"] for run in runs} == {"no-badge"} and {run["seed"] for run in runs} == {0, 1}
    assert last["tally"]["drills"] == len(runs) / len(AGENTS)


def test_what_is_played_is_shown_in_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios, "_ear", FakeEar)
    status, said = author("play", "no-badge", "--seeds", "1")
    assert status == 0 and "no-badge · fr" in said and "no-badge · en" in said
    assert all(agent in said for agent in AGENTS) and f"{len(LANGS) * 3} drills by five agents:" in said


def test_the_moves_are_drawn_into_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios, "_ear", FakeEar)
    drills = 3 * len(play.SEEDS) * len(AGENTS)
    assert author("graph", "no-badge") == (0, f"no-badge.svg shows {drills} drills.\n")
    assert author("graph", "no-badge", "--lang", "en", "--out", "moves.svg") == (
        0,
        f"moves.svg shows {drills} drills.\n",
    )
    titles = [
        Xml.parse(tmp_path / name).findtext("{http://www.w3.org/2000/svg}title")
        for name in ("no-badge.svg", "moves.svg")
    ]
    assert titles == [Library(ROOT / "data").scenario("no-badge", lang).title for lang in LANGS]


def test_an_unknown_language_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios, "_ear", FakeEar)
    assert author("graph", "no-badge", "--lang", "de") == (2, "There is no language “de”: choose fr or en.\n")
    assert not (tmp_path / "no-badge.svg").exists()
