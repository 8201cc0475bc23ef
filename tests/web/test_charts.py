from __future__ import annotations

from xml.etree import ElementTree

from bot.web.charts import SVG, curve


def test_a_curve_has_a_line_per_feeling_and_says_its_title() -> None:
    drawing = ElementTree.fromstring(curve("How <it> went", ["0", "1"], {"Trust": [10, 60], "Anger": [80, 20]}))
    assert drawing.get("aria-label") == "How <it> went"
    classes = {group.get("class") for group in drawing.iter(f"{SVG}g")}
    assert {"series serie-0 color-0", "series serie-1 color-1"} <= classes


def test_nothing_in_it_needs_inline_style_or_script() -> None:
    drawing = curve("title", ["0"], {"Trust": [10]})
    for refused in ("<style", "<script", "style=", "http://pygal"):
        assert refused not in drawing


def test_one_point_is_enough() -> None:
    assert "<circle" in curve("title", ["0"], {"Trust": [10]})
