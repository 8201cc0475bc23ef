"""Apology: regret, tied to what happened or not; from the third one on, apologies cost.

Owning the mistake and repairing it, the parts that matter most (Lewicki et al. 2016), are strategies of their own.
"""

from __future__ import annotations

from spacy.tokens import Doc

from nlu.contract import Marker
from nlu.strategies.spans import Scene, clear_of, lemmas, mark, own

ENOUGH = 2
"""Apologies that one reply can bear."""


def find(doc: Doc, scene: Scene) -> list[Marker]:
    """Mark regrets: `sincere_apology` when the sentence also names this case, `over_apology` from the third on."""
    case = lemmas(scene.customer)
    found: list[Marker] = []
    for rank, hit in enumerate(clear_of(own(doc, "apology"), own(doc, "sarcasm"))):
        if rank >= ENOUGH:
            found.append(mark(doc, hit, -1, "over_apology"))
            continue
        fits = bool(case & lemmas(doc[hit.start].sent))
        found.append(mark(doc, hit, +1, "sincere_apology" if fits else hit.entry.strategy))
    return found
