"""What has happened in a drill so far, as the customer remembers it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal
from zlib import crc32

from actions.coaching.feelings import Feelings
from nlu.contract import Need, Phase

Ending = Literal["served", "gave_up", "hung_up"]


@dataclass
class Memory:
    """Everything one drill leaves behind, folded reply after reply. Never shared between drills.

    `effects` counts what the agent did, `weight` sums how much each of them moved; `heard` measures the listening
    received, `soothing` the replies in a row that only soothed, `hostile` the hostile ones; `rushed` tells that
    an offer of the last reply came too soon; `doubts` are those to be spoken, in order, `doubt` the
    one waiting for an answer; `pending` is the proposal on the table, `agreed` the one accepted,
    `welcomed` those that came at the right time; `need` is what the person needs by now.
    """

    seed: int
    difficulty: str
    feelings: Feelings
    doubts: list[str]
    need: Need
    position: int = 0
    phase: Phase = "opening"
    move: str = "open"
    line: str = ""
    said: set[str] = field(default_factory=set)
    told: Counter[str] = field(default_factory=Counter)
    effects: Counter[str] = field(default_factory=Counter)
    weight: Counter[str] = field(default_factory=Counter)
    moves: Counter[str] = field(default_factory=Counter)
    heard: float = 0
    soothing: int = 0
    apologies: int = 0
    hostile: int = 0
    rushed: bool = False
    doubt: str | None = None
    welcomed: set[str] = field(default_factory=set)
    pending: str | None = None
    agreed: str | None = None
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)
    ending: Ending | None = None

    def draw(self, key: str, size: int) -> int:
        """A number from 0 to `size - 1` that depends on the seed, the position and `key` alone, on every machine."""
        return crc32(f"{self.seed}/{self.position}/{key}".encode()) % size
