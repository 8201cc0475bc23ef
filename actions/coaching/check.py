"""The yes/no checks a grid is made of: each kind is one small pure function from what was seen to found or not.

A check answers True, False, or None when the reply gave no occasion to judge (an unsure level, another need). Evidence
is a place in the text as typed, so that a lead can see why a box is ticked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from actions.coaching.drill import Entry
from actions.coaching.feelings import Feelings
from nlu.contract import ACTS, EMPATHY, RED_FLAGS, TONE, UNSURE, Assessment, Need, Phase

Span = tuple[int, int]
Finding = tuple[bool | None, tuple[Span, ...]]

MOST_EVIDENCE = 3
"""More than three quotes for one box is a list nobody reads."""
LONGEST_QUOTE = 120

WHERE = ("any", "first", "last", "all", "most")


@dataclass(frozen=True)
class Seen:
    """One live reply, with the need and the phase the customer was in when it was written."""

    position: int
    text: str
    assessment: Assessment
    feelings: Feelings
    need: Need
    phase: Phase


@dataclass(frozen=True)
class Evidence:
    """Words of the agent that a check stands on."""

    position: int
    quote: str

    def to_json(self) -> dict[str, Any]:
        """Plain dict for the payload."""
        return {"position": self.position, "quote": self.quote}


@dataclass(frozen=True)
class Check:
    """One box of a criterion.

    `need` and `phase` keep only the replies to a customer who stood there; `where` says which of them must pass
    (`most` is more than half). `shown_by` are the strategies whose markers are quoted as evidence.
    """

    id: str
    label: str
    kind: str
    argument: Any
    where: str = "any"
    need: str | None = None
    phase: str | None = None
    shown_by: tuple[str, ...] = ()

    @property
    def stops(self) -> bool:
        """True when failing it is unacceptable and brings the whole score to 0."""
        return self.kind == "no_red_flag"


def seen(replies: Sequence[Entry]) -> tuple[Seen, ...]:
    """The live replies as the checks read them; entries without an assessment or a reaction are left out.

    The customer's need and phase move with the reaction, so a reply is judged under the reaction *before* it; the first
    one opens the contact. A reaction says which need its reply met; an older one still shows it.
    """
    found: list[Seen] = []
    before: Entry | None = None
    for entry in replies:
        if entry.assessment is None or entry.reaction is None:
            continue
        met = before.reaction if before and before.reaction else entry.reaction
        phase: Phase = met.phase if before else "opening"
        need = entry.reaction.met or met.need
        found.append(Seen(entry.position, entry.text, entry.assessment, entry.reaction.feelings, need, phase))
        before = entry
    return tuple(found)


def answer(check: Check, replies: Sequence[Seen]) -> tuple[bool | None, tuple[Evidence, ...]]:
    """Whether the check passes over a drill, and the words it stands on; None when there was no occasion."""
    kept = [r for r in replies if check.need in (None, r.need) and check.phase in (None, r.phase)]
    place = {"first": slice(0, 1), "last": slice(-1, None)}.get(check.where, slice(None))
    read = KINDS[check.kind]
    findings = [(reply, *read(check, reply)) for reply in kept[place]]
    passed = _together(check.where, [found for _, found, _ in findings])
    if passed is None or (passed and check.where in ("all", "most")):
        return passed, ()  # what held everywhere is in no place in particular
    evidence = (
        Evidence(reply.position, quote(reply.text, span))
        for reply, found, spans in findings
        if found is passed
        for span in spans
    )
    return passed, tuple(evidence)[:MOST_EVIDENCE]


def quote(text: str, span: Span) -> str:
    """The words of `text` in `span`, shortened when long; the whole text when the span is empty or out of range."""
    start, end = span
    words = text[start:end].strip() if 0 <= start < end <= len(text) else text
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1].rstrip() + "…"


def _together(where: str, findings: Iterable[bool | None]) -> bool | None:
    judged = [found for found in findings if found is not None]
    if not judged:
        return None
    if where == "all":
        return all(judged)
    return 2 * sum(judged) > len(judged) if where == "most" else any(judged)


def _spans(reply: Seen, strategies: Collection[str], polarity: int) -> tuple[Span, ...]:
    markers = reply.assessment.markers
    return tuple((m.start, m.end) for m in markers if m.strategy in strategies and m.polarity == polarity)


def _any_act(check: Check, reply: Seen) -> Finding:
    found = any(act in reply.assessment.acts for act in check.argument)
    return found, (_spans(reply, check.shown_by, 1) or ((0, len(reply.text)),)) if found else ()


def _any_marker(check: Check, reply: Seen) -> Finding:
    spans = _spans(reply, check.argument, 1)
    return bool(spans), spans


def _level(check: Check, reply: Seen) -> Finding:
    levels = {**reply.assessment.empathy, **reply.assessment.tone}
    sure = [name for name in check.argument if reply.assessment.confidence.get(name, 1.0) >= UNSURE]
    if any(levels.get(name, 0) >= check.argument[name] for name in sure):
        return True, _spans(reply, check.shown_by, 1) or ((0, len(reply.text)),)
    return (False if len(sure) == len(check.argument) else None), ()


def _no_hostility(_: Check, reply: Seen) -> Finding:
    kinds = reply.assessment.hostility
    return not kinds, (_spans(reply, kinds, -1) or ((0, len(reply.text)),)) if kinds else ()


def _no_wording(_: Check, reply: Seen) -> Finding:
    return not reply.assessment.wording, tuple((word.start, word.end) for word in reply.assessment.wording)


def _no_marker(check: Check, reply: Seen) -> Finding:
    spans = _spans(reply, check.argument, -1)
    return not spans, spans


def _no_red_flag(check: Check, reply: Seen) -> Finding:
    flags = [flag for flag in reply.assessment.red_flags if flag in check.argument]
    return not flags, (_spans(reply, (*flags, *check.shown_by), -1) or ((0, len(reply.text)),)) if flags else ()


def _at_most(check: Check, reply: Seen) -> Finding:
    fits = len(reply.text.split()) <= check.argument
    return fits, () if fits else ((0, len(reply.text)),)


def _heard(_: Check, reply: Seen) -> Finding:
    return reply.feelings.heard, ()


def _answered(check: Check, reply: Seen) -> Finding:
    # A customer without doubts has questions too: a solution put forward answers them.
    return len(reply.feelings.answered) + len(reply.feelings.promises) >= check.argument, ()


KINDS: Mapping[str, Callable[[Check, Seen], Finding]] = {
    "any_act": _any_act,
    "any_marker": _any_marker,
    "level": _level,
    "no_hostility": _no_hostility,
    "no_wording": _no_wording,
    "no_marker": _no_marker,
    "no_red_flag": _no_red_flag,
    "at_most": _at_most,
    "heard": _heard,
    "answered": _answered,
}
"""What a grid may ask of a reply, by the name used in `grid.yml`."""


def flaw(kind: str, argument: Any) -> str | None:
    """What is wrong with the argument of a check, as a fix to make, or None when it is fine."""
    if kind in ("no_hostility", "no_wording", "heard"):
        return None if argument is True else "write `true`"
    if kind in ("at_most", "answered"):
        return None if type(argument) is int and argument > 0 else "write a whole number above 0"
    if kind == "level":
        names = (*EMPATHY, *TONE)
        fine = isinstance(argument, Mapping) and argument and {*argument} <= {*names}
        fine = fine and all(level in (1, 2) for level in argument.values())
        return None if fine else f"write a dimension and its level 1 or 2, among {', '.join(names)}"
    known = {"any_act": ACTS, "no_red_flag": RED_FLAGS}.get(kind)
    if not isinstance(argument, list) or not argument or not all(isinstance(name, str) for name in argument):
        return "write a list of names"
    return f"choose among {', '.join(known)}" if known and not {*argument} <= {*known} else None


NEEDS: tuple[str, ...] = get_args(Need)
PHASES: tuple[str, ...] = get_args(Phase)
