"""A drill is an append-only log of entries; everything else is computed from it.

A reply stands at a position (1 is the first). Replaying position n adds an entry that takes the log back to just before
n; the replies it supersedes stay in the log, the live branch is what remains.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from actions.coaching.customer import Reaction
from nlu.contract import Assessment

Kind = Literal["reply", "replay", "hint", "end"]


@dataclass(frozen=True)
class Entry:
    """One line of the log. `assessment`, `reaction` and `note` are set on replies only; `id` once stored."""

    kind: Kind
    position: int
    message_id: str
    text: str = ""
    assessment: Assessment | None = None
    reaction: Reaction | None = None
    note: dict[str, Any] | None = None
    id: int | None = None


def live(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The replies that count, in order of position: 1, 2, 3…"""
    branch: list[Entry] = []
    for entry in entries:
        if entry.kind in ("reply", "replay"):
            del branch[entry.position - 1 :]
        if entry.kind == "reply":
            branch.append(entry)
    return tuple(branch)


def replays(entries: Iterable[Entry]) -> int:
    """How many moments were taken back."""
    return sum(1 for entry in entries if entry.kind == "replay")


def superseded(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The replies that a replay took back, oldest first."""
    log = tuple(entries)
    kept = {entry.message_id for entry in live(log)}
    return tuple(entry for entry in log if entry.kind == "reply" and entry.message_id not in kept)


def retried(entries: Iterable[Entry]) -> dict[int, tuple[Entry, Entry]]:
    """The live replies that a replay brought, by position: the last try before it, and the reply that counts.

    Both answer the same line of the customer, so what changed between them is the agent's doing.
    """
    branch: list[Entry] = []
    taken_back: Entry | None = None
    pairs: dict[int, tuple[Entry, Entry]] = {}
    for entry in entries:
        if entry.kind == "replay":
            if entry.position <= len(branch):
                taken_back = branch[entry.position - 1]
            del branch[entry.position - 1 :]
            pairs = {position: pair for position, pair in pairs.items() if position < entry.position}
        elif entry.kind == "reply":
            branch.append(entry)
            if taken_back is not None:
                pairs[entry.position], taken_back = (taken_back, entry), None
    return pairs
