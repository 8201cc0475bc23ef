"""What happens in a drill, step by step: fold the log, let the heart decide, write, and say what to answer.

Every step is idempotent on the client's message id, so a resend is answered again and never counted twice.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import Any

from actions.coaching import customer, debrief, drill, note, payload
from actions.coaching.customer import Reaction
from actions.coaching.drill import Entry
from actions.coaching.scenario import Scenario
from actions.room import Room
from actions.storage import editions, outbox, results
from actions.storage.editions import Played
from actions.storage.records import Drill, Feedback
from actions.storage.unit import Unit
from nlu.contract import Assessment, Lang

Payload = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What to answer, and whether the drill is over."""

    payloads: tuple[Payload, ...]
    over: bool = False


CLOSED = Step(({"type": "notice", "code": "over"},), over=True)
"""Nothing is taken once a drill is over: a second tab, or a Rasa that missed the end, changes nothing."""


class UnknownDrill(LookupError):
    """No drill has this id."""


def begin(room: Room, drill_id: str, person_id: str | None, facts: Payload) -> Step:
    """Open a drill, or say the customer's line again when it is already open; one that is over stays so."""
    with Unit(room.engine) as unit:
        known = unit.drills.get(drill_id)
        if known is None:
            known = _new(room, drill_id, person_id, facts)
            unit.drills.add(known)  # before the edition, whose savepoint SQLite would commit if it came first
            if room.told:
                outbox.begin(unit, known, known.started_at)
            editions.keep(unit, room.library, known, room.clock())
        return replace(_line_again(unit, room, known), over=known.over)


def take(room: Room, drill_id: str, text: str, message_id: str, assessment: Assessment) -> Step:
    """Take a reply: the customer reacts, the coach notes, both are written before anyone hears of it."""
    with Unit(room.engine) as unit:
        current = _drill(unit, drill_id)
        log = unit.turns.entries(drill_id)
        entry = next((entry for entry in log if entry.message_id == message_id and entry.kind == "reply"), None)
        if entry is None and current.over:
            return CLOSED
        scenario = editions.of(unit, room.library, current).scenario
        if entry is None:
            entry = _reply(room, current, scenario, drill.live(log), text, message_id, assessment)
            unit.turns.append(drill_id, entry, room.clock())
            if _over(current, entry):
                assert entry.reaction is not None
                _close(unit, room, current, entry.reaction.ending or "quick")
        return Step(payload.turn(drill_id, scenario, entry), _over(current, entry))


def replay(room: Room, drill_id: str, position: int, message_id: str) -> Step:
    """Take the log back to just before `position`, reopen the drill, and say the line that was to be answered."""
    with Unit(room.engine) as unit:
        current = _drill(unit, drill_id)
        log = unit.turns.entries(drill_id)
        if unit.turns.known(drill_id, message_id) is None and 1 <= position <= len(drill.live(log)):
            unit.turns.append(drill_id, Entry("replay", position, message_id), room.clock())
            unit.drills.reopen(drill_id)
            unit.results.drop(drill_id)
            if room.told and current.over:
                outbox.begin(unit, current, room.clock())
        return _line_again(unit, room, current)


def hint(room: Room, drill_id: str, message_id: str) -> Step:
    """Help without giving the answer; it costs nothing and is recorded."""
    with Unit(room.engine) as unit:
        current = _drill(unit, drill_id)
        if current.over:
            return CLOSED
        replies = drill.live(unit.turns.entries(drill_id))
        if unit.turns.known(drill_id, message_id) is None:
            unit.turns.append(drill_id, Entry("hint", len(replies) + 1, message_id), room.clock())
        scenario = editions.of(unit, room.library, current).scenario
        said = customer.hint(scenario, current.difficulty, current.seed, _heard(replies))
        return Step(({"type": "hint", "text": said},))


def end(room: Room, drill_id: str, message_id: str) -> Step:
    """The agent ends the drill, at any time and without a reason."""
    with Unit(room.engine) as unit:
        current = _drill(unit, drill_id)
        if not current.over:
            position = len(drill.live(unit.turns.entries(drill_id))) + 1
            unit.turns.append(drill_id, Entry("end", position, message_id), room.clock())
            _close(unit, room, current, "ended")
        return Step((), over=True)


def again(room: Room, drill_id: str) -> Step:
    """Say the customer's line again: an unknown payload changes nothing."""
    with Unit(room.engine) as unit:
        current = _drill(unit, drill_id)
        return _line_again(unit, room, current)


def review(room: Room, drill_id: str) -> Step:
    """The debrief of a drill."""
    with Unit(room.engine) as unit:
        current = _drill(unit, drill_id)
        return Step((summarise(room, current, unit.turns.entries(drill_id), editions.of(unit, room.library, current)),))


def reflect(room: Room, drill_id: str, rating: int, text: str, shared: bool = False) -> Step:
    """Keep how the agent lived the drill; `shared`: the lead reads it too, once the drill itself is shared."""
    with Unit(room.engine) as unit:
        _drill(unit, drill_id)
        unit.feedback.put(Feedback(drill_id, min(5, max(1, rating)), text, shared), room.clock())
    return Step(({"type": "notice", "code": "thanks"},))


def summarise(room: Room, current: Drill, log: tuple[Entry, ...], played: Played) -> Payload:
    """The debrief payload of a log."""
    phrases = room.library.read(f"coach/{current.lang}.yml")
    ending = current.ending or "ended"
    found = debrief.write(played.scenario, played.grid, phrases, current.difficulty, current.seed, log, ending)
    return {"type": "debrief", "drill": current.id, **found}


def _close(unit: Unit, room: Room, current: Drill, ending: str) -> None:
    unit.drills.end(current.id, ending, room.clock())
    results.keep(unit, room.library, current, room.clock())
    if room.told:
        outbox.finish(unit, current, ending, room.clock())


def _new(room: Room, drill_id: str, person_id: str | None, facts: Payload) -> Drill:
    lang: Lang = "en" if facts.get("lang") == "en" else "fr"
    scenario = room.library.scenario(str(facts.get("scenario") or room.library.slugs()[0]), lang)
    logic, _ = room.library.grid(scenario.grid, lang)
    difficulty = str(facts.get("difficulty") or scenario.difficulties[0])
    return Drill(
        id=drill_id,
        person_id=person_id,
        scenario=scenario.slug,
        scenario_version=scenario.version,
        grid=scenario.grid,
        grid_version=int(logic["version"]),
        lang=lang,
        difficulty=difficulty if difficulty in scenario.difficulties else scenario.difficulties[0],
        # The id is random already: its checksum is a seed that anyone can find again.
        seed=zlib.crc32(drill_id.encode()) & 0x7FFFFFFF,
        quick=scenario.moment.replies if scenario.moment else int(facts.get("quick") or 0),
        door=str(facts.get("door") or "shell"),
        started_at=room.clock(),
        edition=room.library.edition(scenario.slug, lang).digest,
    )


def _reply(
    room: Room,
    current: Drill,
    scenario: Scenario,
    before: tuple[Entry, ...],
    text: str,
    message_id: str,
    assessment: Assessment,
) -> Entry:
    heard = [*_heard(before), (text, assessment)]
    reaction = customer.react(scenario, current.difficulty, current.seed, heard)
    phrases = room.library.read(f"coach/{current.lang}.yml")
    coach = note.write(phrases, text, assessment, reaction, before)
    return Entry("reply", len(before) + 1, message_id, text, assessment, reaction, coach)


def _line_again(unit: Unit, room: Room, current: Drill) -> Step:
    scenario = editions.of(unit, room.library, current).scenario
    replies = drill.live(unit.turns.entries(current.id))
    reaction = _reaction(scenario, current, replies)
    return Step((payload.customer(current.id, scenario, reaction, len(replies)),))


def _reaction(scenario: Scenario, current: Drill, replies: tuple[Entry, ...]) -> Reaction:
    """What the customer last said and showed: after these replies, or at the opening."""
    last = replies[-1].reaction if replies else None
    return last or customer.begin(scenario, current.difficulty, current.seed)


def _over(current: Drill, entry: Entry) -> bool:
    return bool(entry.reaction and entry.reaction.over) or 0 < current.quick <= entry.position


def _heard(replies: tuple[Entry, ...]) -> list[tuple[str, Assessment]]:
    return [(entry.text, entry.assessment) for entry in replies if entry.assessment]


def _drill(unit: Unit, drill_id: str) -> Drill:
    found = unit.drills.get(drill_id)
    if found is None:
        raise UnknownDrill(drill_id)
    return found
