"""The short-lived signed token that tells Rasa's connector who speaks, in which conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

SECONDS = 60


class TokenError(ValueError):
    """A token that is absent, expired or not ours."""


@dataclass(frozen=True)
class Speaker:
    """`conversation` is the drill's id, or the lobby of one person at one door."""

    person: str
    conversation: str


def sign(speaker: Speaker, secret: str, now: datetime) -> str:
    """A token good for a minute."""
    claims = {"sub": speaker.person, "conversation": speaker.conversation, "aud": "rasa"}
    return jwt.encode({**claims, "exp": now + timedelta(seconds=SECONDS)}, secret, algorithm="HS256")


def read(token: str, secret: str) -> Speaker:
    """Who speaks. Raises TokenError for anything but a fresh token of ours."""
    try:
        claims = jwt.decode(
            token, secret, algorithms=["HS256"], audience="rasa", options={"require": ["exp", "sub", "aud"]}
        )
        return Speaker(str(claims["sub"]), str(claims["conversation"]))
    except (jwt.PyJWTError, KeyError) as error:
        raise TokenError(str(error)) from error
