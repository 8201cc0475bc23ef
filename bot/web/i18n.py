"""Languages: gettext catalogues read at start, dates and numbers by Babel."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from starlette.requests import Request

from nlu.contract import LANGS, Lang

LOCALES = {"fr": "fr_FR", "en": "en_GB"}
"""Whose dates and numbers we write: the English of our words is Britain's."""
FOLDER = Path(__file__).resolve().parent.parent / "locale"


class Voice:
    """One language of the door: its words, its dates."""

    def __init__(self, lang: Lang, folder: Path = FOLDER) -> None:
        """Read the catalogue of `lang`. Raises OSError when it is missing."""
        self.lang = lang
        self.locale = Locale.parse(LOCALES[lang])  # a name would be parsed for every date
        with (folder / lang / "LC_MESSAGES" / "web.po").open("rb") as file:
            catalogue = read_po(file, locale=lang)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        self.translations = Translations(compiled)

    def say(self, key: str) -> str:
        """The words behind a key of the catalogue."""
        return str(self.translations.gettext(key))

    def since(self, at: datetime, now: datetime) -> str:
        """How long ago, in words: needs no time zone."""
        return str(format_timedelta(at - now, add_direction=True, locale=self.locale))

    def moment(self, at: datetime) -> str:
        """A date in full, in UTC: what a mouse over "2 hours ago" shows."""
        return self._first(str(format_datetime(at, "long", locale=self.locale)))

    def day(self, day: date) -> str:
        """A day in full: “22 novembre 2026”."""
        return self._first(str(format_date(day, "long", locale=self.locale)))

    def weekday(self, day: date, today: date) -> str:
        """A day as one says it when it is near: “Friday 27 November”, with its year when that isn't this one."""
        shape = "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y"
        return self._first(str(format_date(day, shape, locale=self.locale)))

    def short(self, day: date, month: bool = False) -> str:
        """A day (“22 Nov”), or the `month` it is in, where there is little room."""
        at = datetime(day.year, day.month, day.day)
        return self._first(str(format_skeleton("yMMM" if month else "MMMd", at, locale=self.locale)))

    def _first(self, said: str) -> str:
        """French counts the first day of a month apart: « 1er mars »."""
        return re.sub(r"(^| )1 (?=[^\W\d])", r"\g<1>1er ", said, count=1) if self.lang == "fr" else said


@cache
def voices() -> dict[Lang, Voice]:
    """Every language the door speaks."""
    return {lang: Voice(lang) for lang in LANGS}


def preferred(request: Request) -> Lang:
    """The language of this visitor: chosen here before, else asked for by the browser, else French."""
    asked = (part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(","))
    for tag in (request.session.get("lang"), *asked):
        for lang in LANGS:
            if tag == lang:
                return lang
    return "fr"
