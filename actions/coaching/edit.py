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
    for word in sorted(words, key=lambda word: word.start, reverse=True):
        before, after = text[: word.start], word.better + text[word.end :]
        if not word.better:
            after = after.lstrip(_LOOSE)
            before = before.rstrip(_LOOSE) if after[:1] in _STOPS else before
        text = before + (capital(after) if text[word.start : word.start + 1].isupper() else after)
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
