"""The coach note: what worked in a reply, the idea that would help most, and a small edit of the agent's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from actions.coaching import edit
from actions.coaching.customer import Reaction
from actions.coaching.drill import Entry
from actions.coaching.feelings import BURDENS
from actions.coaching.phrases import label, say, short
from nlu.contract import EMPATHY, HOSTILITY, TONE, UNSURE, Assessment, Marker, Need, Wording

WORDY = 40
"""Words beyond which a hurried person is kept waiting: our labelled replies of kind `wordy_for_hurried` begin at 45."""
UPSET = 30
"""Anger or anxiety from which a feeling asks to be acknowledged: where the band `tense` begins."""
WHOLES = ("empathy", "tone")
KEPT = 3
"""A cut that leaves fewer words than this leaves no reply."""
APOLOGIES = 2
"""Apologies that still help in one reply; from the third on they weigh (Lewicki et al. 2016)."""

APOLOGY = ("apology", "sincere_apology")
GUSH = ("acknowledgement", "understanding", "care", "recognition", "pity", "stuffing", "over_apology", "parroting")
WORK = (
    "dated_commitment", "commitment", "options", "ownership", "repair", "transparency", "explanation", "open_question",
    "precise_question", "closed_question", "check_understanding", "refusal_with_way_out", "limit",
)  # fmt: skip
SHOWN_BY = {"impossible_promise": "absolute_promise", "blame": "accusation"}
"""Faults that a marker of another name may show too."""


@dataclass(frozen=True)
class Case:
    """All that is known about the reply in hand. `said` is the customer's line it answers, "" when unknown."""

    phrases: Mapping[str, Any]
    text: str
    assessment: Assessment
    reaction: Reaction
    previous: Sequence[Entry]
    said: str

    @property
    def before(self) -> Reaction:
        """The reaction the agent had in front of them; for the first reply, the one it caused stands in for it."""
        last = self.previous[-1].reaction if self.previous else None
        return last or self.reaction

    @property
    def need(self) -> Need:
        """What the customer needed when the reply was written."""
        return self.before.need

    def sure(self, *dimensions: str) -> bool:
        """Whether all these dimensions were judged with enough confidence."""
        return all(self.assessment.confidence.get(name, 1.0) >= UNSURE for name in dimensions)

    def spans(self, strategies: Collection[str], polarity: int = -1) -> list[edit.Span]:
        """Where these strategies stand in the text, in order."""
        found = (m for m in self.assessment.markers if m.strategy in strategies and m.polarity == polarity)
        return sorted((m.start, m.end) for m in found)


@dataclass(frozen=True)
class Advice:
    """One idea: `key` names its sentence in the catalogue, `better` is the reply with one small edit."""

    key: str
    quote: str = ""
    better: str | None = None
    said: str = ""


def write(
    phrases: Mapping[str, Any],
    text: str,
    assessment: Assessment,
    reaction: Reaction,
    previous: Sequence[Entry],
    said: str = "",
) -> dict[str, Any]:
    """The `coach_note` payload, without drill, position and message_id, which the caller adds.

    `previous` are the live replies before this one; `said` is the customer's line it answers (the last reaction's line
    when left out). `better` is None when nothing needs it, `unsure_said` (what `unsure` lists, as a sentence) when
    everything could be judged. `levels` are those of the whole, None where perception gave none.
    """
    last = previous[-1].reaction if previous else None
    case = Case(phrases, text, assessment, reaction, previous, said or (last.line if last else ""))
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
        "wording": [asdict(word) for word in assessment.wording],
        "red_flags": [{"kind": kind, "label": label(phrases, "red_flags", kind)} for kind in assessment.red_flags],
        "praise": _praise(case, advice),
        "why": _why(case, advice),
        "better": advice.better if advice and advice.better != text else None,
        "changes": [
            {**asdict(change), "label": label(phrases, "feelings", change.feeling)} for change in reaction.changes
        ],
    }


# Praise: what was good, named with the agent's own words.


def _praise(case: Case, advice: Advice | None) -> str:
    """Something not praised last time comes first; a reply that hurts, or with nothing to praise, gets a kind word."""
    said = case.phrases["praise"]
    if case.assessment.red_flags or "sarcasm" in case.assessment.hostility:
        return say(said["none"], len(case.previous))
    skipped = GUSH if advice and advice.key == "long" else ()
    good = [m for m in case.assessment.markers if m.strategy not in skipped and _stands(case, m)]
    last = case.previous[-1].assessment if case.previous else None
    stale = {m.strategy for m in last.markers} if last else set()
    ranked = [name for name in said["strategies"] if any(m.strategy == name for m in good)]
    for name in sorted(ranked, key=lambda name: name in stale):
        marker = next(m for m in good if m.strategy == name)
        words = short(case.text[marker.start : marker.end])
        return say(said["strategies"][name], len(case.previous), quote=words)
    levels = {**case.assessment.empathy, **case.assessment.tone}
    fine = (name for name in said["levels"] if levels.get(name) == 2 and case.sure(name))
    dimension = next(fine, None) if not case.assessment.hostility else None
    return say(said["levels"][dimension] if dimension else said["none"], len(case.previous))


def _stands(case: Case, marker: Marker) -> bool:
    """Whether a marker that helps is not inside words that cost."""
    faults = [m for m in case.assessment.markers if m.polarity < 0]
    return marker.polarity > 0 and not any(m.start < marker.end and marker.start < m.end for m in faults)


# Why: the single most useful idea.


def _why(case: Case, advice: Advice | None) -> str:
    """The advice in the coach's words; without advice, what moved the customer most."""
    if advice and advice.said:
        return advice.said
    said = case.phrases["why"]
    if advice:
        wordings = said[advice.key]
        return say(wordings["quoted"] if advice.quote else wordings["plain"], len(case.previous), quote=advice.quote)
    changes = sorted(case.reaction.changes, key=lambda change: -abs(change.delta))
    return changes[0].why if changes else say(said["steady"], len(case.previous))


def _unsure(phrases: Mapping[str, Any], dimensions: Sequence[str]) -> str | None:
    names = [label(phrases, "dimensions", name).lower() for name in dimensions]
    return say(phrases["unsure"], dimensions=", ".join(names)) if names else None


# The looks, gravest first: each gives an advice when it has one.


def _red_flag(case: Case) -> Advice | None:
    for flag in case.assessment.red_flags:
        spans = case.spans((flag, SHOWN_BY.get(flag, flag)))
        return Advice(flag, _words(case, spans), _mended(case, spans))
    return None


def _fault(case: Case) -> Advice | None:
    """Hostile words first, then empathy denied: nothing else is heard behind them."""
    for fault in ("insult", *HOSTILITY, "negated_empathy"):
        spans = case.spans((fault, SHOWN_BY.get(fault, fault)))
        # Of a kind of hostility the whole assessment decides, not one marker.
        if fault in case.assessment.hostility or (spans and fault not in HOSTILITY):
            return Advice(fault, _words(case, spans), _mended(case, spans, clause=fault == "command"))
    return None


def _long(case: Case) -> Advice | None:
    """A hurried person is served by few words: the sentences that only sympathise can go."""
    gush = case.spans((*GUSH, *APOLOGY), 1) + case.spans(GUSH)
    if case.need != "efficient" or (len(case.text.split()) <= WORDY and len(gush) <= APOLOGIES):
        return None
    work = {edit.sentence(case.text, span) for span in case.spans(WORK, 1)}
    soft = {edit.sentence(case.text, span) for span in gush} - work
    return Advice("long", better=_left(edit.without(case.text, soft)) if soft else None)


def _too_much(case: Case) -> Advice | None:
    """Sympathy laid on thick, one apology too many, or the customer's words sent back."""
    if over := case.spans(("over_apology",)) or case.spans(APOLOGY, 1)[APOLOGIES:]:
        return Advice("over_apology", _words(case, over), _left(_cut_all(case.text, over)))
    for fault in ("stuffing", "pity", "parroting"):
        if found := case.spans((fault,)):
            return Advice(fault, _words(case, found), _left(_cut_all(case.text, found[-1:])))
    return None


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
    generic = case.spans(("acknowledgement", "understanding", "apology"), 1) if level else []
    return Advice("generic" if level else "cold", _words(case, generic), _acknowledged(case, case.text))


def _wording(case: Case) -> Advice | None:
    words = _fitting(case)
    if not words:
        return None
    quote, better = short(words[0].text), short(words[0].better)
    wordings = case.phrases["why"]["wording" if better else "needless"]
    said = words[0].note or say(wordings, len(case.previous), quote=quote, better=better)
    return Advice("wording", quote, edit.replace(case.text, words), said)


def _heavy(case: Case) -> Advice | None:
    """Faults without an edit of their own: the sentence says what costs, the agent finds the words."""
    for word in case.assessment.wording:
        if word.note:
            return Advice("avoid", short(word.text), said=word.note)
    for fault in ("absolute_promise", "bare_refusal", "pressure", "script", "jargon", "avoid"):
        if spans := case.spans((fault,)):
            return Advice(fault, _words(case, spans))
    muddled = case.sure("clarity") and case.assessment.tone["clarity"] == 0
    return Advice("jargon") if muddled else None


def _vague(case: Case) -> Advice | None:
    """A promise without a date is a promise the customer has to chase."""
    if "commit" not in case.assessment.acts or "commit_dated" in case.assessment.acts:
        return None
    for vague in case.phrases["better"]["vague"]:
        if found := re.search(vague["match"], case.text, re.IGNORECASE):
            said = edit.capital(vague["say"]) if found.group()[0].isupper() else vague["say"]
            better = case.text[: found.start()] + said + case.text[found.end() :]
            return Advice("vague", short(found.group()), better)
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


# Edits.


def _words(case: Case, spans: Sequence[edit.Span]) -> str:
    return short(case.text[spans[0][0] : spans[0][1]]) if spans else ""


def _left(text: str) -> str | None:
    """What remains after a cut, when it is still a reply."""
    return text if len(text.split()) >= KEPT else None


def _cut_all(text: str, spans: Sequence[edit.Span]) -> str:
    for span in sorted(spans, reverse=True):
        text = edit.cut(text, span)
    return text


def _mended(case: Case, spans: Sequence[edit.Span], clause: bool = False) -> str | None:
    """The reply without its hurtful words: said better where we know how, else cut; then the person is acknowledged."""
    if not spans:
        return None
    known = [word for word in _fitting(case) if any(_meets(word, span) for span in spans)]
    if known:
        return edit.replace(case.text, known)
    whole = {edit.sentence(case.text, span) for span in spans}
    rest = _left(_cut_all(case.text, spans) if clause else edit.without(case.text, whole))
    return _acknowledged(case, rest) if rest and case.need == "warm" and not case.before.feelings.heard else rest


def _meets(word: Wording, span: edit.Span) -> bool:
    return word.start < span[1] and span[0] < word.end


def _fitting(case: Case) -> list[Wording]:
    """The words that something can stand in for, without covering words that help; of two that overlap, the first.

    A better wording is sometimes advice rather than words: the catalogue says how to tell, and what means "leave out".
    """
    said = case.phrases["better"]["wording"]
    helping = [marker for marker in case.assessment.markers if _stands(case, marker)]
    kept: list[Wording] = []
    for word in sorted(case.assessment.wording, key=lambda word: (word.start, -word.end)):
        covers_help = any(_meets(word, (marker.start, marker.end)) for marker in helping)
        if covers_help or not word.better or (kept and word.start < kept[-1].end):
            continue
        if re.match(said["left_out"], word.better):
            kept.append(replace(word, better=""))
        elif not re.match(said["advice"], word.better):
            kept.append(word)
    return kept


def _acknowledged(case: Case, text: str) -> str:
    """`text` with, in front, a sentence that names what this customer lives."""
    greetings = [m for m in case.assessment.markers if m.strategy == "greeting" and m.start <= 2]
    kept = greetings and text[: greetings[0].end] == case.text[: greetings[0].end]
    return edit.front(text, _lived(case), greetings[0].end if kept else 0)


def _lived(case: Case) -> str:
    """What the customer says it goes through, in other words; failing that, its strongest burden."""
    said = case.phrases["better"]["acknowledge"]
    for life in said["lives"]:
        if found := re.search(life["match"], case.said, re.IGNORECASE):
            return edit.capital(str(life["say"]).format(**found.groupdict(default="")))
    feelings = case.before.feelings
    strongest = max(BURDENS, key=lambda name: int(getattr(feelings, name)))
    return say(said["feelings"][strongest])
