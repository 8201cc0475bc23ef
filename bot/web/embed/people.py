"""The person behind an embedded chat, made at first use."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from actions.storage.records import Person
from actions.storage.unit import Unit
from bot import accounts
from bot.web.embed.token import Guest


def find(engine: Engine, guest: Guest, at: datetime) -> Person:
    """The person of `guest`: always an agent without a password, speaking the language of the token."""
    with Unit(engine) as unit:
        known = unit.people.by_login(guest.login)
        if known and known.lang != guest.lang:
            unit.people.speak(known.id, guest.lang)
    if known:
        return replace(known, lang=guest.lang)
    try:
        return accounts.create(engine, guest.login, guest.name, "agent", guest.team, guest.lang, None, at)
    except IntegrityError:  # two first calls at once: the other one made it
        return find(engine, guest, at)
