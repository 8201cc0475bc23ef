"""actions/storage/editions.py: a drill is played and debriefed with what it began with, whatever the files become."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import NoResultFound

from actions import practice
from actions.coaching import customer
from actions.room import Room
from actions.storage import editions, tables
from actions.storage.library import Library, LibraryError
from actions.storage.records import Drill
from actions.storage.unit import Unit
from nlu.contract import Assessment, Lang, Topics

Clock = Callable[[], datetime]
MakeDrill = Callable[..., Drill]
Perceived = Callable[..., Assessment]

DATA = Path(__file__).resolve().parents[2] / "data"
SLUG = "late-refund"
MOMENT = next(iter(Library(DATA).scenario(SLUG, "fr").moments))
QUICK = f"{SLUG}.{MOMENT}"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A library of one scenario that a test may change."""
    for folder in (f"scenarios/{SLUG}", "grids/default", "coach"):
        shutil.copytree(DATA / folder, tmp_path / "data" / folder)
    shutil.copy(DATA / "customer.yml", tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def room(sqlite: Engine, copied: Path, clock: Clock) -> Room:
    """The room before anything changes."""
    return Room(sqlite, Library(copied), clock)


def edit(path: Path, *keys: str, to: Any) -> None:
    """Change one value of a file."""
    page = entry = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key in keys[:-1]:
        entry = entry[key]
    assert entry[keys[-1]] != to
    entry[keys[-1]] = to
    path.write_text(yaml.safe_dump(page, allow_unicode=True, sort_keys=False), encoding="utf-8")


def rewrite(copied: Path) -> None:
    """Another edition of everything a drill is played with: its words, its persona, the customer's temper, the grid."""
    folder = copied / "scenarios" / SLUG
    edit(folder / "fr.yml", "title", to="Autre chose")
    edit(folder / "fr.yml", "lines", "open", to=["Bonjour.", "Bon.", "Oui\u00a0?"])
    edit(folder / "fr.yml", "moments", MOMENT, "line", to="Encore vous\u00a0?")
    edit(folder / "fr.yml", "hints", "opening", to="Autrement.")
    edit(folder / "scenario.yml", "version", to=99)
    edit(folder / "scenario.yml", "persona", "start", "anger", to=1)
    edit(folder / "scenario.yml", "moments", MOMENT, "replies", to=3)
    edit(copied / "customer.yml", "effects", "waited", "patience", to=-40)
    edit(copied / "grids/default/fr.yml", "criteria", "welcome", "label", to="Bienvenue")


def restarted(room: Room) -> Room:
    """The room once its processes have started again: files are read anew."""
    return replace(room, library=Library(room.library.root))


def kept(room: Room, drill_id: str = "d") -> Drill:
    """A drill as stored."""
    with Unit(room.engine) as unit:
        found = unit.drills.get(drill_id)
    assert found is not None
    return found


def played(room: Room, drill_id: str = "d") -> editions.Played:
    """What a drill is played with."""
    with Unit(room.engine) as unit:
        return editions.of(unit, room.library, kept(room, drill_id))


def count(engine: Engine) -> int:
    """How many editions are kept."""
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.editions)).scalar_one())


def begin(room: Room, drill_id: str = "d", slug: str = SLUG, lang: Lang = "fr") -> dict[str, Any]:
    """Begin a drill: the customer's first payload."""
    facts = {"scenario": slug, "lang": lang, "difficulty": "demanding", "door": "web"}
    return practice.begin(room, drill_id, None, facts).payloads[0]


def test_a_drill_keeps_what_it_begins_with(room: Room) -> None:
    begin(room)
    found = room.library.edition(SLUG, "fr")
    assert kept(room).edition == found.digest and len(found.digest) == 64
    with Unit(room.engine) as unit:
        body = unit.editions.get(found.digest)
    assert json.dumps(body) == json.dumps(found.body), "in the same order too"


def test_while_nothing_changes_it_is_played_with_the_files(room: Room) -> None:
    begin(room)
    assert played(room).scenario is room.library.scenario(SLUG, "fr")


@pytest.mark.parametrize("slug", [SLUG, QUICK])
def test_a_drill_goes_on_with_its_own_edition(room: Room, copied: Path, slug: str, perceived: Perceived) -> None:
    opening = begin(room, slug=slug)
    own, seed = room.library.scenario(slug, "fr"), kept(room).seed
    rewrite(copied)
    later = restarted(room)
    assert later.library.scenario(slug, "fr") != own
    assert practice.again(later, "d").payloads[0] == opening
    assert practice.hint(later, "d", "h1").payloads[0]["text"] == own.hints[0]
    heard = ("Bonjour, que s’est-il passé ?", perceived(2, topics=Topics(asked=("what_happened",), near=True)))
    step = practice.take(later, "d", *heard[:1], "m1", heard[1])
    wanted = customer.react(own, "demanding", seed, [heard])
    assert (step.payloads[0]["line"], step.payloads[0]["band"]) == (wanted.line, wanted.band)
    assert played(later).scenario == own


@pytest.mark.parametrize("slug", [SLUG, QUICK])
def test_a_drill_is_debriefed_with_its_own_edition(room: Room, copied: Path, slug: str, perceived: Perceived) -> None:
    begin(room, slug=slug)
    for number in (1, 2):
        practice.take(room, "d", "Bonjour, trois semaines, c’est long.", f"m{number}", perceived())
    practice.end(room, "d", "e1")
    before = practice.review(room, "d")
    rewrite(copied)
    assert practice.review(restarted(room), "d") == before
    assert "Accueil" in json.dumps(before.payloads, ensure_ascii=False)


def test_an_edition_that_is_old_is_read_once(room: Room, copied: Path) -> None:
    begin(room)
    rewrite(copied)
    later = restarted(room)
    first = played(later)
    with room.engine.begin() as connection:
        connection.execute(tables.editions.delete())
    assert played(later).scenario is first.scenario and played(later).grid is first.grid


def test_a_drill_begun_afterwards_has_the_new_edition(room: Room, copied: Path) -> None:
    begin(room)
    rewrite(copied)
    later = restarted(room)
    begin(later, "new")
    assert kept(later, "new").edition != kept(later).edition and count(later.engine) == 2
    assert played(later, "new").scenario.title == "Autre chose"
    assert played(later).scenario.title != "Autre chose"
    assert played(later, "new").grid != played(later).grid


def test_a_drill_taken_back_to_a_moment_keeps_its_edition(room: Room, copied: Path, perceived: Perceived) -> None:
    opening = begin(room)
    practice.take(room, "d", "Bonjour", "m1", perceived())
    rewrite(copied)
    assert practice.replay(restarted(room), "d", 1, "r1").payloads[0]["line"] == opening["line"]


def test_drills_that_begin_with_the_same_keep_it_once(room: Room) -> None:
    for drill_id, slug in (("a", SLUG), ("b", SLUG), ("c", QUICK)):
        begin(room, drill_id, slug)
    assert count(room.engine) == 1 and len({kept(room, drill_id).edition for drill_id in "abc"}) == 1
    begin(room, "d", lang="en")
    assert count(room.engine) == 2


def test_a_scenario_taken_away_is_played_to_its_end(room: Room, copied: Path, perceived: Perceived) -> None:
    openings = {slug: begin(room, slug, slug) for slug in (SLUG, QUICK)}
    shutil.rmtree(copied / "scenarios" / SLUG)
    later = restarted(room)
    for slug, opening in openings.items():
        assert practice.again(later, slug).payloads[0] == opening
        assert practice.take(later, slug, "Bonjour", "m1", perceived()).payloads[0]["position"] == 1
        practice.end(later, slug, "e1")
        assert practice.review(later, slug).payloads[0]["type"] == "debrief"
    with pytest.raises(LibraryError, match="There is no scenario 'late-refund'"):
        begin(later, "new")


def test_a_drill_older_than_editions_is_played_with_the_files(room: Room, copied: Path, new_drill: MakeDrill) -> None:
    with Unit(room.engine) as unit:
        unit.drills.add(new_drill("d"))
    assert played(room).scenario is room.library.scenario(SLUG, "fr")
    rewrite(copied)
    assert played(restarted(room)).scenario.title == "Autre chose"
    shutil.rmtree(copied / "scenarios" / SLUG)
    with pytest.raises(LibraryError, match="There is no scenario"):
        played(restarted(room))


@pytest.mark.parametrize(
    ("name", "keys", "to"),
    [
        (f"scenarios/{SLUG}/fr.yml", ("title",), "Un titre"),
        (f"scenarios/{SLUG}/fr.yml", ("moments", MOMENT, "line"), "Encore\u00a0?"),
        (f"scenarios/{SLUG}/scenario.yml", ("persona", "start", "anger"), 1),
        ("customer.yml", ("effects", "waited", "patience"), -5),
        ("customer.yml", ("fr", "lines", "language"), ["Pardon\u00a0?"]),
        ("grids/default/grid.yml", ("version",), 99),
        ("grids/default/fr.yml", ("criteria", "welcome", "label"), "Bienvenue"),
    ],
)
def test_a_change_in_what_is_played_makes_another_edition(
    copied: Path, name: str, keys: tuple[str, ...], to: Any
) -> None:
    before = Library(copied).edition(SLUG, "fr").digest
    edit(copied / name, *keys, to=to)
    assert Library(copied).edition(SLUG, "fr").digest != before


def test_what_is_not_played_makes_no_other_edition(copied: Path) -> None:
    before = Library(copied).edition(SLUG, "fr").digest
    assert Library(copied).edition(QUICK, "fr").digest == before
    edit(copied / f"scenarios/{SLUG}/en.yml", "title", to="A title")
    edit(copied / "customer.yml", "en", "lines", "language", to=["Sorry?"])
    edit(copied / f"scenarios/{SLUG}/examples.fr.yml", "unknown", to=["Le poids\u00a0?"])
    for page in copied.rglob("*.yml"):
        page.write_text(f"# Un commentaire.\n{page.read_text(encoding='utf-8')}", encoding="utf-8")
    assert Library(copied).edition(SLUG, "fr").digest == before
    assert Library(copied).edition(SLUG, "en").digest != before


BODY = {"words": {"z": "Été 😀 « … »", "a": [1, 2.5, True, None]}, "logic": {"facts": {"b": {}, "a": {}}}}


def test_an_edition_comes_back_as_it_was_kept(engine: Engine, clock: Clock) -> None:
    with Unit(engine) as unit:
        unit.editions.keep("x" * 64, BODY, clock())
    with Unit(engine) as unit:
        assert json.dumps(unit.editions.get("x" * 64)) == json.dumps(BODY), "in the same order too"
        with pytest.raises(NoResultFound):
            unit.editions.get("y" * 64)


def test_an_edition_is_kept_once_for_good(engine: Engine, clock: Clock) -> None:
    with Unit(engine) as unit:
        unit.editions.keep("x" * 64, BODY, clock())
        unit.editions.keep("x" * 64, {"words": {}}, clock())
    with Unit(engine) as unit:
        unit.editions.keep("x" * 64, {"words": {}}, clock())
        assert unit.editions.get("x" * 64) == BODY
    assert count(engine) == 1


def test_two_that_keep_the_same_at_once_both_succeed(engine: Engine, clock: Clock, new_drill: MakeDrill) -> None:
    def second() -> None:
        with Unit(engine) as unit:
            unit.editions.keep("x" * 64, BODY, clock())  # waits for the first to be done
            unit.drills.add(new_drill("second", edition="x" * 64))

    other = Thread(target=second)
    with Unit(engine) as unit:
        unit.drills.add(new_drill("first", edition="x" * 64))
        unit.editions.keep("x" * 64, BODY, clock())
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(10)
    with Unit(engine) as unit:
        assert unit.drills.get("first") is not None and unit.drills.get("second") is not None
    assert count(engine) == 1
