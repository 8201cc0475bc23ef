"""Outside a drill: what the room answers. Words are in data/lobby/."""

from __future__ import annotations

from abc import abstractmethod

from rasa_sdk import Tracker

from actions import message, room
from actions.adapter import Spoken
from actions.practice import Step


class _Answer(Spoken):
    """Says one text of the lobby; `catalogue` adds the scenarios to choose from."""

    catalogue = False

    @property
    @abstractmethod
    def words(self) -> str:
        """Which text of data/lobby/ it says."""

    def name(self) -> str:
        """Its name in domain.yml."""
        return f"action_{self.words}"

    def step(self, tracker: Tracker) -> Step:
        """The text, in the language of the person."""
        library, lang = room.here().library, message.lang(tracker)
        text = library.read(f"lobby/{lang}.yml")[self.words]
        if not self.catalogue:
            return Step(({"type": self.words, "text": text},))
        shown = [{"slug": s.slug, "title": s.title, "summary": s.summary} for s in library.scenarios(lang)]
        return Step(({"type": "catalogue", "text": text, "scenarios": shown},))


class Catalogue(_Answer):
    """Which situations there are, to somebody who wants to practise."""

    words, catalogue = "catalogue", True


class Help(_Answer):
    """How the room works."""

    words = "help"


class Greet(_Answer):
    """A welcome, with the situations at hand."""

    words, catalogue = "greet", True


class Thank(_Answer):
    """You're welcome."""

    words = "thank"


class Goodbye(_Answer):
    """See you soon."""

    words = "goodbye"


class Fallback(_Answer):
    """What the room did not understand: say so, and offer what it can do."""

    words, catalogue = "fallback", True


class Outside(_Answer):
    """A command of a drill where no drill runs."""

    words, catalogue = "outside", True
