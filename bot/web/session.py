"""Who is signed in: the person's id, in the signed session cookie."""

from __future__ import annotations

from sqlalchemy.engine import Engine
from starlette.requests import Request

from actions.storage.records import Person
from actions.storage.unit import Unit

KEY = "person"
COOKIE = "visavis"
MAX_AGE = 14 * 24 * 3600
"""Seconds after which a browser must sign in again."""


def sign_in(request: Request, person: Person) -> None:
    """Start a fresh session for `person`; a language chosen on the way in is kept, else theirs is used."""
    lang = request.session.get("lang", person.lang)
    request.session.clear()
    request.session.update({KEY: person.id, "lang": lang})


def sign_out(request: Request) -> None:
    """Forget who it was; keep the language."""
    lang = request.session.get("lang")
    request.session.clear()
    if lang:
        request.session["lang"] = lang


def person(request: Request, engine: Engine) -> Person | None:
    """The person of this session, read again on every request: a removed account is out at once."""
    kept = request.session.get(KEY)
    if not isinstance(kept, str):
        return None
    with Unit(engine) as unit:
        return unit.people.get(kept)
