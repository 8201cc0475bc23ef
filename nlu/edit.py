"""Small edits of the agent's own sentences: cut, replace, put in front. Spans are offsets into the text given.

A small edit of one's own words is better taken than a reply written by somebody else (PARTNER, Sharma et al. 2021).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from nlu.contract import Wording

Span = tuple[int, int]

_END = re.compile(r"(?<=[.!?…])(?<!\bM\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)\s+")
_BREAK = re.compile(r"[,;:.!?…]\s+|\s[–—]\s")
_HELLO = re.compile(r"(?P<name>(?:[ \u00a0][\w.'’-]+){0,3}?)(?:,|(?P<stop>\s?[.!?…]+)|\s*$)")
_TWICE = re.compile(r"(?<![\w'’-])(?P<word>[^\W\d_]+)\s+(?P=word)(?![\w'’-])", re.IGNORECASE)
_STRAY = re.compile(r"\s,|\s\.(?![\w.])|[,;:]\s?[,;:.!?…]|[.!?]\s?[,;:]|(?<!\.)\.\.(?!\.)|[ \t]{2}|^\W*[,;:.]")
_FINAL = (".", "!", "?", "…", "»", "”", '"', ")")
_STOPS = ("", ".", "!", "?", "…")
_LOOSE = ",;: \t\u00a0\u202f–—"


def sentences(text: str) -> tuple[Span, ...]:
    """Where each sentence stands, without the blanks around it; empty for a blank text."""
    edges = [0, *(found.end() for found in _END.finditer(text)), len(text)]
    spans = ((start, start + len(text[start:end].rstrip())) for start, end in pairwise(edges))
    return tuple(span for span in spans if span[0] < span[1])


def sentence(text: str, span: Span) -> Span:
    """The sentence that `span` begins in; the whole text when there is none."""
    return next((found for found in sentences(text) if found[0] <= span[0] < found[1]), (0, len(text)))


def without(text: str, spans: Iterable[Span]) -> str:
    """`text` without these sentences, the others joined by one blank."""
    gone = set(spans)
    return " ".join(text[start:end] for start, end in sentences(text) if (start, end) not in gone)


def cut(text: str, span: Span) -> str:
    """`text` without the clause around `span`: the words between two breaks, with the break that held them on.

    A clause that is a whole sentence goes with its full stop.
    """
    first, last = sentence(text, span)
    breaks = list(_BREAK.finditer(text, first, last))
    start = max((found.end() for found in breaks if found.end() <= span[0]), default=first)
    end = min((found.start() for found in breaks if found.start() >= span[1]), default=last)
    if (start, end) == (first, last) or (not text[end:last].strip(_LOOSE + ".!?…") and start == first):
        return without(text, [(first, last)])
    if start == first:
        rest = text[end:last].lstrip(_LOOSE)
        return text[:first] + capital(rest) + text[last:]
    close = text[end:last] if end < last else _stop(text[start:end])
    return text[:start].rstrip(_LOOSE) + close + text[last:]


def replace(text: str, words: Sequence[Wording]) -> str:
    """`text` with every word to avoid said better, or left out when its `better` is empty; capitals are kept."""
    return reword(text, words, ())[0]


def reword(text: str, words: Sequence[Wording], spans: Iterable[Span]) -> tuple[str, list[Span]]:
    """`replace`, and where `spans`, which share nothing with `words`, stand in the new text."""
    kept = list(spans)
    for word in sorted(words, key=lambda word: word.start, reverse=True):
        before, after, size = text[: word.start], text[word.end :], len(text)
        if not word.better:
            # The comma after words at the head of their clause goes with them; elsewhere it stays.
            headed = before.rstrip()[-1:] in (*_STOPS, ",", ";", ":")
            after = after.lstrip(_LOOSE) if headed else after.lstrip()
            before = before.rstrip(_LOOSE) if after[:1] in (*_STOPS, ",", ";") else before
        elif after[:1].isalnum():
            after = " " + after  # the words to avoid ended on an elision: « j'essaie d'obtenir »
        after = word.better + after
        text = before + (capital(after) if text[word.start : word.start + 1].isupper() else after)
        moved = len(text) - size
        kept = [(start + moved, end + moved) if start > word.start else (start, end) for start, end in kept]
    return text, kept


def flaws(text: str, broken: str = "(?!)") -> frozenset[str]:
    """What reads wrong in `text`: words said twice, stray marks, a sentence without its capital, or what the regular
    expression `broken` finds. An edit may leave those that were there, it may not add one."""
    found = [match.group().casefold() for pattern in (_TWICE, _STRAY) for match in pattern.finditer(text)]
    found += [match.group().casefold() for match in re.finditer(broken, text, re.IGNORECASE)]
    found += [text[start:end] for start, end in sentences(text) if text[start].islower()]
    return frozenset(found if text.rstrip()[-1:] in _FINAL else (*found, "unended"))


def cut_all(text: str, spans: Iterable[Span]) -> str:
    """`text` without the clauses around `spans`; two spans of one clause cut it once."""
    untouched = len(text)
    for span in sorted(spans, reverse=True):
        if span[1] <= untouched:
            left = cut(text, span)
            untouched = next((i for i, (a, b) in enumerate(zip(text, left, strict=False)) if a != b), len(left))
            text = left
    return text


def front(text: str, words: str, greeting: int = 0) -> str:
    """`text` with the sentence `words` in front, or just after a greeting that ends at `greeting` (0: there is none).

    The greeting takes along the name that follows it ("Bonjour Madame Petit,").
    """
    if not greeting:
        return f"{words} {capital(text)}".strip()
    found = _HELLO.match(text, greeting)
    if not found:
        return f"{words} {text}"
    close = found["stop"] or "."
    rest = capital(text[found.end() :].lstrip(_LOOSE))
    return " ".join(part for part in (text[: found.end("name")] + close, words, rest) if part)


def capital(text: str) -> str:
    """`text` with a capital at its beginning, the rest untouched."""
    return text[:1].upper() + text[1:]


def _stop(clause: str) -> str:
    """The full stop a clause ends its sentence with, and the no-break space before it where there is one."""
    found = re.search(r"\s?[.!?…]+$", clause)
    return found.group() if found else ""
