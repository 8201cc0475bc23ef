"""The agent's own words, cut where evidence begins and ends, so that overlapping markers can all be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

AVOIDED = ("avoid", "jargon")
"""Strategies of the scorer that find words to avoid."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text under the same evidence. `kind` is `plain`, `helps`, `costs`, `mixed` or `avoid`.

    `labels` name the strategies; `better` says words to avoid in another way.
    """

    text: str
    kind: str = "plain"
    labels: tuple[str, ...] = ()
    better: tuple[str, ...] = ()


def telling(markers: Sequence[dict[str, Any]], wording: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The markers that say more than `wording` does: words to avoid are shown once, with what is better."""
    said = {(word["start"], word["end"]) for word in wording}
    return [
        marker
        for marker in markers
        if marker["strategy"] not in AVOIDED or (marker["start"], marker["end"]) not in said
    ]


def pieces(text: str, markers: Sequence[dict[str, Any]], wording: Sequence[dict[str, Any]]) -> list[Piece]:
    """Cut `text` at every edge of a marker or of words to avoid; their joined texts are `text` again.

    Offsets outside the text are drawn back to its edges; an empty span marks nothing.
    """
    spans = [(_span(text, marker), _effect(marker), _label(marker)) for marker in telling(markers, wording)]
    spans += [(_span(text, word), "avoid", word["better"]) for word in wording]
    edges = sorted({0, len(text), *(edge for span, _, _ in spans for edge in span)})
    cut = []
    for start, end in pairwise(edges):
        over = [(kind, label) for (first, last), kind, label in spans if first <= start and end <= last]
        labels = tuple(dict.fromkeys(label for kind, label in over if kind != "avoid"))
        better = tuple(dict.fromkeys(label for kind, label in over if kind == "avoid" and label))
        cut.append(Piece(text[start:end], _kind({kind for kind, _ in over}), labels, better))
    return cut


def _span(text: str, found: dict[str, Any]) -> tuple[int, int]:
    start = min(max(int(found["start"]), 0), len(text))
    return start, min(max(int(found["end"]), start), len(text))


def _effect(marker: dict[str, Any]) -> str:
    return "helps" if marker["polarity"] > 0 else "costs"


def _label(marker: dict[str, Any]) -> str:
    return str(marker.get("label") or marker["strategy"])


def _kind(kinds: set[str]) -> str:
    if not kinds:
        return "plain"
    if "helps" in kinds:
        return "helps" if kinds == {"helps"} else "mixed"
    return "costs" if "costs" in kinds else "avoid"
