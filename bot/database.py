"""Bringing the database to the present."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine

from bot.settings import ROOT


def migrate(engine: Engine) -> None:
    """Run the migrations that this database has not seen yet; none on a second start."""
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
