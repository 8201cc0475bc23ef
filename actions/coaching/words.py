"""The words of a text, without what changes from one way of typing it to another."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[str, ...]:
    """The words of `text` without capitals, accents or ligatures.

    Remembered: a drill's replies are read again at every turn.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return tuple(_WORD.findall("".join(char for char in plain if not unicodedata.combining(char))))
