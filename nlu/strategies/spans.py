"""What every strategy shares: the scene around a reply, and turning hits into markers on the text as typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from nlu.contract import Marker, Need, Phase
from nlu.strategies.lexicon import Hit, fold


@dataclass(frozen=True)
class Scene:
    """The context of a reply as the strategies need it: the customer's last line already read by the pipeline.

    `closeness` is the cosine of each sentence, by its place in the text as typed, with the customer's line,
    empty without a model; `near` that of the whole reply; `special` what of it goes beyond the average case.
    """

    customer: Doc
    need: Need = "warm"
    phase: Phase = "middle"
    near: float = 0.0
    special: float = 0.0
    closeness: Mapping[tuple[int, int], float] = field(default_factory=dict)


def place(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """Offsets, in the text as typed, of the tokens `[start, end)`."""
    first, last = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
    offsets = doc._.offsets
    return (first, last) if offsets is None else (offsets[first], offsets[last - 1] + 1)


def mark(doc: Doc, hit: Hit, polarity: int, strategy: str = "") -> Marker:
    """The marker of a hit, named after `strategy` or the hit's own."""
    if strategy and strategy != hit.entry.strategy:
        return mark_words(doc, hit.start, hit.end, strategy, polarity)
    return Marker(*place(doc, hit.start, hit.end), hit.entry.strategy, polarity, hit.entry.note)


def mark_words(doc: Doc, start: int, end: int, strategy: str, polarity: int) -> Marker:
    """The marker of the tokens `[start, end)`, with the note that the lexicons keep for `strategy`."""
    return Marker(*place(doc, start, end), strategy, polarity, doc._.lexicon.notes.get(strategy, ""))


def own(doc: Doc, lexicon: str) -> list[Hit]:
    """Hits of a lexicon in the agent's own voice: not quoted, not negated from outside the hit."""
    quoted = doc._.quoted
    return [hit for hit in doc._.hits.get(lexicon, ()) if hit.start not in quoted and not negated(doc, hit)]


def negated(doc: Doc, hit: Hit) -> bool:
    """Whether a negation outside the hit covers it ("I'm not saying [you are wrong]").

    A hit that holds the negating word, or begins with its second half (« ce n'est [pas possible] »), says it itself.
    """
    cue = doc._.negated.get(hit.start)
    return cue is not None and not hit.start <= cue < hit.end and hit.start not in doc._.cues


def find(doc: Doc, lexicon: str, polarity: int) -> list[Marker]:
    """The whole of a strategy that only needs its lexicon."""
    return [mark(doc, hit, polarity) for hit in own(doc, lexicon)]


def clear_of(hits: Iterable[Hit], others: Iterable[Hit]) -> list[Hit]:
    """Those of `hits` that share no word with any of `others`."""
    taken = [(other.start, other.end) for other in others]
    return [hit for hit in hits if all(hit.end <= start or hit.start >= end for start, end in taken)]


def content(tokens: Iterable[Token]) -> Iterator[Token]:
    """The words that carry the meaning: no small words, greetings, punctuation or symbols."""
    for token in tokens:
        if token.norm_ in token.doc._.lexicon.words["polite"]:
            continue
        if token.is_stop or token.is_punct or token.is_space or not (token.is_alpha or token.like_num):
            continue
        if len(token) > 2 or token.like_num:
            yield token


def lemmas(tokens: Iterable[Token]) -> frozenset[str]:
    """Their meaning-bearing lemmas, without accents."""
    return frozenset(fold(token.lemma_) for token in content(tokens))


def sentences(doc: Doc) -> list[Span]:
    """The sentences that hold at least one word."""
    return [sent for sent in doc.sents if any(token.is_alpha or token.like_num for token in sent)]
