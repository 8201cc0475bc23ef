"""The short-lived token with which a site that embeds the chat says who its visitor is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, get_args

import jwt

from nlu.contract import Lang

AUDIENCE = "visavis-embed"
TEAM = "embed"
LONGEST = 15 * 60
"""Seconds between `iat` and `exp`, at most."""
LEEWAY = 30
"""Seconds by which the site's clock may differ from ours."""
REQUIRED = ("aud", "sub", "name", "lang", "origin", "iat", "exp")
LONGEST_NAME = 120


class Refused(Exception):
    """Nobody passes. `code` says why, and is the name of a sentence in the catalogues (`embed.<code>`)."""

    def __init__(self, code: str, status: int = 401) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


@dataclass(frozen=True)
class Guest:
    """Who came, by the word of the site: `login` is ours, made of the site's origin and its id for that person."""

    login: str
    name: str
    lang: Lang
    team: str


def read(token: str, key: str, origin: str) -> Guest:
    """Who came with `token`, signed with `key` by a site at `origin`.

    Raises Refused: `token` (absent, damaged, or not signed with `key`), `expired`, `audience`, `claims`, `life`
    (longer than `LONGEST`), and `origin` (403) for a token made for another site.
    """
    claims = _claims(token, key)
    if claims["origin"] != origin:
        raise Refused("origin", 403)
    name, team = _tidy(claims["name"]), _tidy(claims.get("team", TEAM))
    known = isinstance(claims["sub"], str) and claims["sub"]
    dated = all(isinstance(claims[time], (int, float)) for time in ("iat", "exp"))
    if not (known and dated and name and team and claims["lang"] in get_args(Lang)):
        raise Refused("claims")
    if claims["exp"] - claims["iat"] > LONGEST:
        raise Refused("life")
    return Guest(_login(origin, claims["sub"]), name, claims["lang"], team)


def _claims(token: str, key: str) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            audience=AUDIENCE,
            leeway=LEEWAY,
            options={"require": list(REQUIRED), "verify_sub": False},  # `read` looks at it, with the other claims
        )
    except jwt.ExpiredSignatureError as error:
        raise Refused("expired") from error
    except jwt.InvalidAudienceError as error:
        raise Refused("audience") from error
    except (jwt.MissingRequiredClaimError, jwt.InvalidIssuedAtError) as error:
        raise Refused("claims") from error
    except (jwt.PyJWTError, ValueError, OverflowError) as error:
        raise Refused("token") from error


def _tidy(words: Any) -> str:
    """`words` on one line, without what cannot be shown or stored; empty when it is no text."""
    if not isinstance(words, str):
        return ""
    return "".join(char for char in " ".join(words.split()) if char.isprintable())[:LONGEST_NAME].strip()


def _login(origin: str, subject: str) -> str:
    # Two sites may both have a person "42": one must never open the other's practice.
    digest = hashlib.sha256(f"{origin}\n{subject}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"embed:{digest[:40]}"
