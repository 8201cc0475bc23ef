"""The process that serves the custom actions: loopback only, behind a shared secret. A composition root."""

from __future__ import annotations

import hmac
import logging
from datetime import datetime, timezone

from rasa_sdk.endpoint import create_app
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from actions import room
from actions.storage.engine import open_engine
from actions.storage.library import Library
from bot import settings

HEADER = "X-Visavis-Secret"


def build(secret: str) -> Sanic:
    """The action server of rasa-sdk, closed to anyone without the secret; its errors tell nothing of the tracker."""
    app = create_app("actions", cors_origins=None)

    @app.on_request
    async def guard(request: Request) -> HTTPResponse | None:
        given = request.headers.get(HEADER, "")
        if request.path != "/health" and not hmac.compare_digest(given.encode(), secret.encode()):
            return response.json({"error": "This server answers Rasa only."}, status=401)
        return None

    @app.exception(Exception)
    async def failed(request: Request, error: Exception) -> HTTPResponse:
        logging.getLogger(__name__).error("The action call failed", exc_info=error)
        return response.json({"error": "The action failed; see the action server's log."}, status=500)

    return app


def main() -> None:
    """Serve until stopped."""
    chosen = settings.load()
    logging.basicConfig(level=chosen.log_level)
    engine = open_engine(chosen.database_url, chosen.sqlite_synchronous)
    library = Library(chosen.data_dir, chosen.scenarios_dir)
    room.enter(room.Room(engine, library, lambda: datetime.now(timezone.utc), told=bool(chosen.lrs_url)))
    app = build(chosen.action_token)
    app.run("127.0.0.1", chosen.action_port, workers=1, access_log=False, motd=False)


if __name__ == "__main__":
    main()
