"""bot/token.py"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import jwt
import pytest

from bot.token import SECONDS, Speaker, TokenError, read, sign

SECRET = "a secret of at least thirty-two bytes, for tests"
SPEAKER = Speaker("person-camille", "drill-1")


def now() -> datetime:
    return datetime.now(timezone.utc)


def forged(secret: str = SECRET, algorithm: str = "HS256", **changes: object) -> str:
    claims = {"sub": "p", "conversation": "c", "aud": "rasa", "exp": now() + timedelta(minutes=1), **changes}
    return jwt.encode({key: value for key, value in claims.items() if value is not None}, secret, algorithm=algorithm)


def test_a_fresh_token() -> None:
    assert read(sign(SPEAKER, SECRET, now()), SECRET) == SPEAKER


def test_a_token_lives_a_minute() -> None:
    old = sign(SPEAKER, SECRET, now() - timedelta(seconds=SECONDS + 1))
    with pytest.raises(TokenError):
        read(old, SECRET)


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "é", sign(SPEAKER, SECRET, now())[:-4] + "AAAA"])
def test_not_a_token(token: str) -> None:
    with pytest.raises(TokenError):
        read(token, SECRET)


@pytest.mark.parametrize(
    "token",
    [
        forged(secret="another secret of at least thirty-two bytes"),
        forged(aud="web"),
        forged(aud=None),
        forged(exp=None),
        forged(sub=None),
        forged(conversation=None),
        forged(secret="", algorithm="none"),
    ],
    ids=["other secret", "other audience", "no audience", "no end", "nobody", "no conversation", "unsigned"],
)
def test_a_forged_token(token: str) -> None:
    with pytest.raises(TokenError):
        read(token, SECRET)
