"""A drill as the pages show it: computed from the log, which is the one truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.coaching import customer, debrief
from actions.coaching.customer import Reaction
from actions.coaching.drill import Entry, live, superseded
from actions.coaching.scenario import Brief
from actions.storage import editions
from actions.storage.library import Library
from actions.storage.records import Comment, Drill, Person
from actions.storage.unit import Unit
from bot.web.highlight import Piece, pieces, telling
from nlu.contract import UNSURE

FEELINGS = ("satisfaction", "trust", "anger", "anxiety", "patience")
"""The lines of the curve, in the order of their style in app.css (`serie-0`…)."""

SILENT: dict[str, Any] = {
    **dict.fromkeys(("praise", "why", "better")),
    **dict.fromkeys(("markers", "judged", "wording", "red_flags", "changes"), ()),
    "levels": {},
    "confidence": {},
}
"""A note that says nothing, under every note: a page never fails for a part that an older coach did not write."""


@dataclass(frozen=True)
class Moment:
    """A reply, what the coach says of it, and the customer's reaction. `earlier` are tries a replay took back."""

    turn: int
    position: int
    message_id: str
    text: str
    pieces: tuple[Piece, ...]
    note: dict[str, Any]
    empathy: int | None
    tone: int | None
    reaction: Reaction
    earlier: tuple[Moment, ...] = ()

    @property
    def evidence(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The markers under the words they stand on, in order; what helps and what costs stay apart."""
        found: dict[tuple[int, int, bool], list[dict[str, Any]]] = {}
        for marker in telling(self.note["markers"], self.note["wording"]):
            found.setdefault((marker["start"], marker["end"], marker["polarity"] > 0), []).append(marker)
        return [(self.text[start:end], found[start, end, helps]) for start, end, helps in sorted(found)]

    @property
    def judged(self) -> list[tuple[str, str]]:
        """The sentences that the model judged where no marker speaks: each with what it was judged for."""
        found: dict[tuple[int, int], list[str]] = {}
        for one in self.note["judged"]:
            found.setdefault((one["start"], one["end"]), []).append(one["label"])
        return [(self.text[start:end], ", ".join(labels)) for (start, end), labels in sorted(found.items())]

    @property
    def reasons(self) -> dict[str, list[dict[str, Any]]]:
        """The customer's changes of feeling under the sentence that explains them, in order."""
        found: dict[str, list[dict[str, Any]]] = {}
        for change in self.note["changes"]:
            found.setdefault(change["why"], []).append(change)
        return found


@dataclass(frozen=True)
class Transcript:
    """Everything a page needs to tell a drill. `speaker` is the agent's name when somebody else reads, else empty."""

    drill: Drill
    title: str
    name: str
    brief: Brief
    opening: Reaction
    moments: tuple[Moment, ...]
    taken_back: tuple[Moment, ...]
    hints: tuple[str, ...]
    comments: tuple[Comment, ...]
    speaker: str = ""

    @property
    def tries(self) -> tuple[Moment, ...]:
        """Every reply on this page, the ones a replay took back included."""
        return (*(one for moment in self.moments for one in (moment, *moment.earlier)), *self.taken_back)

    def on(self, moment: Moment) -> tuple[Comment, ...]:
        """The lead's comments on one reply, oldest first."""
        return tuple(comment for comment in self.comments if comment.turn_id == moment.turn)


def read(unit: Unit, library: Library, drill: Drill, agent: Person | None = None) -> Transcript:
    """Tell `drill`; `agent` is whose it is, when somebody else reads. Raises LibraryError for an unknown scenario."""
    scenario = editions.of(unit, library, drill).scenario
    log = unit.turns.entries(drill.id)
    told, tried = live(log), _tried(log)
    heard = [(entry.text, entry.assessment) for entry in told if entry.assessment]
    here = len(told) + 1
    asked = any(entry.kind == "hint" and entry.position == here for entry in log)
    return Transcript(
        drill=drill,
        title=scenario.title,
        name=scenario.customer_name,
        brief=scenario.brief,
        opening=customer.begin(scenario, drill.difficulty, drill.seed),
        moments=tuple(_moment(entry, tried.get(entry.position, ())) for entry in told),
        taken_back=tried.get(here, ()) if _replaying(log) else (),
        hints=(customer.hint(scenario, drill.difficulty, drill.seed, heard),) if asked else (),
        comments=tuple(unit.comments.of_drill(drill.id)),
        speaker=agent.name if agent else "",
    )


def summary(unit: Unit, library: Library, drill: Drill) -> dict[str, Any]:
    """The debrief of a drill, as listed in docs/architecture.md."""
    played = editions.of(unit, library, drill)
    phrases = library.read(f"coach/{drill.lang}.yml")
    log = unit.turns.entries(drill.id)
    ending = drill.ending or "ended"
    return debrief.write(played.scenario, played.grid, phrases, drill.difficulty, drill.seed, log, ending)


def _replaying(log: Sequence[Entry]) -> bool:
    """True when a moment was just taken back and waits for its new answer."""
    return next((entry.kind == "replay" for entry in reversed(log) if entry.kind != "hint"), False)


def _tried(log: Sequence[Entry]) -> dict[int, tuple[Moment, ...]]:
    """Earlier tries, by the position that was replayed; what followed them answered other words and is left out."""
    replayed = {entry.position for entry in log if entry.kind == "replay"}
    old = [entry for entry in superseded(log) if entry.position in replayed]
    return {place: tuple(_moment(entry) for entry in old if entry.position == place) for place in replayed}


def _moment(entry: Entry, earlier: tuple[Moment, ...] = ()) -> Moment:
    assert entry.reaction is not None and entry.id is not None
    note = {**SILENT, **(entry.note or {})}
    return Moment(
        turn=entry.id,
        position=entry.position,
        message_id=entry.message_id,
        text=entry.text,
        pieces=tuple(pieces(entry.text, note["markers"], note["wording"])),
        note=note,
        empathy=_level(note, "empathy"),
        tone=_level(note, "tone"),
        reaction=entry.reaction,
        earlier=earlier,
    )


def _level(note: dict[str, Any], name: str) -> int | None:
    """0–2, or None when it was judged with too little confidence to be shown."""
    return note["levels"].get(name) if note["confidence"].get(name, 1.0) >= UNSURE else None
