"""Templates: one Jinja environment per language, autoescaped; every address of a static file carries its version."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.web.i18n import Voice
from nlu.contract import MAX_TEXT

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"


@cache
def environment(voice: Voice) -> Environment:
    """Templates that speak `voice`'s language. An unknown variable is an error, not a blank."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,  # templates change with a new version of ours, not while it runs
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_translations(voice.translations, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(static=_versions(), max_text=MAX_TEXT, lang=voice.lang)
    env.filters.update(moment=voice.moment, day=voice.day, weekday=voice.weekday)
    return env


@cache
def _versions() -> dict[str, str]:
    """File name → address. The version is made of the file's content, so browsers may keep it for ever."""
    return {
        path.name: f"/static/{path.name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:10]}"
        for path in STATIC.iterdir()
    }


def address(name: str) -> str:
    """Where a static file is. Raises KeyError when there is none of this name."""
    return _versions()[name]


def words(env: Environment, template: str, facts: dict[str, Any]) -> str:
    """Render `template` of `env`."""
    return env.get_template(template).render(facts)
