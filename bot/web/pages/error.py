"""What went wrong, said kindly and in the visitor's language."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.web.visit import sorry

SPOKEN = (403, 404, 410, 413, 500, 503)
"""Codes that have their own sentence in the catalogues; any other reads as 404, which says what to do next."""


async def known(request: Request, error: Exception) -> Response:
    """Answer an HTTP error raised by a page or by the router."""
    status = getattr(error, "status_code", 500)
    return sorry(request, status if status in SPOKEN else 404)
