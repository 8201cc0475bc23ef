"""What one reply does to the customer: a reading of the assessment in the light of what came before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from actions.coaching.memory import Memory
from actions.coaching.scenario import Scenario
from actions.coaching.words import tokens
from nlu.contract import EMPATHY, UNSURE, Assessment, Topics

SOOTHING = frozenset({"acknowledge", "apologise", "recognise", "reformulate"})
FORWARD = frozenset({"ask_open", "commit_dated"})
"""Acts that move any matter on; a question, an offer or an answer does when it is about this one (its topics)."""

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

    @cached_property
    def acts(self) -> frozenset[str]:
        return frozenset(self.assessment.acts)

    @cached_property
    def marked(self) -> tuple[str, ...]:
        """The kinds of hostility that words of the reply show."""
        shown = {marker.strategy for marker in self.assessment.markers if marker.polarity < 0}
        return tuple(kind for kind in self.assessment.hostility if kind in shown)

    @property
    def hostile(self) -> bool:
        """Whether words of it are hostile. What only a tone suggests hurts (`harsh`), with the benefit of the doubt."""
        return bool(self.marked or self.assessment.red_flags)

    @cached_property
    def empathy(self) -> int:
        """The best of the three mechanisms, 0–2; parroting is not understanding."""
        return max(self.level(name) for name in EMPATHY)

    @property
    def forward(self) -> bool:
        """Whether the reply takes the matter a step further."""
        topics = self.topics
        return bool(topics.asked or topics.proposed or topics.settled or self.acts & FORWARD)

    def level(self, name: str, unsure: int = 0) -> int:
        """The level of a dimension, `unsure` where the scorer could not judge."""
        if self.parroted and name == "interpretation":
            return 0
        return self.levels.get(name, unsure)


def read(text: str, assessment: Assessment, memory: Memory, scenario: Scenario) -> Reading:
    """Take in one reply. Topics that this version of the scenario does not have are left out."""
    levels = {
        name: level
        for name, level in {**assessment.empathy, **assessment.tone}.items()
        if assessment.confidence.get(name, 1) >= UNSURE
    }
    words = tokens(text)
    topics = _known(assessment.topics, scenario)
    return Reading(text, assessment, topics, levels, _parrots(words, memory.line, scenario), len(words))


def _known(topics: Topics, scenario: Scenario) -> Topics:
    def kept(names: tuple[str, ...], among: Collection[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name in among)

    return replace(
        topics,
        asked=kept(topics.asked, scenario.facts),
        proposed=kept(topics.proposed, scenario.solutions),
        declined=kept(topics.declined, scenario.solutions),
        settled=kept(topics.settled, scenario.doubts),
    )


def _parrots(words: Sequence[str], line: str, scenario: Scenario) -> bool:
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
    yield from _manner(reading, memory, scenario)


def _harsh(reading: Reading) -> Perceived:
    for flag in reading.assessment.red_flags:
        yield FLAGS[flag], ""
    for kind in reading.marked:
        if not (kind == "blame" and "blame" in reading.assessment.red_flags):
            yield HOSTILE[kind], ""
    if set(reading.assessment.hostility) - set(reading.marked) and not reading.hostile:
        yield "harsh", ""


def off_point(reading: Reading, memory: Memory, scenario: Scenario) -> bool:
    """Whether the reply has nothing to do with the matter."""
    if memory.agreed or reading.topics or reading.topics.unsure or reading.hostile or foreign(reading, scenario):
        return False
    meant = reading.acts if memory.position == 1 else reading.acts - {"greet", "identify"}
    return not meant and not reading.empathy and not reading.parroted


def foreign(reading: Reading, scenario: Scenario) -> bool:
    """Whether the reply is in the other language. A word or two do not tell."""
    return reading.assessment.lang != scenario.lang and reading.words > 3


def _off(reading: Reading, memory: Memory, scenario: Scenario) -> Perceived:
    if foreign(reading, scenario):
        yield "foreign", ""
    elif off_point(reading, memory, scenario):
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
    # A fitting question is a way of listening; an offer that comes before has its own price (`too_soon`).
    passed = judged and not reading.empathy and not reading.topics.asked and not reading.topics.proposed
    if memory.need == "warm" and passed and not memory.feelings.heard and not memory.agreed:
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
    if memory.move == "press" and not reading.forward and not reading.acts & {"refuse", "set_limit"}:
        yield "stalled", ""
    if memory.need == "efficient" and reading.words > numbers["brief_words"]:
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
        elif memory.need == "efficient" and not memory.agreed and fact not in scenario.wanted:
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
    for name in weighed(reading, memory, scenario):
        yield from _proposed(name, reading, memory, scenario)


def weighed(reading: Reading, memory: Memory, scenario: Scenario) -> list[str]:
    """The offers that count: of several people take the best, and what answers a doubt right is no mistake."""
    grants = {name: scenario.solutions[name].grants for name in reading.topics.proposed}
    dropped = {"trap"} if any(scenario.solutions[name].serves for name in grants) else set()
    if {memory.doubt, *memory.feelings.answered} & set(reading.topics.settled):
        dropped.add("mistake")
    return [name for name, worth in grants.items() if worth not in dropped]


def _proposed(name: str, reading: Reading, memory: Memory, scenario: Scenario) -> Perceived:
    solution = scenario.solutions[name]
    if any(not memory.told[fact] and fact not in reading.topics.asked for fact in solution.needs):
        yield "skipped", name
    if name in memory.welcomed and solution.serves:
        return  # saying it again neither helps nor hurts
    if solution.grants == "trap":
        yield "off_target", name
    elif solution.grants == "mistake":
        yield "mistaken", name
    elif hurried(memory, scenario):
        yield "too_soon", name
    else:
        yield ("offered" if solution.grants == "full" else "half_offered"), name


def hurried(memory: Memory, scenario: Scenario) -> bool:
    """Whether an offer comes too soon for this person: not heard yet, and not yet told so too often."""
    told = memory.effects["too_soon"] >= scenario.temper.numbers["too_soon"]
    return memory.need == "warm" and not memory.feelings.heard and not told


def _manner(reading: Reading, memory: Memory, scenario: Scenario) -> Perceived:
    for act, effect in _ACTS.items():
        if act in reading.acts:
            yield effect, ""
    if "commit_dated" in reading.acts:
        yield "dated", ""
    elif "commit" in reading.acts:
        yield "committed", ""
    if "set_limit" in reading.acts and not reading.hostile:
        yield ("held" if "abusive" in scenario.kinds else "limited"), ""
    for name, effect in _LOW.items():
        if reading.level(name, 1) == 0:
            yield effect, ""
    for name, effect in _HIGH.items():
        if reading.level(name, 1) == 2 and not reading.hostile:
            yield effect, ""
    if memory.agreed and reading.acts & {"close", "thank"}:
        yield "farewell", ""
