"""A drill as the pages show it: computed from the log, which is the one truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.coaching import customer, debrief
from actions.coaching.customer import Reaction
from actions.coaching.drill import Entry, live, retried, superseded
from actions.coaching.feelings import BURDENS
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
class Shift:
    """A feeling, 0–100, after the first try and after this one; `better`: the change does the customer good."""

    feeling: str
    before: int
    after: int

    @property
    def delta(self) -> int:
        """What this try adds; never 0 among `Moment.shifts`."""
        return self.after - self.before

    @property
    def better(self) -> bool:
        return (self.delta < 0) == (self.feeling in BURDENS)


@dataclass(frozen=True)
class Moment:
    """A reply, what the coach says of it, and the customer's reaction.

    `earlier` are tries a replay took back; `first`, among them, answered the same line and can be laid beside this one.
    """

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
    first: Moment | None = None

    @property
    def older(self) -> tuple[Moment, ...]:
        """The earlier tries but the first."""
        return tuple(moment for moment in self.earlier if moment is not self.first)

    @property
    def satisfied(self) -> Shift | None:
        """The customer's satisfaction after each of the two tries; None when there is only one."""
        return Shift("satisfaction", *self._after("satisfaction")) if self.first else None

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """The feelings that the two tries left in a different place."""
        found = (Shift(name, *self._after(name)) for name in FEELINGS[1:]) if self.first else ()
        return tuple(shift for shift in found if shift.delta)

    def _after(self, feeling: str) -> tuple[int, int]:
        assert self.first is not None
        return getattr(self.first.reaction.feelings, feeling), getattr(self.reaction.feelings, feeling)

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

    @property
    def satisfaction(self) -> tuple[int, ...]:
        """0–100: at the opening, then after each reply."""
        return tuple(one.feelings.satisfaction for one in (self.opening, *(each.reaction for each in self.moments)))

    def on(self, moment: Moment) -> tuple[Comment, ...]:
        """The lead's comments on one reply, oldest first."""
        return tuple(comment for comment in self.comments if comment.turn_id == moment.turn)


def read(unit: Unit, library: Library, drill: Drill, agent: Person | None = None) -> Transcript:
    """Tell `drill`; `agent` is whose it is, when somebody else reads. Raises LibraryError for an unknown scenario."""
    scenario = editions.of(unit, library, drill).scenario
    log = unit.turns.entries(drill.id)
    told, tried, pairs = live(log), _tried(log), retried(log)
    heard = [(entry.text, entry.assessment) for entry in told if entry.assessment]
    here = len(told) + 1
    asked = any(entry.kind == "hint" and entry.position == here for entry in log)
    return Transcript(
        drill=drill,
        title=scenario.title,
        name=scenario.customer_name,
        brief=scenario.brief,
        opening=customer.begin(scenario, drill.difficulty, drill.seed),
        moments=tuple(_retold(entry, tried.get(entry.position, ()), pairs.get(entry.position)) for entry in told),
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


def _retold(entry: Entry, tried: tuple[Moment, ...], pair: tuple[Entry, Entry] | None) -> Moment:
    """A reply that counts, with the earlier tries and, of these, the one it is compared with."""
    return _moment(entry, tried, next((one for one in tried if pair and one.message_id == pair[0].message_id), None))


def _moment(entry: Entry, earlier: tuple[Moment, ...] = (), first: Moment | None = None) -> Moment:
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
        first=first,
    )


def _level(note: dict[str, Any], name: str) -> int | None:
    """0–2, or None when it was judged with too little confidence to be shown."""
    return note["levels"].get(name) if note["confidence"].get(name, 1.0) >= UNSURE else None
