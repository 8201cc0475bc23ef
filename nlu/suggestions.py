"""Suggestions: small edits of the agent's own reply, each proposed here and scored again before it is shown.

A small edit of one's own words is better taken than a reply written by somebody else (PARTNER, Sharma et al. 2021).
`propose` is pure: words come from `data/suggestions/<lang>.yml`, spans from the assessment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nlu import edit
from nlu.contract import Assessment, Context, Marker, Suggestion, Wording
from nlu.strategies import apology
from nlu.strategies.wordy import PATIENCE

KEPT = 5
"""A cut that leaves fewer words than this leaves no reply."""

APOLOGY = ("apology", "sincere_apology")
GUSH = ("acknowledgement", "understanding", "care", "recognition", "pity", "stuffing", "over_apology", "parroting")
WORK = (
    "dated_commitment", "commitment", "options", "ownership", "repair", "transparency", "explanation", "open_question",
    "precise_question", "closed_question", "check_understanding", "refusal_with_way_out", "limit",
)  # fmt: skip
DEEDS = tuple(name for name in WORK if not name.endswith("question"))
"""What makes the rest of a reply worth keeping once its hurtful words are gone; a question may be one of them."""
EXCESS = ("stuffing", "over_apology", "parroting", "wordy")
"""Faults of quantity: less of it is enough of an edit, where any other fault has to be gone."""
HOPELESS = frozenset({"insult", "discrimination", "disclosure", "unsafe"})
"""Faults that no small edit mends."""


@dataclass(frozen=True)
class Draft:
    """A reply, what was perceived of it in its context, and the words suggestions are made of."""

    text: str
    assessment: Assessment
    context: Context
    words: Mapping[str, Any]


def propose(text: str, assessment: Assessment, context: Context, words: Mapping[str, Any]) -> tuple[Suggestion, ...]:
    """The edits that read well and leave no fault they could have taken away, gravest first, not scored yet.

    `words` is the catalogue of the reply's language. At most one of each kind.
    """
    draft = Draft(text, assessment, context, words)
    found = (Suggestion(kind, better, 0, said) for kind, look in LOOKS.items() for better, said in look(draft))
    return tuple(suggestion for suggestion in found if _reads_well(draft, suggestion.text))


def _reads_well(draft: Draft, better: str) -> bool:
    broken = draft.words["broken"]
    if better == draft.text or edit.flaws(better, broken) - edit.flaws(draft.text, broken):
        return False
    costs = [(m.start, m.end) for m in draft.assessment.markers if m.polarity < 0 and m.strategy not in EXCESS]
    costs += [(word.start, word.end) for word in draft.assessment.wording if word.better]
    said = {draft.text[start:end].casefold() for start, end in costs}
    return not any(better.casefold().count(words) >= draft.text.casefold().count(words) for words in said)


Edits = Iterator[tuple[str, str]]
"""At most one `(text after the edit, words it is about)`."""


def _mend(draft: Draft) -> Edits:
    """Without any of its hurtful words: said better where we know how, else cut; then the person is acknowledged.

    An order goes with its clause, the rest with its sentence.
    """
    markers = draft.assessment.markers
    hurtful = [m for m in markers if m.polarity < 0 and m.strategy not in (*EXCESS, "avoid", "jargon")]
    if not hurtful or HOPELESS & {*draft.assessment.red_flags, *(m.strategy for m in hurtful)}:
        return
    known = fitting(draft)
    open_ = [m for m in hurtful if not any(_meets(word, m) for word in known)]
    apart = [word for word in known if not any(_meets(word, m) for m in open_)]
    text, spans = edit.reword(draft.text, apart, [(m.start, m.end) for m in open_])
    if all(m.strategy == "command" for m in open_):
        text = edit.cut_all(text, spans)
    else:
        text = edit.without(text, {edit.sentence(text, span) for span in spans})
    # What is left of « Calmez-vous, Monsieur. » is no sentence.
    lonely = re.compile(draft.words["alone"], re.IGNORECASE)
    rest = edit.without(text, [(s, e) for s, e in edit.sentences(text) if lonely.fullmatch(text, s, e)])
    done = [draft.text[start:end].casefold() for start, end in draft.assessment.spans(DEEDS, 1)]
    if _whole(rest) and any(words in rest.casefold() for words in done):
        lived = _lived(draft) if draft.context.need == "warm" else ""
        yield _fronted(draft, rest, lived) if lived else rest, _quote(draft, hurtful)


def _shorten(draft: Draft) -> Edits:
    """A hurried person is served by few words: the sentences that only sympathise can go."""
    gush = {
        edit.sentence(draft.text, span)
        for span in draft.assessment.spans((*GUSH, *APOLOGY), 1) + draft.assessment.spans(GUSH)
    }
    if draft.context.need != "efficient" or (len(draft.text.split()) <= PATIENCE and len(gush) <= apology.ENOUGH):
        return
    soft = gush - {edit.sentence(draft.text, span) for span in draft.assessment.spans(WORK, 1)}
    brief = edit.without(draft.text, soft)
    if soft and _whole(brief) and len(brief.split()) <= PATIENCE:
        yield brief, ""


def _cut(draft: Draft) -> Edits:
    """Sympathy laid on thick, one apology too many, or the customer's words sent back."""
    if over := draft.assessment.spans(("over_apology",)) or draft.assessment.spans(APOLOGY, 1)[apology.ENOUGH :]:
        less = over
    else:
        fault = next((name for name in ("stuffing", "pity", "parroting") if draft.assessment.spans((name,))), "")
        over = draft.assessment.spans((fault,))
        less = over if fault == "pity" else over[-1:]
    if over and _whole(better := edit.cut_all(draft.text, less)):
        yield better, draft.text[slice(*over[0])]


def _acknowledge(draft: Draft) -> Edits:
    """A sentence in front that names what this customer lives, where they need to be heard and were not."""
    empathy, acts = draft.assessment.empathy, set(draft.assessment.acts)
    leaving = "close" in acts and not acts - {"close", "greet", "thank"}
    if draft.context.need != "warm" or draft.context.phase == "closing" or leaving or "set_limit" in acts:
        return
    if max(empathy["reaction"], empathy["interpretation"]) == 2 or draft.assessment.hostility:
        return
    if lived := _lived(draft):
        yield _fronted(draft, edit.replace(draft.text, fitting(draft)), lived), ""


def _replace(draft: Draft) -> Edits:
    """Words to avoid said better, a vague delay with them dated."""
    if words := fitting(draft):
        mended = edit.replace(draft.text, words)
        dated = _dated(draft, mended) if "commit" in draft.assessment.acts else None
        yield dated[0] if dated else mended, words[0].text


def _date(draft: Draft) -> Edits:
    """A promise without a date is a promise the customer has to chase."""
    acts = draft.assessment.acts
    if "commit" in acts and "commit_dated" not in acts and (dated := _dated(draft, draft.text)):
        yield dated


LOOKS: Mapping[str, Callable[[Draft], Edits]] = {
    "mend": _mend,
    "shorten": _shorten,
    "cut": _cut,
    "acknowledge": _acknowledge,
    "replace": _replace,
    "date": _date,
}
"""Kinds of edit, gravest first."""


def fitting(draft: Draft) -> list[Wording]:
    """The words that something can stand in for, without covering words that help; of two that overlap, the first.

    A better wording is sometimes advice rather than words: the catalogue says how to tell, and what means "leave out".
    A trade word has no word that fits everywhere: its better wording is always advice.
    """
    said, assessment = draft.words["wording"], draft.assessment
    helping = [m for m in assessment.markers if assessment.stands(m) or m.strategy == "jargon"]
    kept: list[Wording] = []
    for word in sorted(assessment.wording, key=lambda word: (word.start, -word.end)):
        covers_help = any(_meets(word, marker) for marker in helping)
        if covers_help or not word.better or (kept and word.start < kept[-1].end):
            continue
        if re.match(said["left_out"], word.better):
            kept.append(replace(word, better=""))
        elif not re.match(said["advice"], word.better):
            kept.append(word)
    return kept


def _meets(word: Wording, marker: Marker) -> bool:
    return word.start < marker.end and marker.start < word.end


def _dated(draft: Draft, text: str) -> tuple[str, str] | None:
    """`text` with a place for a real delay instead of its first vague one, and the vague one."""
    for vague in draft.words["vague"]:
        if found := re.search(vague["match"], text, re.IGNORECASE):
            said = edit.capital(vague["say"]) if found.group()[0].isupper() else vague["say"]
            return text[: found.start()] + said + text[found.end() :], found.group()
    return None


def _whole(text: str) -> bool:
    """Whether what remains after a cut is still a reply."""
    return len(text.split()) >= KEPT


def _quote(draft: Draft, markers: Sequence[Marker]) -> str:
    first = min(markers, key=lambda marker: marker.start)
    return draft.text[first.start : first.end]


def _fronted(draft: Draft, text: str, words: str) -> str:
    """`text` with the sentence `words` in front, after its greeting."""
    greetings = [m for m in draft.assessment.markers if m.strategy == "greeting" and m.start <= 2]
    kept = greetings and text[: greetings[0].end] == draft.text[: greetings[0].end]
    return edit.front(text, words, greetings[0].end if kept else 0)


def _lived(draft: Draft) -> str:
    """What the customer says they go through, in other words; "" when no words for it are known or would fit."""
    if re.search(draft.words["familiar"], draft.text, re.IGNORECASE):
        return ""
    for life in draft.words["acknowledge"]:
        if found := re.search(life["match"], draft.context.customer, re.IGNORECASE):
            return edit.capital(str(life["say"]).format(**found.groupdict(default="")))
    return ""
