"""The coach note: what worked in a reply, the idea that would help most, and a small edit of the agent's own words.

The edits are perception's suggestions (`nlu/suggestions.py`), each scored again before it came here; the note chooses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from actions.coaching.customer import Reaction
from actions.coaching.drill import Entry
from actions.coaching.feelings import Change
from actions.coaching.phrases import label, quote, say, short
from nlu.contract import EMPATHY, HOSTILITY, TONE, UNSURE, Assessment, Marker, Need, Suggestion

WORDY = 40
"""Words beyond which a hurried person is kept waiting: our labelled replies of kind `wordy_for_hurried` begin at 45."""
UPSET = 30
"""Anger or anxiety from which a feeling asks to be acknowledged: where the band `tense` begins."""
WHOLES = ("empathy", "tone")
APOLOGIES = 2
"""Apologies that still help in one reply; from the third on they weigh (Lewicki et al. 2016)."""

APOLOGY = ("apology", "sincere_apology")
GUSH = ("acknowledgement", "understanding", "care", "recognition", "pity", "stuffing", "over_apology", "parroting")
"""Strategies that a long reply to a hurried person is not praised for."""
DEEDS = (
    "dated_commitment", "commitment", "options", "ownership", "repair", "transparency", "explanation",
    "check_understanding", "refusal_with_way_out", "limit",
)  # fmt: skip
"""What was done well even beside hurtful words."""
LISTENING = ("acknowledgement", "reformulation")
"""Strategies to name only where the whole reply shows some understanding: their words alone can mislead."""
SHOWN_BY = {"impossible_promise": "absolute_promise", "blame": "accusation"}
"""Faults that a marker of another name may show too."""


@dataclass(frozen=True)
class Case:
    """All that is known about the reply in hand."""

    phrases: Mapping[str, Any]
    text: str
    assessment: Assessment
    reaction: Reaction
    previous: Sequence[Entry]

    @property
    def before(self) -> Reaction:
        """The reaction the agent had in front of them; for the first reply, the one it caused stands in for it."""
        last = self.previous[-1].reaction if self.previous else None
        return last or self.reaction

    @property
    def need(self) -> Need:
        """What the customer needed when the reply was written."""
        return self.reaction.met or self.before.need

    def sure(self, *dimensions: str) -> bool:
        """Whether all these dimensions were judged with enough confidence."""
        return all(self.assessment.confidence.get(name, 1.0) >= UNSURE for name in dimensions)

    def markers(self, strategies: Collection[str]) -> list[Marker]:
        """The markers of these strategies."""
        return [marker for marker in self.assessment.markers if marker.strategy in strategies]

    def suggestion(self, kind: str) -> Suggestion | None:
        """The edit of this kind, when there is one."""
        return next((edit for edit in self.assessment.suggestions if edit.kind == kind), None)


@dataclass(frozen=True)
class Advice:
    """One idea: `key` names its sentence in the catalogue, `edit` the kind of suggestion that shows it."""

    key: str
    quote: str = ""
    edit: str = ""
    said: str = ""


def write(
    phrases: Mapping[str, Any],
    text: str,
    assessment: Assessment,
    reaction: Reaction,
    previous: Sequence[Entry],
) -> dict[str, Any]:
    """The `coach_note` payload, without drill, position and message_id, which the caller adds.

    `previous` are the live replies before this one. `better` is None when nothing needs it, `unsure_said` (what
    `unsure` lists, as a sentence) when everything could be judged. `levels` are those of the whole, None where
    perception gave none. `judged` are the sentences behind the levels that no marker speaks for.
    """
    case = Case(phrases, text, assessment, reaction, previous)
    wholes = (assessment.empathy, assessment.tone)
    advice = next((found for look in _LOOKS if (found := look(case))), None)
    unsure = [name for name in (*EMPATHY, *TONE, *WHOLES) if not case.sure(name)]
    return {
        "type": "coach_note",
        "text": text,
        "score": assessment.score,
        "empathy": {name: assessment.empathy[name] for name in EMPATHY},
        "tone": {name: assessment.tone[name] for name in TONE},
        "levels": {name: whole.get("level") for name, whole in zip(WHOLES, wholes, strict=True)},
        "confidence": dict(assessment.confidence),
        "unsure": unsure,
        "unsure_said": _unsure(phrases, unsure),
        "markers": [{**asdict(m), "label": label(phrases, "strategies", m.strategy)} for m in assessment.markers],
        "judged": [{**asdict(one), "label": _named(phrases, one.dimension)} for one in assessment.judged],
        "wording": [asdict(word) for word in assessment.wording],
        "red_flags": [{"kind": kind, "label": label(phrases, "red_flags", kind)} for kind in assessment.red_flags],
        "praise": _praise(case, advice),
        "why": _why(case, advice),
        "better": _offered(case, advice),
        "changes": [
            {**asdict(change), "label": label(phrases, "feelings", change.feeling)} for change in reaction.changes
        ],
    }


def _offered(case: Case, advice: Advice | None) -> str | None:
    """The reply after the edit that shows the advice."""
    edit = case.suggestion(advice.edit) if advice else None
    return edit.text if edit else None


# Praise: what was good, named with the agent's own words.


def _praise(case: Case, advice: Advice | None) -> str:
    """Something not praised last time comes first; a reply that hurts, or with nothing to praise, gets a kind word."""
    said = case.phrases["praise"]
    if case.assessment.red_flags or "sarcasm" in case.assessment.hostility:
        return say(said["none"], len(case.previous))
    skipped = GUSH if advice and advice.key == "long" else ()
    if case.before.phase != "closing":
        skipped = (*skipped, "closing")  # a goodbye said too early is nothing to praise
    good = [m for m in case.assessment.markers if m.strategy not in skipped and telling(case.assessment, m)]
    if advice and advice.quote:
        # What is about to be questioned is not praised first.
        good = [
            m for m in good if advice.quote not in (short(case.text[m.start : m.end]), quote(case.text, m.start, m.end))
        ]
    last = case.previous[-1].assessment if case.previous else None
    stale = {m.strategy for m in last.markers} if last else set()
    ranked = [name for name in said["strategies"] if any(m.strategy == name for m in good)]
    for name in sorted(ranked, key=lambda name: name in stale):
        marker = next(m for m in good if m.strategy == name)
        words = quote(case.text, marker.start, marker.end)
        return say(said["strategies"][name], len(case.previous), quote=words)
    levels = {**case.assessment.empathy, **case.assessment.tone}
    fine = (name for name in said["levels"] if levels.get(name) == 2 and case.sure(name))
    dimension = next(fine, None) if not case.assessment.hostility else None
    return say(said["levels"][dimension] if dimension else said["none"], len(case.previous))


def telling(assessment: Assessment, marker: Marker) -> bool:
    """Whether a marker can be named as something done well: outside words that cost; beside hurtful ones only a deed;
    listening only where the reply as a whole shows some; a detail of the case only in more than a greeting."""
    if not assessment.stands(marker):
        return False
    if assessment.hostility or assessment.red_flags:
        return marker.strategy in DEEDS
    if marker.strategy == "personalisation":
        hello = [m for m in assessment.markers if m.strategy in ("greeting", "closing")]
        return not any(m.start <= marker.start and marker.end <= m.end for m in hello)
    heard = any(assessment.empathy.get(name, 0) and assessment.confidence.get(name, 1.0) >= UNSURE for name in EMPATHY)
    return heard or marker.strategy not in LISTENING


# Why: the single most useful idea.


def _why(case: Case, advice: Advice | None) -> str:
    """The advice in the coach's words; without advice, what moved the customer most."""
    if advice and advice.said:
        return advice.said
    said = case.phrases["why"]
    if advice:
        wordings = said[advice.key]
        return say(wordings["quoted"] if advice.quote else wordings["plain"], len(case.previous), quote=advice.quote)
    told = {entry.note["why"] for entry in case.previous if entry.note}
    moved = [why for why in heaviest(case.reaction.changes) if why not in told]
    return moved[0] if moved else say(said["steady"], len(case.previous))


def heaviest(changes: Iterable[Change]) -> list[str]:
    """Why the customer moved, what moved it most first. Patience alone is time passing: no reason to name."""
    weight: Counter[str] = Counter()
    for change in changes:
        weight[change.why] += abs(change.delta) * (change.feeling != "patience")
    return [why for why, moved in weight.most_common() if moved]


def _unsure(phrases: Mapping[str, Any], dimensions: Sequence[str]) -> str | None:
    names = [label(phrases, "dimensions", name).lower() for name in dimensions]
    return say(phrases["unsure"], dimensions=", ".join(names)) if names else None


# The looks, gravest first: each gives an advice when it has one.


def _red_flag(case: Case) -> Advice | None:
    for flag in case.assessment.red_flags:
        spans = case.assessment.spans((flag, SHOWN_BY.get(flag, flag)))
        return Advice(flag, _words(case, spans), "mend")
    return None


def _fault(case: Case) -> Advice | None:
    """Hostile words first, then empathy denied: nothing else is heard behind them."""
    several = len(case.assessment.spans([SHOWN_BY.get(kind, kind) for kind in HOSTILITY])) > 1
    for fault in ("insult", *HOSTILITY, "negated_empathy"):
        spans = case.assessment.spans((fault, SHOWN_BY.get(fault, fault)))
        # Of a kind of hostility the whole assessment decides, not one marker; a tone that falls, or a second marker,
        # confirms it.
        harsh = min(case.assessment.tone["warmth"], case.assessment.tone["courtesy"]) == 0
        if fault in case.assessment.hostility or (spans and (harsh or several or fault not in HOSTILITY)):
            return Advice(fault, _words(case, spans), "mend")
    return None


def _long(case: Case) -> Advice | None:
    """A hurried person is served by few words: the sentences that only sympathise can go."""
    if case.need != "efficient" or (len(case.text.split()) <= WORDY and not case.suggestion("shorten")):
        return None
    return Advice("long", edit="shorten")


def _too_much(case: Case) -> Advice | None:
    """Sympathy laid on thick, one apology too many, or the customer's words sent back."""
    if over := case.assessment.spans(("over_apology",)) or case.assessment.spans(APOLOGY, 1)[APOLOGIES:]:
        return Advice("over_apology", _words(case, over), "cut")
    fault = next((name for name in ("stuffing", "pity", "parroting") if case.assessment.spans((name,))), None)
    return Advice(fault, _words(case, case.assessment.spans((fault,))), "cut") if fault else None


def _cold(case: Case) -> Advice | None:
    """An upset person who has not felt heard yet needs it named before anything else."""
    feelings = case.before.feelings
    upset = max(feelings.anger, feelings.anxiety) >= UPSET and not case.reaction.feelings.heard
    if case.need != "warm" or not upset or case.before.phase == "closing":
        return None
    if not case.sure("reaction", "interpretation"):
        return None
    level = max(case.assessment.empathy.get(name, 0) for name in ("reaction", "interpretation"))
    # A question that goes straight to this case shows that it was heard; so does a limit put with respect.
    if max(level, case.assessment.empathy.get("exploration", 0)) == 2 or "set_limit" in case.assessment.acts:
        return None
    if level and any(telling(case.assessment, marker) for marker in case.markers(LISTENING)):
        return None
    generic = case.assessment.spans(("understanding", *APOLOGY), 1) if level else []
    hopeless = any(case.sure(name) and case.assessment.tone[name] == 0 for name in ("clarity", "courtesy"))
    # A goodbye said too early is not mended by a kind word in front of it, nor is a rude or muddled reply.
    leaving = "close" in case.assessment.acts and not {*case.assessment.acts} - {"close", "greet", "thank"}
    said = short(case.text[slice(*generic[0])]) if generic else ""
    return Advice("generic" if level else "cold", said, "" if hopeless or leaving else "acknowledge")


def _wording(case: Case) -> Advice | None:
    edit = case.suggestion("replace")
    word = next((word for word in case.assessment.wording if edit and word.text == edit.quote), None)
    if not word:
        return None
    needless = word.better.startswith("(")
    wordings = case.phrases["why"]["needless" if needless else "wording"]
    said = say(wordings, len(case.previous), quote=short(word.text), better=short(word.better))
    return Advice("wording", short(word.text), "replace", word.note if word.note and not needless else said)


def _heavy(case: Case) -> Advice | None:
    """Faults without an edit of their own: the sentence says what costs, the agent finds the words."""
    for word in case.assessment.wording:
        if word.note:
            return Advice("avoid", short(word.text), said=word.note)
    for fault in ("absolute_promise", "bare_refusal", "pressure", "script", "jargon", "avoid"):
        if spans := case.assessment.spans((fault,)):
            return Advice(fault, _words(case, spans))
    # Without a word to point at, "say it plainly" would only puzzle beside something done well.
    muddled = case.sure("clarity") and case.assessment.tone["clarity"] == 0
    return (
        Advice("jargon") if muddled and not any(telling(case.assessment, m) for m in case.assessment.markers) else None
    )


def _vague(case: Case) -> Advice | None:
    """A promise without a date is a promise the customer has to chase."""
    if "commit" not in case.assessment.acts or "commit_dated" in case.assessment.acts:
        return None
    if dated := case.suggestion("date"):
        return Advice("vague", short(dated.quote), "date")
    return None if case.assessment.wording else Advice("vague")


def _silent(case: Case) -> Advice | None:
    """At the opening, a person who needs to be heard is asked something."""
    asked = {"ask_open", "ask_closed", "check_understanding"} & {*case.assessment.acts}
    opening = not case.previous and case.need == "warm" and not case.reaction.over
    if not opening or asked or not case.sure("exploration") or case.assessment.empathy.get("exploration", 0):
        return None
    return Advice("silent")


_LOOKS: tuple[Callable[[Case], Advice | None], ...] = (
    _red_flag, _fault, _long, _too_much, _cold, _wording, _vague, _heavy, _silent,
)  # fmt: skip


def _named(phrases: Mapping[str, Any], dimension: str) -> str:
    """The name of a dimension, or of a kind of hostility."""
    return label(phrases, "strategies" if dimension in HOSTILITY else "dimensions", dimension)


def _words(case: Case, spans: Sequence[tuple[int, int]]) -> str:
    return short(case.text[spans[0][0] : spans[0][1]]) if spans else ""
