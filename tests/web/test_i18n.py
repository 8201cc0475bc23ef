from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from actions.coaching.feelings import BANDS
from actions.coaching.grid import LEVELS
from actions.coaching.path import parse
from actions.coaching.scenario import SKILLS, TRADES
from actions.coaching.temper import DIFFICULTIES
from actions.storage.library import Library
from bot.settings import ROOT
from bot.web.i18n import FOLDER, Voice
from bot.web.pages.error import SPOKEN
from bot.web.pages.welcome import OTHER
from bot.web.render import HERE, STATIC
from bot.web.shelf import CHOICES, LENGTHS
from bot.web.transcript import FEELINGS
from nlu.contract import LANGS, Lang

PATH = parse(Library(ROOT / "data").read("path.yml"))
FAMILIES = {
    "level": ("0", "1", "2", "unsure"),
    "mark": ("helps", "costs", "mixed", "avoid"),
    "difficulty": DIFFICULTIES,
    "need": ("warm", "efficient"),
    "feeling": FEELINGS,
    "skill": SKILLS,
    "trade": (*TRADES, OTHER),
    "length": LENGTHS,
    "find": tuple(CHOICES),
    "guide": ("1", "2", "3"),
    "theme": ("system", "light", "dark"),
    "assign": tuple(f"wrong_{code}" for code in ("scenario", "who", "day", "past", "empty", "too_long")),
    "stage": tuple(stage.id for stage in PATH.stages),
    "proposed": ("first", "weakest", "again", "stage", "onward"),
    "embed": ("token", "expired", "audience", "claims", "life", "origin", "absent", "moved", "unreadable"),
    "notice": (
        *map(str, SPOKEN), "empty", "too_long", "kept", "signed_out", "rating", "feedback",
    ),
    "trend": ("behaviours", "behaviours_read", "strategies", "strategies_read", "week", "month"),
    "progress": ("grew_behaviour", "grew_strategy"),
    "erase": ("unsure", "failed"),
    "csv": (
        *("date", "scenario", "lang", "difficulty", "position", "state", "line", "reply", "answer", "score"),
        *("live", "taken_back"),
    ),
}  # fmt: skip
"""Keys put together at run time, which no extractor can see."""


def catalogue(lang: Lang) -> dict[str, Any]:
    with (FOLDER / lang / "LC_MESSAGES" / "web.po").open("rb") as file:
        read = read_po(file, locale=lang)
    return {
        message.id if isinstance(message.id, str) else message.id[1]: message.string for message in read if message.id
    }


def used() -> set[str]:
    keys = {f"{family}.{name}" for family, names in FAMILIES.items() for name in names}
    for template in (HERE / "templates").rglob("*.html"):
        with template.open("rb") as file:
            for _, function, said, _ in babel_extract(file, ("_", "gettext", "ngettext"), [], {}):
                parts = (said,) if isinstance(said, str) else said or (None,)
                key = parts[1] if function == "ngettext" else parts[0]
                keys |= {key} if key else set()
    for module in HERE.rglob("*.py"):
        keys |= set(re.findall(r'say\("([\w.]+)"\)', module.read_text(encoding="utf-8")))
    return keys


@pytest.mark.parametrize("lang", LANGS)
def test_every_key_is_said_and_none_is_left_over(lang: Lang) -> None:
    said = catalogue(lang)
    assert used() == set(said)
    for key, words in said.items():
        assert all(words) if isinstance(words, tuple) else words, key


@pytest.mark.parametrize("lang", LANGS)
def test_both_languages_take_the_same_facts(lang: Lang) -> None:
    def facts(words: Any) -> set[str]:
        return set(re.findall(r"%\((\w+)\)", str(words)))

    first = catalogue(LANGS[0])
    assert {key: facts(words) for key, words in catalogue(lang).items()} == {
        key: facts(words) for key, words in first.items()
    }


def test_french_keeps_its_punctuation_with_the_word() -> None:
    for key, words in catalogue("fr").items():
        for said in words if isinstance(words, tuple) else (words,):
            assert not re.search(r" [?!:;»]|« |\w[?!;»]", said), f"{key}: {said}"


def test_no_words_are_written_in_templates() -> None:
    logic = re.compile(r"{% block (?:kind|stay) %}.*?{% endblock %}|{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
    for template in (HERE / "templates").rglob("*.html"):
        text = re.sub(r"<[^>]*>", "", logic.sub("", template.read_text(encoding="utf-8")))
        left = set(re.findall(r"[^\W\d_]{2,}", text)) - {"Vis", "vis"}
        assert not left, f"{template.name}: {left}"


def test_every_drawn_state_has_its_icon() -> None:
    icons = (STATIC / "icons.svg").read_text(encoding="utf-8")
    needed = {f"mood-{band}" for band in BANDS} | {f"level-{level}" for level in LEVELS}
    for template in (HERE / "templates").rglob("*.html"):
        needed |= set(re.findall(r"icon\('([\w-]+)'\)", template.read_text(encoding="utf-8")))
    assert {name for name in needed if f'id="{name}"' not in icons} == set()


def test_time_is_told_in_words() -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)
    assert Voice("fr").since(now - timedelta(hours=2), now) == "il y a 2 heures"
    assert Voice("en").since(now - timedelta(hours=2), now) == "2 hours ago"
    assert "mars" in Voice("fr").moment(now)


def test_a_day_is_written_as_its_country_does() -> None:
    first = date(2027, 1, 1)
    assert (Voice("fr").day(first), Voice("en").day(first)) == ("1er janvier 2027", "1 January 2027")
    assert Voice("fr").weekday(first, date(2027, 1, 3)) == "vendredi 1er janvier"
    assert Voice("fr").day(date(2026, 11, 21)) == "21 novembre 2026"
    assert (Voice("fr").short(first), Voice("en").short(first)) == ("1er janv.", "1 Jan")
    assert Voice("fr").short(first, month=True) == "janv. 2027"
    assert Voice("fr").moment(datetime(2027, 1, 1, 11, tzinfo=timezone.utc)).startswith("1er janvier 2027")


def test_a_missing_catalogue_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        Voice("fr", tmp_path)
