"""The simulated customer: a pure function of the scenario, the difficulty, the seed and the replies so far.

The same arguments give the same reaction on every machine; nothing is kept between calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from actions.coaching.effects import Reading, effects, read, settles
from actions.coaching.feelings import Change, Feelings, band, satisfaction
from actions.coaching.impact import feel
from actions.coaching.line import say
from actions.coaching.memory import Memory
from actions.coaching.move import move
from actions.coaching.scenario import HINTS, Scenario
from actions.coaching.verdict import Verdict, rate
from nlu.contract import EMPATHY, Assessment, Need, Phase

__all__ = [
    "Change", "Feelings", "Reaction", "Replies", "Verdict", "begin", "hint", "meet", "play", "react", "satisfaction",
    "turn", "verdict",
]  # fmt: skip

Replies = Sequence[tuple[str, Assessment]]
"""The live replies of a drill, oldest first: the text as typed and what was perceived in it."""


@dataclass(frozen=True)
class Reaction:
    """What the customer does and says after a reply, and why it feels as it does.

    `move` is one of `move.MOVES`; `band` is the id of the feeling that shows and `band_label` its name; `ending` is
    `served`, `gave_up` or `hung_up` once `over`, else None.
    """

    move: str
    line: str
    feelings: Feelings
    band: str
    band_label: str
    phase: Phase
    need: Need
    changes: tuple[Change, ...] = ()
    over: bool = False
    ending: str | None = None
    met: Need | None = None
    """The need that the reply met; None in reactions older than needs that change."""

    def to_json(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`; the feelings carry their `satisfaction` for whoever shows them."""
        feelings = {**self.feelings.to_json(), "satisfaction": satisfaction(self.feelings)}
        return {**asdict(self), "feelings": feelings, "changes": [asdict(change) for change in self.changes]}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Reaction:
        """Read back what `to_json` wrote. Raises KeyError or TypeError when `plain` is not a reaction."""
        parts = {
            "feelings": Feelings.from_json(plain["feelings"]),
            "changes": tuple(Change(**change) for change in plain["changes"]),
        }
        return cls(**{**plain, **parts})


def begin(scenario: Scenario, difficulty: str, seed: int) -> Reaction:
    """The customer's opening line. `difficulty` is one of `temper.DIFFICULTIES`; KeyError otherwise."""
    return play(scenario, difficulty, seed, ())[0][-1]


def react(scenario: Scenario, difficulty: str, seed: int, replies: Replies) -> Reaction:
    """The reaction to the last of `replies`, all of them folded from the start; without replies, the opening.

    Once the customer has gone, later replies change nothing: the reaction that ended the drill is given again.
    """
    return play(scenario, difficulty, seed, replies)[0][-1]


def hint(scenario: Scenario, difficulty: str, seed: int, replies: Replies) -> str:
    """The scenario's advice for where the contact stands, without the words to say."""
    return scenario.hints[HINTS.index(_stands(play(scenario, difficulty, seed, replies)[1], scenario))]


def verdict(scenario: Scenario, difficulty: str, seed: int, replies: Replies) -> Verdict:
    """What the customer would answer to a survey if the drill stopped here."""
    return rate(play(scenario, difficulty, seed, replies)[1], scenario)


def play(scenario: Scenario, difficulty: str, seed: int, replies: Replies) -> tuple[tuple[Reaction, ...], Memory]:
    """Every reaction from the opening to the end of the drill, and what the customer remembers of it."""
    opening, memory = meet(scenario, difficulty, seed)
    reactions = [opening]
    for text, assessment in replies:
        if memory.ending:
            break
        reactions.append(turn(text, assessment, memory, scenario))
    return tuple(reactions), memory


def meet(scenario: Scenario, difficulty: str, seed: int) -> tuple[Reaction, Memory]:
    """The opening, and the memory that `turn` then takes on, reply after reply."""
    memory = _born(scenario, difficulty, seed)
    opening = _reaction("open", say("open", memory, scenario), (), memory, scenario)
    memory.line, memory.phase = opening.line, "middle"
    return opening, memory


def _born(scenario: Scenario, difficulty: str, seed: int) -> Memory:
    level, feelings = scenario.temper.difficulties[difficulty], scenario.persona.start
    memory = Memory(seed, difficulty, feelings.moved("patience", level.patience), [], scenario.need)
    if scenario.moment:
        memory.told.update(scenario.moment.told)
    if scenario.shift and memory.told[scenario.shift.fact]:
        memory.need = scenario.shift.need
    names = list(scenario.doubts)
    while names and len(memory.doubts) < level.doubts:
        memory.doubts.append(names.pop(memory.draw(f"doubt {len(names)}", len(names))))
    return memory


def turn(text: str, assessment: Assessment, memory: Memory, scenario: Scenario) -> Reaction:
    """The reaction to one more reply. Updates `memory`, which must not have ended."""
    memory.position += 1
    met = memory.need
    reading = read(text, assessment, memory, scenario)
    relieved = _listen(reading, memory, scenario)
    happened = list(effects(reading, memory, scenario))
    memory.rushed = any(name == "too_soon" for name, _ in happened)
    changes = feel(happened, memory, scenario)
    agreed = memory.agreed
    _note(reading, memory, scenario)
    memory.move, memory.line = move(reading, relieved, memory, scenario)
    memory.moves[memory.move] += 1
    changes += feel(_outcome(memory, agreed), memory, scenario)
    _withdraw(reading, memory)
    changes += feel(_shift(memory, scenario), memory, scenario)
    return _reaction(memory.move, memory.line, changes, memory, scenario, met)


def _outcome(memory: Memory, agreed: str | None) -> list[tuple[str, str]]:
    """What the customer's own decision does to it: relief once it accepts, bitterness once it leaves."""
    if memory.agreed and not agreed:
        return [("solved", memory.agreed)]
    if memory.ending == "hung_up":
        return [("cut_off", "")]
    if memory.ending != "gave_up":
        return []
    if any(name != "date" for name in memory.feelings.promises):
        return [("given_up", "")]
    memory.feelings = replace(memory.feelings, heard=False)  # listened to for nothing
    return [("left_empty", "")]


def _shift(memory: Memory, scenario: Scenario) -> list[tuple[str, str]]:
    """What was just told may change what this person needs: from then on it wants to be heard, or to be quick."""
    shift = scenario.shift
    if shift is None or memory.need == shift.need or memory.agreed or memory.ending or not memory.told[shift.fact]:
        return []
    memory.need, memory.heard = shift.need, 0
    memory.feelings = replace(memory.feelings, heard=shift.need == "efficient" and memory.feelings.heard)
    return [("shifted", shift.fact)]


def _listen(reading: Reading, memory: Memory, scenario: Scenario) -> bool:
    """Add up the listening; whether this reply is the one that made the customer feel heard.

    A hurried customer feels heard as soon as the agent gets to the point: asking or proposing what is needed is enough.
    """
    numbers = scenario.temper.numbers
    if not reading.hostile:
        vague = numbers["fade"] ** memory.effects["understood_vaguely"]  # the same formula again is worth less
        gained = sum(numbers[f"heard_{name}"] * _worth(reading.level(name), vague) for name in EMPATHY)
        gained += numbers["heard_reformulation"] * ("reformulate" in reading.acts and not reading.parroted)
        gained += numbers["heard_own"] * ("own" in reading.acts)
        memory.heard += min(gained, numbers["heard_most"])
    needed = scenario.temper.difficulties[memory.difficulty].heard
    enough = memory.heard >= needed
    if memory.need == "efficient":
        asked, proposed = scenario.wanted & set(reading.topics.asked), reading.topics.proposed
        useful = asked or any(scenario.solutions[name].serves for name in proposed)
        enough = bool(useful) and not reading.hostile
    if memory.feelings.heard or not enough:
        return False
    memory.feelings = replace(memory.feelings, heard=True)
    return True


def _worth(level: int, vague: float) -> float:
    """What a level of empathy is worth to somebody who wants to be heard; a generic one only as much as it is new."""
    return float(level) if level == 2 else vague * level


def _note(reading: Reading, memory: Memory, scenario: Scenario) -> None:
    """Remember what this reply changed besides feelings: promises, answers, apologies, sympathy in a row."""
    feelings = memory.feelings
    dated = ("date",) if "commit_dated" in reading.acts else ()
    promises = tuple(dict.fromkeys((*feelings.promises, *reading.topics.proposed, *dated)))
    memory.feelings = replace(feelings, promises=promises, answered=_answered(reading, memory, scenario))
    if memory.doubt in memory.feelings.answered:
        memory.doubt = None  # until then, the question stands
    if feelings.heard or memory.need == "efficient":
        memory.welcomed |= set(reading.topics.proposed)
    memory.apologies += "apologise" in reading.acts
    memory.soothing = 0 if reading.forward else memory.soothing + bool(reading.empathy)


def _answered(reading: Reading, memory: Memory, scenario: Scenario) -> tuple[str, ...]:
    """The doubts settled so far. With a solution on the table, one may be settled before it is spoken."""
    tabled = memory.pending or reading.topics.proposed
    settled = [
        name for name in scenario.doubts if (tabled or name == memory.doubt) and settles(reading, name, scenario)
    ]
    return tuple(dict.fromkeys((*memory.feelings.answered, *settled)))


def _withdraw(reading: Reading, memory: Memory) -> None:
    """A promise taken back is no longer one."""
    kept = tuple(name for name in memory.feelings.promises if name not in reading.topics.declined)
    memory.feelings = replace(memory.feelings, promises=kept)
    if memory.pending in reading.topics.declined:
        memory.pending = memory.doubt = None  # and with the offer goes what was asked about it


def _reaction(
    move: str,
    line: str,
    changes: tuple[Change, ...],
    memory: Memory,
    scenario: Scenario,
    met: Need | None = None,
) -> Reaction:
    shown = band(memory.feelings)
    return Reaction(
        move=move,
        line=line,
        feelings=memory.feelings,
        band=shown,
        band_label=scenario.bands[shown],
        phase=memory.phase,
        need=memory.need,
        changes=changes,
        over=memory.ending is not None,
        ending=memory.ending,
        met=met,
    )


def _stands(memory: Memory, scenario: Scenario) -> str:
    if memory.agreed:
        return "closing"
    if memory.position == 0 and not memory.feelings.heard:
        return "opening"
    if memory.doubt or (memory.pending and memory.move == "refuse" and memory.feelings.heard):
        return "doubtful"
    return "unsolved" if memory.feelings.heard or memory.need == "efficient" else "unheard"
