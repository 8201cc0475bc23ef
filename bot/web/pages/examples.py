"""The team's examples: conversations that colleagues chose to show, with what worked in them and nothing else."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.responses import Response

from actions.coaching.scenario import Scenario
from actions.storage import editions
from actions.storage.library import LibraryError
from actions.storage.records import Drill, Person
from actions.storage.unit import Unit
from bot.web import transcript
from bot.web.highlight import Piece, pieces
from bot.web.pages.drill import ours
from bot.web.transcript import Transcript
from bot.web.visit import Visit

VEIL = "\ue000"
"""Stands for one character of a name, so that the coach's offsets still hold; nobody can type it by accident."""
INITIALS = 2
"""Up to how many letters a part of a name is looked for as it is written: “Le” is one, “le” is French."""


@dataclass(frozen=True)
class Example:
    """One line of the list. `author` is empty when nobody signed."""

    drill: Drill
    scenario: Scenario
    author: str
    mine: bool


@dataclass(frozen=True)
class Shown:
    """A reply as the team reads it: the words that helped are marked, the coach's praise is beside it."""

    pieces: tuple[Piece, ...]
    praise: str


async def show(visit: Visit) -> Response:
    """Every example of my team, newest first."""

    def work(unit: Unit) -> list[Example]:
        found = (_example(unit, visit, *one) for one in unit.drills.exemplars(visit.someone.team))
        return [example for example in found if example]

    return visit.show("examples.html", examples=await visit.unit(work))


async def read(visit: Visit) -> Response:
    """One of them, read-only. Reading somebody else's leaves a trace."""
    at = visit.room.clock()

    def work(unit: Unit) -> tuple[Example, Transcript, list[Shown]]:
        drill, author = _readable(unit, visit)
        example = _example(unit, visit, drill, author)
        if example is None:
            raise HTTPException(404)
        if not example.mine:
            unit.audit.add(visit.someone.id, "read", drill.id, at)
        story = transcript.read(unit, visit.room.library, drill, author)
        hidden = "" if example.author else author.name
        told = [_shown(moment.text, moment.note, hidden) for moment in story.moments]
        return example, replace(story, speaker=example.author), told

    example, story, told = await visit.unit(work)
    return visit.show("example.html", example=example, story=story, drill=example.drill, told=told)


def unnamed(text: str, name: str) -> str:
    """`text` with `VEIL` over every letter of the parts of `name`, whatever their accents and capitals.

    A part of one letter is left alone. The length stays the same.
    """
    plain, hidden = _plain(text), text
    # NFC: what is typed is; a site or Slack may give a name letter by letter, accents apart.
    # “Dupont, Zoé” has two parts.
    for part in sorted(re.split(r"[\W_]+", unicodedata.normalize("NFC", name)), key=len, reverse=True):
        if len(part) < 2:
            continue
        short = len(part) <= INITIALS
        wanted = re.compile(rf"(?<!\w){re.escape(part if short else _plain(part))}(?!\w)")
        for found in wanted.finditer(text if short else plain):
            hidden = hidden[: found.start()] + VEIL * len(found.group()) + hidden[found.end() :]
    return hidden


def _plain(text: str) -> str:
    """Lower case without accents, letter for letter."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[0] for letter in text)


def _lifted(text: str) -> str:
    return re.sub(f"{VEIL}+(?:[ '’.-]{VEIL}+)*", "…", text)


def _shown(text: str, note: dict[str, object], name: str) -> Shown:
    """What is shown of a reply: of its marks those that helped, of its note the praise."""
    markers = note["markers"]
    assert isinstance(markers, list | tuple)
    helping = [marker for marker in markers if marker["polarity"] > 0]
    cut = pieces(unnamed(text, name), helping, ())
    # Where nothing helped, the coach's praise is for having tried: true, but no example.
    praise = _lifted(unnamed(str(note["praise"] or ""), name)) if helping else ""
    return Shown(tuple(replace(piece, text=_lifted(piece.text)) for piece in cut), praise)


def _readable(unit: Unit, visit: Visit) -> tuple[Drill, Person]:
    drill, author = ours(unit, visit)
    if not drill.exemplar:
        raise HTTPException(404)
    return drill, author


def _example(unit: Unit, visit: Visit, drill: Drill, author: Person) -> Example | None:
    """None when nothing tells any more what was played."""
    try:
        scenario = editions.of(unit, visit.room.library, drill).scenario
    except LibraryError:
        return None
    signed = author.name if drill.exemplar == "signed" else ""
    return Example(drill, scenario, signed, author.id == visit.someone.id)
