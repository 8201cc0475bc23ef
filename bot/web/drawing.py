"""What pygal leaves undone, drawn onto its SVG: names at line ends, numbers in dots, signs, the labels of a radar."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Comment, Element

from markupsafe import Markup

LINE = 27
"""Between two names, one above the other: the larger letters of a phone need it."""
OUTWARD = 12
"""Between a corner of a radar and its label."""
FOOT = 50
"""Room under the names of the lines, where the labels stand."""
NUMBERED = 13
"""How many points can hold a number without touching."""
Point = tuple[float, float]
UNWANTED = ("defs", "title", "desc", Comment)


def tree(root: Element, title: str) -> Element:
    """pygal's drawing without its comments, inline styles and script hooks; `title` is what a screen reader says."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in UNWANTED or child.get("class") == "plot tooltip-overlay":
                parent.remove(child)
    root.attrib.pop("id", None)
    root.set("role", "img")
    root.set("aria-label", title)
    return root


def markup(root: Element) -> Markup:
    """The drawing, ready for a page."""
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def overlay(root: Element) -> Element:
    """The layer of the dots: one group per series, over every line."""
    return next(group for group in root.iter("g") if group.get("class") == "plot overlay")


def dots(group: Element) -> list[Point]:
    """Where the dots of one series stand."""
    return [(float(dot.get("cx", 0)), float(dot.get("cy", 0))) for dot in group.iter("circle")]


def _draw(parent: Element, tag: str, text: str = "", **attributes: object) -> Element:
    given = {name.rstrip("_").replace("_", "-"): str(value) for name, value in attributes.items()}
    made = ElementTree.SubElement(parent, tag, given)
    made.text = text or None
    return made


def name(over: Element, names: Sequence[str], ends: Sequence[Point], height: float) -> None:
    """Each line's name at its end, on the line's own dashes, so that nobody has to tell colours apart."""
    for number, (name, (x, y), place) in enumerate(
        zip(names, ends, _spread([y for _, y in ends], height - FOOT), strict=True)
    ):
        group = _draw(over, "g", class_=f"name serie-{number}")
        _draw(group, "path", d=f"M{x + 8:.1f} {y:.1f}L{x + 30:.1f} {place:.1f}")
        _draw(group, "text", name, x=f"{x + 36:.1f}", y=f"{place + 6:.1f}")


def _spread(places: Sequence[float], lowest: float) -> list[float]:
    """`places` moved apart as little as needed, none below `lowest` (which grows downwards)."""
    order = sorted(range(len(places)), key=lambda one: places[one])
    moved, highest = list(places), 8.0
    for one in order:
        moved[one] = max(places[one], highest)
        highest = moved[one] + LINE
    for one in reversed(order):
        moved[one] = min(moved[one], lowest)
        lowest = moved[one] - LINE
    return moved


def number(over: Element, labels: Sequence[str], dots: Sequence[Point]) -> None:
    """The replies' numbers in the dots of the first line, as long as there is room for them."""
    if len(dots) > NUMBERED:
        return
    for label, (x, y) in list(zip(labels, dots, strict=True))[1:]:
        group = _draw(over, "g", class_="reply")
        _draw(group, "circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=11)
        _draw(group, "text", label, x=f"{x:.1f}", y=f"{y:.1f}", dy="0.35em", text_anchor="middle")


def sign(over: Element, dot: Point, delta: int, last: bool) -> None:
    """A triangle that points where the line went, and by how much: above the dot or, near the top, under it.

    At the `last` dot it stands to the left, out of the way of the names.
    """
    x, y = dot[0] - (64 if last else 0), dot[1] + (-34 if dot[1] > 64 else 40)
    tip = -9 if delta > 0 else 9
    group = _draw(over, "g", class_=f"decisive {'up' if delta > 0 else 'down'}")
    _draw(group, "path", d=f"M{x - 18:.1f} {y - tip:.1f}h18l-9 {2 * tip}Z")
    _draw(group, "text", f"{delta:+d}".replace("-", "−"), x=f"{x + 5:.1f}", y=f"{y:.1f}", dy="0.35em")


def unlabelled(rings: Element) -> None:
    """The figures of the rings would stand on the name above them; the page tells the values in words."""
    for ring in rings:
        for text in ring.findall("text"):
            ring.remove(text)


def wrap(label: Element, middle: float) -> None:
    """A radar's label upright on its own side of the centre: there on two lines, above the centre on one."""
    label.attrib.pop("transform", None)
    x, words = float(label.get("x", 0)), (label.text or "").split()
    if abs(x - middle) < 1:
        label.set("text-anchor", "middle")
        return
    x += OUTWARD if x > middle else -OUTWARD
    half = (len(words) + 1) // 2
    lines = [" ".join(part) for part in (words[:half], words[half:]) if part]
    label.text = None
    label.set("text-anchor", "end" if x < middle else "start")
    for number, line in enumerate(lines):
        _draw(label, "tspan", line, x=f"{x:.1f}", dy="1.1em" if number else f"{0.9 - 0.55 * len(lines):.2f}em")


def corners(root: Element, known: Sequence[bool]) -> None:
    """Take what is not known out of the figure: pygal draws it in the centre, as 0."""
    group = next(iter(overlay(root)))
    for corner, told in zip(list(group), known, strict=True):
        if not told:
            group.remove(corner)
    figure = next(path for path in root.iter("path") if "reactive" in path.get("class", ""))
    figure.set("d", "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in dots(group)) + "Z")
