"""Abbreviations written out before the models read: « bjr » is read as « bonjour », "thx" as "thanks".

How somebody types is not how they treat people. Markers stay on the text as typed: only what the models are given is
written out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORD = re.compile(r"(?<![\w'’])\w+(?![\w'’])")
"""A word with no apostrophe at its side: the « c » of « c'est » is none."""


def written_out(text: str, short: Mapping[str, str]) -> str:
    """`text` with each word of `short` (lower case → in full) written out; a capital stays one."""

    def one(found: re.Match[str]) -> str:
        word = found.group()
        full = short.get(word.lower(), word)
        return full[0].upper() + full[1:] if word[0].isupper() else full

    return _WORD.sub(one, text)
