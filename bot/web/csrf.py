"""A token per session, asked back on every POST."""

from __future__ import annotations

import secrets
from hmac import compare_digest

from starlette.requests import Request

FIELD = "csrf"
HEADER = "x-csrf-token"


def token(request: Request) -> str:
    """The token of this session, made at first need."""
    kept = request.session.get(FIELD)
    if not isinstance(kept, str):
        kept = request.session[FIELD] = secrets.token_urlsafe(24)
    return kept


async def valid(request: Request) -> bool:
    """True when the request brings its session's token, in the header or in the form; compared in constant time."""
    kept = request.session.get(FIELD)
    given = request.headers.get(HEADER) or (await request.form()).get(FIELD)
    return isinstance(kept, str) and isinstance(given, str) and compare_digest(kept.encode(), given.encode())
