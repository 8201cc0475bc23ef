"""Curves as SVG made on the server by pygal: it is small, pure Python and draws axes and scales for us.

pygal styles its charts inline, which our Content-Security-Policy refuses: we keep the drawing and style it in app.css.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

import pygal
from markupsafe import Markup
from pygal.style import Style

WIDTH, HEIGHT = 640, 300
SVG = "{http://www.w3.org/2000/svg}"
UNWANTED = (f"{SVG}defs", f"{SVG}title", f"{SVG}desc")


def curve(title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]]) -> Markup:
    """Draw one line per feeling, 0–100, over the positions of a drill; `title` is what a screen reader says.

    The nth line has the class `serie-n`: its dashes, width and colour are the style sheet's.
    """
    chart = pygal.Line(
        js=[],
        width=WIDTH,
        height=HEIGHT,
        margin=8,
        range=(0, 100),
        show_legend=False,
        dots_size=5,
        y_labels=[0, 25, 50, 75, 100],
        x_labels=list(labels),
        formatter=lambda value: f"{value:.0f}",
        # Room for labels: the style sheet draws them larger on a phone, where the whole drawing shrinks.
        style=Style(label_font_size=24, major_label_font_size=24),
        disable_xml_declaration=True,
    )
    for name, values in series.items():
        chart.add(name, list(values))
    return _bare(chart.render(is_unicode=True), title)


def _bare(drawing: str, title: str) -> Markup:
    ElementTree.register_namespace("", SVG[1:-1])
    root = ElementTree.fromstring(drawing)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in UNWANTED or child.get("class") == "plot tooltip-overlay":
                parent.remove(child)
    root.attrib.pop("id", None)
    root.set("role", "img")
    root.set("aria-label", title)
    return Markup(ElementTree.tostring(root, encoding="unicode"))
