"""Who writes to us in Slack: one person per member, made at first use."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError
from starlette.concurrency import run_in_threadpool

from actions.storage.records import Person
from actions.storage.unit import Unit
from bot import accounts
from nlu.contract import Lang

log = logging.getLogger(__name__)

LONGEST_NAME = 120
CACHED = 5000
"""Profiles kept in memory; a bigger workspace asks Slack again now and then."""


@dataclass(frozen=True)
class Profile:
    """What Slack tells of a member; `lang` is None when it could not be asked."""

    name: str
    lang: Lang | None


class People:
    """Finds and makes the person behind a Slack member. The database remembers; profiles are only cached."""

    def __init__(self, engine: Engine, client: AsyncWebClient, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._client = client
        self._clock = clock
        self._profiles: dict[str, Profile] = {}

    async def find(self, team: str, user: str) -> Person:
        """The person whose login is `slack-<team>-<user>`, speaking the language of their Slack."""
        profile = await self._profile(team, user)
        return await run_in_threadpool(self._person, f"slack-{team}-{user}".lower(), f"slack-{team}".lower(), profile)

    def _person(self, login: str, team: str, profile: Profile) -> Person:
        with Unit(self._engine) as unit:
            known = unit.people.by_login(login)
            if known and profile.lang and known.lang != profile.lang:
                unit.people.speak(known.id, profile.lang)
                known = unit.people.get(known.id)
        if known:
            return known
        name = profile.name[:LONGEST_NAME] or login
        try:
            return accounts.create(self._engine, login, name, "agent", team, profile.lang or "en", None, self._clock())
        except IntegrityError:  # two first messages at once: the other one made it
            return self._person(login, team, profile)

    async def _profile(self, team: str, user: str) -> Profile:
        key = f"{team}-{user}"
        if key in self._profiles:
            return self._profiles[key]
        try:
            answer = await self._client.users_info(user=user, include_locale=True)
        except (SlackClientError, OSError, TimeoutError) as error:
            log.warning("Slack did not say who %s is: %s", user, error)
            return Profile("", None)
        member = answer.get("user") or {}
        lang: Lang = "fr" if str(member.get("locale", "")).lower().startswith("fr") else "en"
        if len(self._profiles) >= CACHED:
            self._profiles.clear()
        self._profiles[key] = Profile(str(member.get("real_name") or member.get("name") or ""), lang)
        return self._profiles[key]
