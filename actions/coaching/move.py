"""What the customer does next, chosen from what it feels and what the agent just did."""

from __future__ import annotations

from actions.coaching.effects import Reading, foreign, hurried, off_point, weighed
from actions.coaching.line import lead, pick, say, tell
from actions.coaching.memory import Memory
from actions.coaching.scenario import GRANTS, Scenario, Solution

MOVES = (
    "open", "vent", "answer", "press", "test", "soften", "accept", "refuse", "manager", "silent", "clarify", "abuse",
    "thank", "hang_up",
)  # fmt: skip

Choice = tuple[str, str]
"""A move and its line."""


def move(reading: Reading, relieved: bool, memory: Memory, scenario: Scenario) -> Choice:
    """The customer's next move. `relieved`: this very reply made it feel heard. Updates `memory`."""
    if done := _leaves(reading, memory, scenario):
        return done
    if memory.agreed:
        return _closes(reading, memory, scenario)
    if set(reading.topics.declined) & set(memory.feelings.promises):
        return "refuse", say("broken", memory, scenario)
    if foreign(reading, scenario):
        return "clarify", say("language", memory, scenario)
    if off_point(reading, memory, scenario):
        return "clarify", say("clarify", memory, scenario)
    if reading.hostile:
        return _protests(memory, scenario)
    if "abusive" in scenario.kinds and (said := _abuses(reading, memory, scenario)):
        return said
    if best := _best(reading, memory, scenario):
        return _weighs(best, reading, memory, scenario)
    if reading.topics.asked:
        return _answers(reading, relieved, memory, scenario)
    if puzzled := _puzzled(reading, memory, scenario):
        return puzzled
    if _story(reading, memory, scenario):
        return _answers(reading, relieved, memory, scenario)
    if memory.pending and _ready(scenario.solutions[memory.pending], memory, scenario):
        return _decides(scenario.solutions[memory.pending], reading, memory, scenario)
    return _waits(reading, relieved, memory, scenario)


def _leaves(reading: Reading, memory: Memory, scenario: Scenario) -> Choice | None:
    """Hangs up on an insult or in a rage, leaves when patience or the number of replies has run out."""
    temper = scenario.temper
    memory.hostile += reading.hostile
    rage = reading.hostile and memory.hostile > 1 and memory.feelings.anger >= temper.numbers["slam"]
    if rage or temper.hang_up_on & set(reading.assessment.red_flags):
        memory.ending = "hung_up"
        return "hang_up", say("hang_up", memory, scenario)
    if not memory.agreed and (memory.feelings.patience == 0 or memory.position >= temper.replies):
        memory.ending = "gave_up"
        return "hang_up", say("leave", memory, scenario)
    return None


def _closes(reading: Reading, memory: Memory, scenario: Scenario) -> Choice:
    last = memory.position >= scenario.temper.replies
    if memory.agreed in reading.topics.declined and not last:
        memory.agreed, memory.pending, memory.phase = None, None, "middle"
        return "refuse", say("broken", memory, scenario)
    if reading.hostile and not last:
        return "vent", say("vent", memory, scenario)
    if any(not memory.told[fact] for fact in reading.topics.asked) and not last:
        return _answers(reading, False, memory, scenario)
    memory.ending = "served"
    return "thank", say("thank", memory, scenario)


def _protests(memory: Memory, scenario: Scenario) -> Choice:
    if memory.feelings.trust < scenario.temper.numbers["manager_trust"] and not memory.moves["manager"]:
        return "manager", say("manager", memory, scenario)
    return "vent", say("vent", memory, scenario)


def _abuses(reading: Reading, memory: Memory, scenario: Scenario) -> Choice | None:
    """Rude until a limit is set, firmly and politely; the first limit brings it back to reason."""
    if not memory.effects["held"]:
        return None if reading.topics.asked else ("abuse", say("abuse", memory, scenario))
    if memory.effects["held"] == 1 and "set_limit" in reading.acts:
        return "soften", say("contrite", memory, scenario)
    return None


def _puzzled(reading: Reading, memory: Memory, scenario: Scenario) -> Choice | None:
    """Asked what it cannot know, or not certain what was asked or offered, the customer says so."""
    if reading.topics.unknown:
        line = pick([scenario.unknown], "unknown", memory) or say("unknown", memory, scenario)
        return "answer", line
    if reading.topics.unsure and not reading.topics.settled:
        return "clarify", say("unsure", memory, scenario)
    return None


def _best(reading: Reading, memory: Memory, scenario: Scenario) -> Solution | None:
    """The proposal worth most to the customer."""
    offers = [scenario.solutions[name] for name in weighed(reading, memory, scenario)]
    return min(offers, key=lambda solution: GRANTS.index(solution.grants), default=None)


def _weighs(solution: Solution, reading: Reading, memory: Memory, scenario: Scenario) -> Choice:
    """A proposal was made: too soon, missing a fact, or worth deciding on."""
    if not solution.serves:
        return "refuse", pick([solution.refuse], solution.id, memory) or say("refuse", memory, scenario)
    memory.pending = solution.id
    if memory.rushed:
        return "refuse", say("too_soon", memory, scenario)
    asked = [fact for fact in reading.topics.asked if not memory.told[fact]]
    missing = [fact for fact in solution.needs if not memory.told[fact] and fact not in asked]
    if asked or missing:
        return "answer", _supplies(asked, missing, memory, scenario)
    return _decides(solution, reading, memory, scenario)


def _supplies(asked: list[str], missing: list[str], memory: Memory, scenario: Scenario) -> str:
    """Answers what was asked, and brings up what was not though the solution needs it. A hard customer first only says
    that something is missing."""
    told = [tell(fact, memory, scenario) for fact in asked]
    if missing and not scenario.temper.difficulties[memory.difficulty].help and memory.effects["skipped"] < 2:
        return " ".join((*told, say("incomplete", memory, scenario)))
    return " ".join((*told, *(tell(fact, memory, scenario, offered=True) for fact in missing)))


def _decides(solution: Solution, reading: Reading, memory: Memory, scenario: Scenario) -> Choice:
    """Speaks its doubts one by one, each until it is answered, then accepts if there is trust enough."""
    memory.doubts = [name for name in memory.doubts if name not in memory.feelings.answered]
    if memory.doubt is None and memory.doubts:
        memory.doubt = memory.doubts.pop(0)
    if memory.doubt:
        asks = scenario.doubts[memory.doubt].asks
        return "test", pick([asks], memory.doubt, memory) or say("test", memory, scenario)
    needed = scenario.temper.difficulties[memory.difficulty].trust
    if solution.grants == "partial":
        needed += int(scenario.temper.numbers["partial_trust"])
    if memory.feelings.trust < needed:
        return "refuse", pick([solution.refuse], solution.id, memory) or say("refuse", memory, scenario)
    memory.agreed, memory.phase = solution.id, "closing"
    return "accept", pick([solution.accept], solution.id, memory) or say("accept", memory, scenario)


def _story(reading: Reading, memory: Memory, scenario: Scenario) -> list[str]:
    """What an open question brings out: the first open fact not yet told, and at a calm difficulty the next one too."""
    if "ask_open" not in reading.acts and reading.level("exploration") == 0:
        return []
    untold = [fact.id for fact in scenario.facts.values() if fact.open and not memory.told[fact.id]]
    return untold[: max(1, scenario.temper.difficulties[memory.difficulty].help)]


def _answers(reading: Reading, relieved: bool, memory: Memory, scenario: Scenario) -> Choice:
    """Answers everything asked; a word on the feeling first, where it is high or has just eased."""
    asked = reading.topics.asked or _story(reading, memory, scenario)
    before = lead("soften" if relieved else "answer", memory, scenario)
    told = [tell(fact, memory, scenario) for fact in asked]
    return "answer", " ".join(filter(None, [before, *told]))


def _waits(reading: Reading, relieved: bool, memory: Memory, scenario: Scenario) -> Choice:
    """Nothing was asked or proposed: the customer eases, insists, tells again, or says nothing."""
    if reading.acts & {"refuse", "deflect"}:
        if memory.feelings.trust < scenario.temper.numbers["manager_trust"] and not memory.moves["manager"]:
            return "manager", say("manager", memory, scenario)
        return "press", say("press", memory, scenario)
    if relieved and reading.empathy:
        return "soften", say("soften", memory, scenario)
    if _listened(memory):
        return "press", say("press", memory, scenario)
    cold = not reading.empathy and memory.position > 1
    if cold and not memory.moves["silent"] and memory.draw("silent", 2) == 0:
        return "silent", say("silent", memory, scenario)
    return "vent", say("vent", memory, scenario)


def _listened(memory: Memory) -> bool:
    return memory.feelings.heard or memory.need == "efficient"


def _ready(solution: Solution, memory: Memory, scenario: Scenario) -> bool:
    return not hurried(memory, scenario) and all(memory.told[fact] for fact in solution.needs)
