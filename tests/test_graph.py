"""bot/graph.py"""

from __future__ import annotations

from itertools import combinations, pairwise
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.coaching.move import MOVES
from bot import graph

SVG = "{http://www.w3.org/2000/svg}"
PLAYED = [("open", "vent", "vent", "answer", "accept", "thank"), ("open", "answer", "accept", "thank")]
TITLES = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cn"), blacklist_characters="\ufffe\uffff"))


def drawn(*drills: tuple[str, ...], title: str = "Le colis") -> Xml.Element:
    """The picture, read back."""
    return Xml.fromstring(graph.draw(drills, title))


def box(svg: Xml.Element, move: str) -> tuple[str, list[str | None]]:
    """The class of a move's box and its words."""
    (found,) = (group for group in svg.iter(f"{SVG}g") if group.get("id") == move)
    return found.get("class", ""), [text.text for text in found.iter(f"{SVG}text")]


def arrows(svg: Xml.Element) -> dict[str, float]:
    """How thick each arrow is, by what it says."""
    found = {}
    for path in svg.findall(f"{SVG}path"):
        title = path.find(f"{SVG}title")
        assert title is not None and title.text
        found[title.text] = float(path.get("stroke-width", "0"))
    return found


def test_every_move_has_a_place_of_its_own() -> None:
    assert sorted(graph.PLACES) == sorted(MOVES) == sorted(move for column in graph.COLUMNS for move in column)
    for (x, y), (u, v) in combinations(graph.PLACES.values(), 2):
        assert abs(x - u) > graph.BOX[0] or abs(y - v) > graph.BOX[1]


def test_every_box_is_inside_the_picture() -> None:
    left, top, width, height = map(int, drawn().get("viewBox", "").split())
    for rect in drawn().iter(f"{SVG}rect"):
        x, y, wide, high = (int(rect.get(name, "-1")) for name in ("x", "y", "width", "height"))
        assert left <= x and x + wide <= left + width and top <= y and y + high <= top + height


def test_a_box_tells_how_often() -> None:
    svg = drawn(*PLAYED)
    assert box(svg, "vent") == ("move", ["vent", "2 × in 1 drills"])
    assert box(svg, "answer") == ("move", ["answer", "2 × in 2 drills"])
    assert box(svg, "hang_up") == ("move never", ["hang up", "0 × in 0 drills"])


def test_an_arrow_is_as_thick_as_it_is_frequent() -> None:
    found = arrows(drawn(*PLAYED))
    assert set(found) == {
        "open → vent: 50%", "open → answer: 50%", "vent → vent: 50%", "vent → answer: 50%", "answer → accept: 100%",
        "accept → thank: 100%",
    }  # fmt: skip
    assert found["answer → accept: 100%"] == 1 + graph.LINE and found["open → vent: 50%"] == 1 + graph.LINE / 2


def test_without_a_drill_every_move_is_faint() -> None:
    svg = drawn()
    assert {box(svg, move)[0] for move in MOVES} == {"move never"} and arrows(svg) == {}


@given(st.lists(st.lists(st.sampled_from(MOVES), max_size=15).map(tuple), max_size=5))
@settings(deadline=None)
def test_any_drill_can_be_drawn(drills: list[tuple[str, ...]]) -> None:
    svg = drawn(*drills)
    assert sum(1 for _ in svg.iter(f"{SVG}rect")) == len(MOVES)
    assert len(arrows(svg)) == len({pair for moves in drills for pair in pairwise(moves)})
    assert all(1 < width <= 1 + graph.LINE for width in arrows(svg).values())


@given(TITLES)
@settings(deadline=None)
def test_any_title_is_well_formed_and_comes_back(title: str) -> None:
    svg = drawn(*PLAYED, title=title)
    assert svg.findtext(f"{SVG}title") == title


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", "Café & Cie", "]]><style>", '" onload="alert(1)', "</title>"]
)
def test_a_title_is_escaped_and_nothing_runs(title: str) -> None:
    svg = drawn(*PLAYED, title=title)
    assert svg.tag == f"{SVG}svg" and svg.findtext(f"{SVG}title") == title
    tags = {element.tag.removeprefix(SVG) for element in svg.iter()}
    assert tags == {"svg", "title", "style", "defs", "marker", "path", "text", "g", "rect"}
    assert not [name for element in svg.iter() for name in element.keys() if name.startswith("on") or "href" in name]  # noqa: SIM118
    assert "<script" not in graph.draw(PLAYED, title)
