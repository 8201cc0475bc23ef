"""The moves of a customer, drawn: what it did after what, and how often (SVG)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import hypot
from xml.etree import ElementTree as Xml

COLUMNS = (
    ("open",), ("vent", "silent", "abuse"), ("answer", "soften", "clarify"), ("press", "manager"), ("test", "refuse"),
    ("accept",), ("thank", "hang_up"),
)  # fmt: skip
"""Where each move stands, from the first words to the last; every move has its place, drawn or not."""
WIDTH, HEIGHT, BOX, LINE = 170, 110, (112, 40), 7
"""Pixels: between columns, between rows, of a box, and the thickest arrow."""
PLACES = {
    move: (90 + column * WIDTH, 90 + row * HEIGHT + (3 - len(moves)) * HEIGHT // 2)
    for column, moves in enumerate(COLUMNS)
    for row, move in enumerate(moves)
}
STYLE = (
    "text{font:14px system-ui,sans-serif;text-anchor:middle;fill:#1d2733}.share{font-size:11px;fill:#52606d}"
    "rect{fill:#f4f6f8;stroke:#52606d;rx:8px}.never{opacity:.35}path{fill:none;stroke:#3b6ea5;stroke-opacity:.55}"
)


def draw(drills: Iterable[Sequence[str]], title: str) -> str:
    """An SVG picture of these drills, each the moves of its customer in order. Without a drill, every move is faint."""
    every = [tuple(moves) for moves in drills]
    steps = Counter(step for moves in every for step in pairwise(moves))
    made = Counter(move for moves in every for move in moves)
    size = (WIDTH * len(COLUMNS) + 20, 3 * HEIGHT + 60)
    svg = Xml.Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {size[0]} {size[1]}", role="img")
    Xml.SubElement(svg, "title").text = title
    Xml.SubElement(svg, "style").text = STYLE
    _arrowhead(svg)
    _words(svg, title, size[0] // 2, 28)
    for (start, end), count in sorted(steps.items()):
        _arrow(svg, start, end, count / made[start])
    for move in PLACES:
        _box(svg, move, made[move], sum(move in moves for moves in every))
    return Xml.tostring(svg, encoding="unicode")


def _box(svg: Xml.Element, move: str, times: int, drills: int) -> None:
    x, y = PLACES[move]
    group = Xml.SubElement(svg, "g", {"class": "move" if times else "move never", "id": move})
    Xml.SubElement(group, "rect", x=str(x - BOX[0] // 2), y=str(y - BOX[1] // 2), width=str(BOX[0]), height=str(BOX[1]))
    _words(group, move.replace("_", " "), x, y - 2)
    _words(group, f"{times} × in {drills} drills", x, y + 13, "share")


def _arrow(svg: Xml.Element, start: str, end: str, share: float) -> None:
    """An arc whose width tells how often `end` follows `start`, 0–1; to itself, a loop above the box."""
    (x, y), (u, v) = PLACES[start], PLACES[end]
    half, drop = BOX[0] // 2, BOX[1] // 2
    if start == end:
        path = f"M{x - 20} {y - drop} C{x - 40} {y - 62} {x + 40} {y - 62} {x + 20} {y - drop}"
    else:
        x, u = (x + half, u - half) if u > x else (x - half, u + half) if u < x else (x, u)
        y, v = (y, v) if u != x else (y + drop, v - drop) if v > y else (y - drop, v + drop)
        bend = hypot(u - x, v - y) / 6 * (1 if u >= x else -1)
        path = f"M{x} {y} Q{(x + u) / 2:.0f} {(y + v) / 2 - bend:.0f} {u} {v}"
    arrow = Xml.SubElement(
        svg, "path", {"d": path, "stroke-width": f"{1 + LINE * share:.1f}", "marker-end": "url(#end)"}
    )
    Xml.SubElement(arrow, "title").text = f"{start} → {end}: {share:.0%}"


def _arrowhead(svg: Xml.Element) -> None:
    size = {"markerUnits": "userSpaceOnUse", "markerWidth": "10", "markerHeight": "8", "refX": "9", "refY": "4"}
    marker = Xml.SubElement(Xml.SubElement(svg, "defs"), "marker", {"id": "end", "orient": "auto", **size})
    Xml.SubElement(marker, "path", {"d": "M0 0 L10 4 L0 8z", "style": "fill:#3b6ea5;stroke:none"})


def _words(parent: Xml.Element, text: str, x: int, y: int, kind: str = "") -> None:
    Xml.SubElement(parent, "text", {"x": str(x), "y": str(y), **({"class": kind} if kind else {})}).text = text
