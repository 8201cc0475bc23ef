"""The terminal door: a drill against the running system, in text."""

from bot.terminal.drill import play, run, waiting

__all__ = ["play", "run", "waiting"]
