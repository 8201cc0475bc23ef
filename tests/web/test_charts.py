from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

from bot.web.charts import curve, radar, spark, trend

SVG = "{http://www.w3.org/2000/svg}"


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


def test_a_trend_numbers_its_lines_and_leaves_out_what_nothing_tells() -> None:
    drawing = ElementTree.fromstring(trend("Weeks", ["1 Mar", "8 Mar"], {"Care": [10, None], "Thanks": [50, 60]}))
    over = next(group for group in drawing.iter(f"{SVG}g") if group.get("class") == "plot overlay")
    first, second = over[0], over[1]
    assert len(list(first.iter(f"{SVG}circle"))) == 1 and len(list(second.iter(f"{SVG}circle"))) == 2
    ends = [group for group in over if (group.get("class") or "").startswith("name")]
    assert [text.text for group in ends for text in group.iter(f"{SVG}text")] == ["1", "2"]
    for refused in ("<style", "<script", "style="):
        assert refused not in trend("Weeks", ["1"], {"Care": [10]})


def test_a_spark_is_a_small_line_that_says_its_title() -> None:
    drawing = ElementTree.fromstring(spark("Trust <60>", [10, 35, 60]))
    assert (drawing.get("aria-label"), drawing.get("class")) == ("Trust <60>", "spark")
    heights = [float(dot.get("cy", "")) for dot in drawing.iter(f"{SVG}circle")]
    assert len(heights) == 3 and heights == sorted(heights, reverse=True)
    assert list(drawing.iter(f"{SVG}text")) == []


def test_a_spark_of_one_value_is_a_dot() -> None:
    assert spark("title", [50]).count("<circle") == 1


FIVE = {"I pay attention": 50, "I dare": None, "I value": 30, "I care about details": 100, "I adapt": 75}


def texts(drawing: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in drawing.iter(f"{SVG}text")]


def test_a_curve_names_its_lines_apart_and_numbers_the_replies() -> None:
    feelings = {name: [50.0, 98.0, 99.0] for name in ("A", "B", "C", "D", "E")}
    drawing = ElementTree.fromstring(curve("title", ["Start", "1", "2"], feelings))
    names = [group for group in drawing.iter(f"{SVG}g") if (group.get("class") or "").startswith("name serie-")]
    heights = sorted(float(text.get("y", "")) for group in names for text in group.iter(f"{SVG}text"))
    assert len(heights) == 5 and all(after - before >= 26 for before, after in pairwise(heights))
    assert heights[0] > 0 and heights[-1] < 300
    replies = [group for group in drawing.iter(f"{SVG}g") if group.get("class") == "reply"]
    assert [label for group in replies for label in texts(group)] == ["1", "2"]


def test_names_at_the_foot_stay_within_the_drawing() -> None:
    drawing = ElementTree.fromstring(curve("title", ["Start"], {name: [0.0] for name in "ABCDE"}))
    names = [group for group in drawing.iter(f"{SVG}g") if (group.get("class") or "").startswith("name serie-")]
    assert all(0 < float(text.get("y", "")) < 290 for group in names for text in group.iter(f"{SVG}text"))


def test_a_decisive_reply_has_a_shape_and_a_figure() -> None:
    drawing = ElementTree.fromstring(curve("title", ["Start", "1", "2"], {"A": [50, 90, 20]}, {1: 40, 2: -70}))
    signs = {group.get("class"): group for group in drawing.iter(f"{SVG}g") if "decisive" in (group.get("class") or "")}
    assert texts(signs["decisive up"]) == ["+40"] and texts(signs["decisive down"]) == ["−70"]
    up, down = (signs[f"decisive {way}"].find(f"{SVG}path") for way in ("up", "down"))
    assert up is not None and down is not None
    assert up.get("d", "").endswith("h18l-9 -18Z") and down.get("d", "").endswith("h18l-9 18Z")


def test_many_replies_are_numbered_on_the_axis_alone_as_far_as_there_is_room() -> None:
    labels = [str(number) for number in range(30)]
    drawing = ElementTree.fromstring(curve("title", labels, {"A": [50.0] * 30}))
    assert not [group for group in drawing.iter(f"{SVG}g") if group.get("class") == "reply"]
    assert set(labels) & set(texts(drawing)) == {"0", "25", *labels[::2]}


def test_a_radar_leaves_out_the_corner_of_what_had_no_occasion() -> None:
    drawing = ElementTree.fromstring(radar("Your <five>", FIVE))
    assert (drawing.get("aria-label"), drawing.get("class")) == ("Your <five>", "radar")
    figure = next(path for path in drawing.iter(f"{SVG}path") if "reactive" in (path.get("class") or ""))
    assert figure.get("d", "").count("L") == 3 and len(list(drawing.iter(f"{SVG}circle"))) == 4
    axes = [guide for web in drawing.iter(f"{SVG}g") if web.get("class") == "axis x web" for guide in web]
    assert [axis.get("class") for axis in axes] == ["guides", "guides none", "guides", "guides", "guides"]


def test_a_radar_stands_upright_and_needs_no_inline_style() -> None:
    drawing = radar("title", FIVE)
    assert [text.replace(" ", "") for text in texts(ElementTree.fromstring(drawing))] == [
        name.replace(" ", "") for name in FIVE
    ]
    for refused in ("<style", "<script", "style=", "rotate"):
        assert refused not in drawing


def test_a_trend_of_many_periods_dates_a_few_the_last_among_them() -> None:
    labels = [f"week {number}" for number in range(12)]
    drawing = ElementTree.fromstring(trend("Weeks", labels, {"Care": [10] * 12}))
    dated = [text.text for text in drawing.iter(f"{SVG}text") if (text.text or "").startswith("week")]
    assert dated == ["week 2", "week 5", "week 8", "week 11"]
    assert len(list(drawing.iter(f"{SVG}circle"))) == 12
