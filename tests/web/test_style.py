"""The style sheet: contrast of every pair of colours that meet (WCAG 2.2: 4.5 for text, 3 for shapes)."""

from __future__ import annotations

import re

import pytest

from bot.web.pages.manifest import COLOURS
from bot.web.render import HERE, STATIC

CSS = (STATIC / "app.css").read_text(encoding="utf-8")
GROUNDS = ("paper", "surface", "sunken")
TEXT = (
    *(("ink", ground) for ground in (*GROUNDS, "mine-wash", "theirs-wash", "gold-wash")),
    *(("soft", ground) for ground in (*GROUNDS, "mine-wash", "theirs-wash", "gold-wash")),
    *(("mine", ground) for ground in (*GROUNDS, "mine-wash")),
    *(("theirs", ground) for ground in (*GROUNDS, "theirs-wash")),
    ("good", "surface"), ("good", "paper"), ("good", "theirs-wash"), ("bad", "surface"), ("bad", "paper"),
    ("gold", "surface"), ("on-mine", "mine"), ("paper", "theirs"),
)  # fmt: skip
SHAPES = (("edge", "surface"), ("edge", "paper"), ("gold", "gold-wash"), ("good", "mine-wash"), ("bad", "mine-wash"))


def palette(dark: bool) -> dict[str, str]:
    pairs = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS)
    return {name: pair[dark] for name, *pair in pairs}


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_colours_that_meet_can_be_told_apart(dark: bool) -> None:
    colours = palette(dark)
    for pairs, least in ((TEXT, 4.5), (SHAPES, 3.0)):
        for front, back in pairs:
            assert contrast(colours[front], colours[back]) >= least, f"{front} on {back}"


def test_nothing_comes_from_elsewhere() -> None:
    for file in (one for one in STATIC.iterdir() if one.suffix != ".png"):
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"^\s*//.*|; //.*|/\*.*?\*/", "", text, flags=re.MULTILINE), file.name


def test_the_browsers_own_bars_wear_our_paper() -> None:
    base = (HERE / "templates" / "base.html").read_text(encoding="utf-8")
    for dark, scheme in enumerate(("light", "dark")):
        assert f'media="(prefers-color-scheme: {scheme})" content="{palette(bool(dark))["paper"]}"' in base
    assert set(COLOURS.values()) == {palette(dark=False)["paper"]}
