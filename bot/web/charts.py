"""Curves as SVG made on the server by pygal: it is small, pure Python and draws axes and scales for us.

pygal styles its charts inline, which our Content-Security-Policy refuses: we keep the drawing and style it in app.css.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from xml.etree.ElementTree import Element

import pygal
from markupsafe import Markup
from pygal.style import Style

from bot.web import drawing

WIDTH, HEIGHT = 640, 300
NAMES_WIDTH, NUMBERS_WIDTH = 170, 64
"""Room on the right for the names of the lines, or for their numbers."""
LABELLED = 16
"""How many labels stand under a line side by side, in the larger letters too; of more, every other is shown."""
RADAR = 560
KEPT = 256
"""How many drawings of each kind are kept, about 15 kB each: a page is often asked again with the same figures, after
a share, a contest or a step back, and drawing is most of what it costs."""
Series = tuple[tuple[str, tuple[float | None, ...]], ...]
DATED = 4
"""How many dates fit under a trend, in the larger letters of a phone."""


def curve(
    title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]], decisive: Mapping[int, int] | None = None
) -> Markup:
    """Draw one line per feeling, 0–100, over the positions of a drill; `title` is what a screen reader says.

    The nth line has the class `serie-n`: its dashes, width and colour are the style sheet's; its name stands at its
    end. The first line carries the numbers of the replies, and a sign at each `decisive` one: by how much it moved.
    """
    return _curve(title, tuple(labels), _kept(series), tuple((decisive or {}).items()))


@lru_cache(maxsize=KEPT)
def _curve(title: str, labels: tuple[str, ...], series: Series, decisive: tuple[tuple[int, int], ...]) -> Markup:
    every = -(-len(labels) // LABELLED)
    under = [label if place % every == 0 else "" for place, label in enumerate(labels)]
    root = _lines(title, under, series, NAMES_WIDTH)
    over = drawing.overlay(root)
    drawn = [drawing.dots(group) for group in over]
    drawing.name(over, [name for name, _ in series], [dots[-1] for dots in drawn], HEIGHT)
    drawing.number(over, labels, drawn[0])
    for place, delta in decisive:
        drawing.sign(over, drawn[0][place], delta, last=place == len(labels) - 1)
    return drawing.markup(root)


def radar(title: str, values: Mapping[str, float | None]) -> Markup:
    """Draw values of 0–100 around a centre, their names outside; one of None has an axis and no corner.

    It wants three values at least: fewer make no figure.
    """
    return _radar(title, tuple(values.items()))


@lru_cache(maxsize=KEPT)
def _radar(title: str, values: tuple[tuple[str, float | None], ...]) -> Markup:
    chart = pygal.Radar(
        js=[],
        width=RADAR,
        height=RADAR - 120,
        margin=44,
        margin_left=125,
        margin_right=125,
        range=(0, 100),
        show_legend=False,
        dots_size=6,
        y_labels=[0, 25, 50, 75, 100],
        x_labels=[name for name, _ in values],
        style=Style(label_font_size=1, major_label_font_size=1),
        css=[],
    )
    chart.add(title, [value or 0 for _, value in values])
    root = drawing.tree(chart.render_tree(), title)
    root.set("class", "radar")
    for ring in root.iter("g"):
        if ring.get("class") == "axis y web":
            drawing.unlabelled(ring)
    known = [value is not None for _, value in values]
    axes = [guide for web in root.iter("g") if web.get("class") == "axis x web" for guide in web]
    for axis, told in zip(axes, known, strict=True):
        axis.set("class", "guides" if told else "guides none")
        drawing.wrap(axis[1], float(axes[0][1].get("x", 0)))
    drawing.corners(root, known)
    return drawing.markup(root)


def _kept(series: Mapping[str, Sequence[float | None]]) -> Series:
    return tuple((name, tuple(values)) for name, values in series.items())


def _lines(title: str, labels: Sequence[str], series: Series, right: int) -> Element:
    """pygal's drawing of lines over `labels`, with `right` pixels of room for what stands at their ends."""
    chart = pygal.Line(
        js=[],
        width=WIDTH,
        height=HEIGHT,
        margin=8,
        margin_right=right,
        range=(0, 100),
        show_legend=False,
        dots_size=5,
        y_labels=[0, 25, 50, 75, 100],
        x_labels=list(labels),
        truncate_label=-1,
        formatter=lambda value: f"{value:.0f}",
        # Room for labels: the style sheet draws them larger on a phone, where the whole drawing shrinks.
        style=Style(label_font_size=24, major_label_font_size=24),
        css=[],
    )
    for name, values in series:
        chart.add(name, list(values))
    return drawing.tree(chart.render_tree(), title)


def trend(title: str, labels: Sequence[str], series: Mapping[str, Sequence[int | None]]) -> Markup:
    """Draw one line per name, 0–100 over periods; None leaves the period out of the line.

    A line ends with its number (the first is 1), which the page's legend tells beside the name: names would not fit on
    a phone. `title` is what a screen reader says. Its values hold something for every name.
    """
    return _trend(title, tuple(labels), _kept(series))


@lru_cache(maxsize=KEPT)
def _trend(title: str, labels: tuple[str, ...], series: Series) -> Markup:
    step = -(-len(labels) // DATED)
    under = ["" if (len(labels) - 1 - place) % step else label for place, label in enumerate(labels)]
    root = _lines(title, under, series, NUMBERS_WIDTH)
    over = drawing.overlay(root)
    ends = [drawing.dots(group)[-1] for group in over]
    drawing.name(over, [str(number + 1) for number in range(len(series))], ends, HEIGHT)
    return drawing.markup(root)


def spark(title: str, values: Sequence[float]) -> Markup:
    """Draw one small line, 0–100, without axes or labels: the style sheet keeps its last dot alone.

    `title` is what a screen reader says; there is one value at least.
    """
    chart = pygal.Line(
        js=[],
        width=96,
        height=30,
        margin=5,
        range=(0, 100),
        show_legend=False,
        show_x_labels=False,
        show_y_labels=False,
        show_x_guides=False,
        show_y_guides=False,
        dots_size=4,
        css=[],
        classes=("spark",),
    )
    chart.add("", list(values))
    return drawing.markup(drawing.tree(chart.render_tree(), title))
