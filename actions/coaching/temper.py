"""How customers are in general: what moves them, how much, and what anyone might say. Read from `customer.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.coaching.feelings import BANDS, FEELINGS
from actions.coaching.page import Page

DIFFICULTIES = ("calm", "demanding", "hard")
ENDINGS = ("served", "gave_up", "hung_up", "ended")

SPEECHES = (
    "open", "vent", "answer", "again", "press", "test", "soften", "accept", "refuse", "too_soon", "broken", "manager",
    "silent", "clarify", "unsure", "unknown", "incomplete", "language", "abuse", "contrite", "thank", "hang_up",
    "leave",
)  # fmt: skip
"""Kinds of line. Most are a move's own; `again`, `too_soon`, `broken` and `leave` are particular ways of answering,
refusing and hanging up."""

EFFECTS = (
    "waited", "understood", "understood_vaguely", "reformulated", "felt", "felt_vaguely", "explored", "owned",
    "explained", "dated", "committed", "personalised", "recognised", "checked", "kind", "clear", "limited", "offered",
    "half_offered", "solved", "settled", "farewell", "ignored", "too_soon", "cold", "rude", "agitated", "muddled",
    "blamed", "commanded", "mocked", "dismissed", "insulted", "accused", "discriminated", "overpromised", "disclosed",
    "endangered", "refused", "refused_kindly", "deflected", "off_target", "asked_again", "skipped", "parroted",
    "stuffed", "over_apologised", "gushed", "wordy", "off_point", "closed_early", "needless", "dodged", "broken",
    "cut_off", "given_up", "mistaken", "foreign", "held", "shifted",
    "harsh", "stalled", "left_empty",
)  # fmt: skip
"""Everything a reply can do to a customer; `effects.py` perceives them, `customer.yml` says what each moves and why."""

Lines = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Kind of line → band (or `any`) → wordings."""


@dataclass(frozen=True)
class Effect:
    """What one thing the agent did moves: `(feeling, delta)` pairs, before difficulty and persona.

    `why` tells the agent, `reason` is how the customer would put it in its verdict. Both in the drill's language.
    """

    deltas: tuple[tuple[str, float], ...]
    why: str
    reason: str


@dataclass(frozen=True)
class Difficulty:
    """`harm` and `relief` multiply what hurts and what helps; `patience` is added at the start; `heard` is how much
    listening it takes to feel heard; `trust` is what it takes to accept; `doubts` is how many are spoken; `help` is
    what it tells unasked: 2 its story at length and whatever a solution lacks, 1 whatever a solution lacks, 0 only that
    something is lacking."""

    harm: float
    relief: float
    patience: int
    heard: float
    trust: int
    doubts: int
    help: int


@dataclass(frozen=True)
class Temper:
    """The constants of the engine with the words of one language."""

    replies: int
    numbers: Mapping[str, float]
    hang_up_on: frozenset[str]
    difficulties: Mapping[str, Difficulty]
    effects: Mapping[str, Effect]
    bands: Mapping[str, str]
    lines: Lines
    reasons: Mapping[str, tuple[str, ...]]


def temper(entries: Mapping[str, Any], lang: str) -> Temper:
    """Read `customer.yml` for one language. Raises ScenarioError."""
    page = Page(entries, "customer.yml").known("drill", "difficulties", "effects", "fr", "en")
    words = page.page(lang)
    drill = page.page("drill").known("replies", "hang_up_on", "numbers")
    replies = drill.whole("replies", 4, 30)
    numbers = drill.page("numbers")
    spare = words.page("lines")
    if len(spare.page("spare").texts("any")) < replies:
        raise spare.error("spare", f"needs at least {replies} lines, one per reply: a customer never repeats itself.")
    return Temper(
        replies,
        {name: numbers.page(name).number("value", 0, 1000) for name in numbers.entries},
        frozenset(drill.texts("hang_up_on")),
        {name: _difficulty(page.page("difficulties").page(name)) for name in DIFFICULTIES},
        {name: _effect(page.page("effects").page(name), words.page("effects").page(name)) for name in EFFECTS},
        {name: words.page("bands").text(name) for name in BANDS},
        lines(spare.known("spare", *SPEECHES)),
        {ending: words.page("reasons").texts(ending, 3) for ending in ENDINGS},
    )


def lines(page: Page) -> Lines:
    """The lines of a file: under each kind a list, or lists by band. Raises ScenarioError."""
    found = {}
    for kind, value in page.entries.items():
        if isinstance(value, Mapping):
            bands = page.page(kind).known("any", *BANDS)
            found[str(kind)] = {band: bands.texts(band) for band in bands.entries}
        else:
            found[str(kind)] = {"any": page.texts(kind)}
    return found


def _difficulty(page: Page) -> Difficulty:
    page.known("harm", "relief", "patience", "heard", "trust", "doubts", "help", "because")
    return Difficulty(
        page.number("harm", 0, 3),
        page.number("relief", 0, 3),
        page.whole("patience", -50, 50),
        page.number("heard", 0, 20),
        page.whole("trust", 0, 100),
        page.whole("doubts", 0, 5),
        page.whole("help", 0, 2),
    )


def _effect(logic: Page, words: Page) -> Effect:
    logic.known(*FEELINGS, "because")
    deltas = tuple((feeling, logic.number(feeling, -100, 100)) for feeling in FEELINGS if feeling in logic.entries)
    why = words.known("why", "reason").text("why")
    try:
        why.format_map({"topic": "", "name": ""})
    except (KeyError, ValueError, IndexError) as error:
        raise words.error("why", "may hold {topic} and {name} between braces, nothing else.") from error
    return Effect(deltas, why, words.text("reason"))
