"""Curves as SVG made on the server by pygal: it is small, pure Python and draws axes and scales for us.

pygal styles its charts inline, which our Content-Security-Policy refuses: we keep the drawing and style it in app.css.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pygal
from markupsafe import Markup
from pygal.style import Style

WIDTH, HEIGHT = 640, 300
NAMES_WIDTH = 170
"""Room on the right for the names of the lines."""
LINE = 27
"""Between two names, one above the other: the larger letters of a phone need it."""
NUMBERED = 13
"""How many points can hold a number without touching."""
LABELLED = 16
"""How many labels stand under a line side by side, in the larger letters too; of more, every other is shown."""
RADAR = 560
DATED = 4
"""How many dates fit under a trend, in the larger letters of a phone."""
SVG = "{http://www.w3.org/2000/svg}"
Point = tuple[float, float]
UNWANTED = (f"{SVG}defs", f"{SVG}title", f"{SVG}desc")


def curve(
    title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]], decisive: Mapping[int, int] | None = None
) -> Markup:
    """Draw one line per feeling, 0–100, over the positions of a drill; `title` is what a screen reader says.

    The nth line has the class `serie-n`: its dashes, width and colour are the style sheet's; its name stands at its
    end. The first line carries the numbers of the replies, and a sign at each `decisive` one: by how much it moved.
    """
    every = -(-len(labels) // LABELLED)
    chart = pygal.Line(
        js=[],
        width=WIDTH,
        height=HEIGHT,
        margin=8,
        margin_right=NAMES_WIDTH,
        range=(0, 100),
        show_legend=False,
        dots_size=5,
        y_labels=[0, 25, 50, 75, 100],
        x_labels=[label if place % every == 0 else "" for place, label in enumerate(labels)],
        truncate_label=-1,
        formatter=lambda value: f"{value:.0f}",
        # Room for labels: the style sheet draws them larger on a phone, where the whole drawing shrinks.
        style=Style(label_font_size=24, major_label_font_size=24),
        disable_xml_declaration=True,
    )
    for name, values in series.items():
        chart.add(name, list(values))
    root = _tree(chart.render(is_unicode=True), title)
    over = _overlay(root)
    drawn = [_dots(group) for group in over]
    _name(over, list(series), [dots[-1] for dots in drawn])
    _number(over, labels, drawn[0])
    for place, delta in (decisive or {}).items():
        _sign(over, drawn[0][place], delta, last=place == len(labels) - 1)
    return _markup(root)


def radar(title: str, values: Mapping[str, float | None]) -> Markup:
    """Draw values of 0–100 around a centre, their names outside; one of None has an axis and no corner.

    It wants three values at least: fewer make no figure.
    """
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
        x_labels=list(values),
        style=Style(label_font_size=1, major_label_font_size=1),
        disable_xml_declaration=True,
    )
    chart.add(title, [value or 0 for value in values.values()])
    root = _tree(chart.render(is_unicode=True), title)
    root.set("class", "radar")
    for ring in root.iter(f"{SVG}g"):
        if ring.get("class") == "axis y web":
            _unlabelled(ring)
    known = [value is not None for value in values.values()]
    axes = [guide for web in root.iter(f"{SVG}g") if web.get("class") == "axis x web" for guide in web]
    for axis, told in zip(axes, known, strict=True):
        axis.set("class", "guides" if told else "guides none")
        _wrap(axis[1], float(axes[0][1].get("x", 0)))
    _corners(root, known)
    return _markup(root)


def _bare(drawing: str, title: str) -> Markup:
    return _markup(_tree(drawing, title))


def _tree(drawing: str, title: str) -> Element:
    ElementTree.register_namespace("", SVG[1:-1])
    root = ElementTree.fromstring(drawing)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in UNWANTED or child.get("class") == "plot tooltip-overlay":
                parent.remove(child)
    root.attrib.pop("id", None)
    root.set("role", "img")
    root.set("aria-label", title)
    return root


def _markup(root: Element) -> Markup:
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _overlay(root: Element) -> Element:
    """The layer of the dots: one group per series, over every line."""
    return next(group for group in root.iter(f"{SVG}g") if group.get("class") == "plot overlay")


def _dots(group: Element) -> list[Point]:
    return [(float(dot.get("cx", 0)), float(dot.get("cy", 0))) for dot in group.iter(f"{SVG}circle")]


def _draw(parent: Element, tag: str, text: str = "", **attributes: object) -> Element:
    given = {name.rstrip("_").replace("_", "-"): str(value) for name, value in attributes.items()}
    made = ElementTree.SubElement(parent, f"{SVG}{tag}", given)
    made.text = text or None
    return made


def _name(over: Element, names: Sequence[str], ends: Sequence[Point]) -> None:
    """Each line's name at its end, on the line's own dashes, so that nobody has to tell colours apart."""
    for number, (name, (x, y), place) in enumerate(zip(names, ends, _spread([y for _, y in ends]), strict=True)):
        group = _draw(over, "g", class_=f"name serie-{number}")
        _draw(group, "path", d=f"M{x + 8:.1f} {y:.1f}L{x + 30:.1f} {place:.1f}")
        _draw(group, "text", name, x=f"{x + 36:.1f}", y=f"{place + 6:.1f}")


def _spread(places: Sequence[float]) -> list[float]:
    """`places` moved apart as little as needed, within the drawing."""
    order = sorted(range(len(places)), key=lambda one: places[one])
    moved, lowest = list(places), HEIGHT - 50.0
    highest = 8.0
    for one in order:
        moved[one] = max(places[one], highest)
        highest = moved[one] + LINE
    for one in reversed(order):
        moved[one] = min(moved[one], lowest)
        lowest = moved[one] - LINE
    return moved


def _number(over: Element, labels: Sequence[str], dots: Sequence[Point]) -> None:
    """The replies' numbers in the dots of the first line, as long as there is room for them."""
    if len(dots) > NUMBERED:
        return
    for label, (x, y) in list(zip(labels, dots, strict=True))[1:]:
        group = _draw(over, "g", class_="reply")
        _draw(group, "circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=11)
        _draw(group, "text", label, x=f"{x:.1f}", y=f"{y:.1f}", dy="0.35em", text_anchor="middle")


def _sign(over: Element, dot: Point, delta: int, last: bool) -> None:
    """A triangle that points where the line went, and by how much: above the dot or, near the top, under it.

    At the `last` dot it stands to the left, out of the way of the names.
    """
    x, y = dot[0] - (64 if last else 0), dot[1] + (-34 if dot[1] > 64 else 40)
    tip = -9 if delta > 0 else 9
    group = _draw(over, "g", class_=f"decisive {'up' if delta > 0 else 'down'}")
    _draw(group, "path", d=f"M{x - 18:.1f} {y - tip:.1f}h18l-9 {2 * tip}Z")
    _draw(group, "text", f"{delta:+d}".replace("-", "−"), x=f"{x + 5:.1f}", y=f"{y:.1f}", dy="0.35em")


def _unlabelled(rings: Element) -> None:
    """The figures of the rings would stand on the name above them; the page tells the values in words."""
    for ring in rings:
        for text in ring.findall(f"{SVG}text"):
            ring.remove(text)


def _wrap(label: Element, middle: float) -> None:
    """A radar's label upright on its own side of the centre: there on two lines, above the centre on one."""
    label.attrib.pop("transform", None)
    x, words = float(label.get("x", 0)), (label.text or "").split()
    if abs(x - middle) < 1:
        label.set("text-anchor", "middle")
        return
    half = (len(words) + 1) // 2
    lines = [" ".join(part) for part in (words[:half], words[half:]) if part]
    label.text = None
    label.set("text-anchor", "end" if x < middle else "start")
    for number, line in enumerate(lines):
        _draw(label, "tspan", line, x=f"{x:.1f}", dy="1.1em" if number else f"{0.9 - 0.55 * len(lines):.2f}em")


def _corners(root: Element, known: Sequence[bool]) -> None:
    """Take what is not known out of the figure: pygal draws it in the centre, as 0."""
    group = next(iter(_overlay(root)))
    for dots, told in zip(list(group), known, strict=True):
        if not told:
            group.remove(dots)
    figure = next(path for path in root.iter(f"{SVG}path") if "reactive" in path.get("class", ""))
    figure.set("d", "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in _dots(group)) + "Z")


def trend(title: str, labels: Sequence[str], series: Mapping[str, Sequence[int | None]]) -> Markup:
    """Draw one line per name, 0–100 over periods; None leaves the period out of the line.

    A line ends with its number (the first is 1), which the page's legend tells beside the name: names would not fit on
    a phone. `title` is what a screen reader says. Its values hold something for every name.
    """
    step = -(-len(labels) // DATED)
    chart = pygal.Line(
        js=[],
        width=WIDTH,
        height=HEIGHT,
        margin=8,
        margin_right=64,
        range=(0, 100),
        show_legend=False,
        dots_size=5,
        y_labels=[0, 25, 50, 75, 100],
        x_labels=["" if (len(labels) - 1 - place) % step else label for place, label in enumerate(labels)],
        truncate_label=-1,
        formatter=lambda value: f"{value:.0f}",
        style=Style(label_font_size=24, major_label_font_size=24),
        disable_xml_declaration=True,
    )
    for name, values in series.items():
        chart.add(name, list(values))
    root = _tree(chart.render(is_unicode=True), title)
    over = _overlay(root)
    ends = [_dots(group)[-1] for group in over]
    _name(over, [str(number + 1) for number in range(len(series))], ends)
    return _markup(root)


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
        disable_xml_declaration=True,
        classes=("spark",),
    )
    chart.add("", list(values))
    return _bare(chart.render(is_unicode=True), title)
