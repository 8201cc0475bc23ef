"""What one reply does to the customer: a reading of the assessment in the light of what came before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from actions.coaching.memory import Memory
from actions.coaching.scenario import Scenario
from actions.coaching.topics import Topics, tokens
from nlu.contract import EMPATHY, UNSURE, Assessment

SOOTHING = frozenset({"acknowledge", "apologise", "recognise", "reformulate"})
FORWARD = frozenset({"ask_open", "ask_closed", "explain", "propose", "commit", "commit_dated", "repair"})

HOSTILE = {"blame": "blamed", "command": "commanded", "sarcasm": "mocked", "dismissal": "dismissed"}
FLAGS = {
    "insult": "insulted", "blame": "accused", "discrimination": "discriminated", "impossible_promise": "overpromised",
    "disclosure": "disclosed", "unsafe": "endangered",
}  # fmt: skip
_LOW = {"warmth": "cold", "courtesy": "rude", "calm": "agitated", "clarity": "muddled"}
_HIGH = {"warmth": "kind", "clarity": "clear"}
_ACTS = {"own": "owned", "personalise": "personalised", "recognise": "recognised", "check_understanding": "checked",
         "explain": "explained", "deflect": "deflected"}  # fmt: skip

Perceived = Iterator[tuple[str, str]]
"""`(effect, topic)` pairs; the topic is the id of a fact, a solution or a doubt, or empty."""


@dataclass(frozen=True)
class Reading:
    """One reply as the customer takes it in. `levels` holds only the dimensions the scorer was sure of."""

    text: str
    assessment: Assessment
    topics: Topics
    levels: dict[str, int]
    parroted: bool
    words: int

    @property
    def acts(self) -> frozenset[str]:
        return frozenset(self.assessment.acts)

    @property
    def hostile(self) -> bool:
        return bool(self.assessment.hostility or self.assessment.red_flags)

    @property
    def empathy(self) -> int:
        """The best of the three mechanisms, 0–2; parroting is not understanding."""
        return max(self.level(name) for name in EMPATHY)

    @property
    def forward(self) -> bool:
        """Whether the reply takes the matter a step further."""
        return bool(self.topics.asked or self.topics.proposed or self.acts & FORWARD)

    def level(self, name: str, unsure: int = 0) -> int:
        """The level of a dimension, `unsure` where the scorer could not judge."""
        if self.parroted and name == "interpretation":
            return 0
        return self.levels.get(name, unsure)


def read(text: str, assessment: Assessment, topics: Topics, memory: Memory, scenario: Scenario) -> Reading:
    """Take in one reply."""
    levels = {
        name: level
        for name, level in {**assessment.empathy, **assessment.tone}.items()
        if assessment.confidence.get(name, 1) >= UNSURE
    }
    words = tokens(text)
    return Reading(text, assessment, topics, levels, _parrots(words, memory.line, scenario), len(words))


def _parrots(words: list[str], line: str, scenario: Scenario) -> bool:
    """Whether the reply is mostly the customer's own line: nearly all of its long words, and little besides."""
    theirs, ours = ({word for word in some if len(word) > 3} for some in (tokens(line), words))
    share = scenario.temper.numbers["parrot_share"]
    return len(theirs) >= 5 and len(theirs & ours) >= share * max(len(theirs), len(ours))


def effects(reading: Reading, memory: Memory, scenario: Scenario) -> Perceived:
    """Everything the reply does, in the order the changes are told."""
    yield "waited", ""
    yield from _harsh(reading)
    yield from _off(reading, memory, scenario)
    yield from _listening(reading, memory, scenario)
    yield from _excess(reading, memory, scenario)
    yield from _service(reading, memory, scenario)
    yield from _manner(reading, memory)


def _harsh(reading: Reading) -> Perceived:
    for flag in reading.assessment.red_flags:
        yield FLAGS[flag], ""
    for kind in reading.assessment.hostility:
        if not (kind == "blame" and "blame" in reading.assessment.red_flags):
            yield HOSTILE[kind], ""


def off_point(reading: Reading, memory: Memory, scenario: Scenario) -> bool:
    """Whether the reply has nothing to do with the matter, or is in another language than the drill."""
    if memory.agreed or reading.topics or reading.hostile:
        return False
    if reading.assessment.lang != scenario.lang and reading.words > 3:
        return True
    meant = reading.acts if memory.position == 1 else reading.acts - {"greet", "identify"}
    return not meant and not reading.empathy and not reading.parroted


def _off(reading: Reading, memory: Memory, scenario: Scenario) -> Perceived:
    if off_point(reading, memory, scenario):
        yield "off_point", ""
    elif "close" in reading.acts and not memory.agreed and not reading.forward:
        yield "closed_early", ""


def _listening(reading: Reading, memory: Memory, scenario: Scenario) -> Perceived:
    if reading.parroted:
        yield "parroted", ""
    for name, strong, weak in (
        ("interpretation", "understood", "understood_vaguely"), ("reaction", "felt", "felt_vaguely"),
        ("exploration", "explored", ""),
    ):  # fmt: skip
        level = reading.level(name)
        if level == 2 or (level and weak):
            yield (strong if level == 2 else weak), ""
    if "reformulate" in reading.acts and not reading.parroted:
        yield "reformulated", ""
    judged = all(name in reading.levels for name in EMPATHY)
    if scenario.need == "warm" and judged and not reading.empathy and not memory.feelings.heard and not memory.agreed:
        yield "ignored", ""


def _excess(reading: Reading, memory: Memory, scenario: Scenario) -> Perceived:
    numbers = scenario.temper.numbers
    soothing = len(reading.acts & SOOTHING)
    run = memory.soothing + 1 if soothing or reading.empathy else 0
    if "apologise" in reading.acts and memory.apologies >= numbers["apologies"]:
        yield "over_apologised", ""
    elif not reading.forward and not memory.agreed and (
        run > numbers["soothing_run"] or soothing >= numbers["soothing_acts"]
    ):  # fmt: skip
        yield "stuffed", ""
    if scenario.need == "efficient" and reading.words > numbers["brief_words"]:
        yield ("gushed" if soothing or reading.empathy else "wordy"), ""
    elif reading.words > numbers["long_words"]:
        yield "wordy", ""


def settles(reading: Reading, doubt: str, scenario: Scenario) -> bool:
    """Whether the reply answers a doubt of the customer, by what it does or by what it says."""
    return doubt in reading.topics.settled or bool(reading.acts & scenario.doubts[doubt].settled_by)


def _service(reading: Reading, memory: Memory, scenario: Scenario) -> Perceived:
    for fact in reading.topics.asked:
        if memory.told[fact]:
            yield "asked_again", fact
        elif scenario.need == "efficient" and not memory.agreed and fact not in scenario.needed:
            yield "needless", fact
    for name in dict.fromkeys(reading.topics.declined):
        if name in memory.feelings.promises:
            yield "broken", name
    if memory.doubt:
        if settles(reading, memory.doubt, scenario):
            yield "settled", memory.doubt
        elif not reading.topics.asked:
            yield "dodged", memory.doubt
    if "refuse" in reading.acts:
        kindly = reading.acts & {"explain", "propose", "acknowledge"} or reading.topics.proposed
        yield ("refused_kindly" if kindly else "refused"), ""
    for name in reading.topics.proposed:
        yield from _proposed(name, memory, scenario)


def _proposed(name: str, memory: Memory, scenario: Scenario) -> Perceived:
    solution = scenario.solutions[name]
    if name in memory.welcomed and solution.grants != "trap":
        return  # saying it again neither helps nor hurts
    if solution.grants == "trap":
        yield "off_target", name
    elif scenario.need == "warm" and not memory.feelings.heard:
        yield "too_soon", name
    else:
        yield ("offered" if solution.grants == "full" else "half_offered"), name
    if any(not memory.told[fact] for fact in solution.needs):
        yield "skipped", name


def _manner(reading: Reading, memory: Memory) -> Perceived:
    for act, effect in _ACTS.items():
        if act in reading.acts:
            yield effect, ""
    if "commit_dated" in reading.acts:
        yield "dated", ""
    elif "commit" in reading.acts:
        yield "committed", ""
    if "set_limit" in reading.acts and not reading.hostile:
        yield "limited", ""
    for name, effect in _LOW.items():
        if reading.level(name, 1) == 0:
            yield effect, ""
    for name, effect in _HIGH.items():
        if reading.level(name, 1) == 2 and not reading.hostile:
            yield effect, ""
    if memory.agreed and reading.acts & {"close", "thank"}:
        yield "farewell", ""
