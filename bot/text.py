"""One text: what the door lets in is *the text as typed* for everyone behind it, so offsets hold to the screen."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from nlu.contract import MAX_TEXT

MASK = "•"


class TextError(ValueError):
    """A text the door refuses. `code` is `empty` or `too_long`; the door says it in the person's language."""

    def __init__(self, code: Literal["empty", "too_long"]) -> None:
        super().__init__(code)
        self.code = code


PERSONAL = tuple(
    re.compile(pattern)
    for pattern in (
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",  # e-mail
        r"\b[A-Za-z]{2}\d{2}[ \u00a0]?[A-Za-z0-9]{4}(?:[ \u00a0]?(?=[A-Za-z]{0,3}\d)[A-Za-z0-9]{4}){2,7}"
        r"(?:[ \u00a0]?\d[A-Za-z0-9]{0,2})?\b",  # IBAN; only its first group may be all letters, or words would do
        r"\b(?:\d[ \u00a0.-]?){12,18}\d\b",  # payment card, French social-security number
        r"(?<![\w+])(?:\+|00)\d{1,3}[ \u00a0.-]?(?:\(0\)[ \u00a0]?)?(?:\d[ \u00a0.-]?){6,11}\d\b",  # telephone, abroad
        # Telephone, French (ten digits) or British (ten or eleven), but not a date and its hour.
        r"\b(?<!\d[.-])(?!\d\d[.-]\d\d[.-](?:19|20)\d\d)0(?:[ \u00a0.-]?\d){9,10}\b",
        r"\b[12][ ]?\d{2}[ ]?(?:0[1-9]|1[0-2])[ ]?(?:\d{2}|2[ABab])[ ]?\d{3}[ ]?\d{3}(?:[ ]?\d{2})?\b",  # NIR
        r"\b(?i:[A-CEGHJ-PR-TW-Z]{2}[ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?[A-D])\b",  # British national insurance
        r"\b\d{1,4}(?:[ ]?(?i:bis|ter))?,?[ ](?i:rue|avenue|av\.|boulevard|bd|impasse|allée)"
        r"[ ](?:[\w'’.-]+[ ]?){1,5}(?:,?[ ]?\d{5})?",  # French street address
        # “1 place pour vous” and “5 minutes down the road” are no addresses: such words need a capital beside them.
        r"\b\d{1,4}(?:[ ]?(?i:bis|ter))?,?[ ](?i:chemin|place|quai|cours)[ ](?:(?:des?|du|la|les?)[ ]|[dl]['’])*"
        r"[A-ZÀ-Þ][\w'’.-]*(?:[ ][A-ZÀ-Þ\d][\w'’.-]*){0,4}",
        r"\b\d{1,4}[A-Za-z]?[ ](?:[A-Z][\w'’-]+[ ]){1,3}"
        r"(?i:street|st|road|rd|avenue|ave|lane|ln|close|drive|gardens)\b\.?",
        r"\b\d{1,4}[a-z]?[ ][a-z][\w'’-]+[ ](?:street|road|avenue)\b",
    )
)


def clean(text: str) -> str:
    """Make the text as typed: stripped, NFC, lone surrogates and control characters replaced, no leading slash, masked.

    Raises TextError when nothing is left or more than `MAX_TEXT` characters are.
    """
    # A lone surrogate cannot be stored or sent; JSON lets it in as “\\ud800”.
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    tidy = "".join(" " if _control(char) else char for char in unicodedata.normalize("NFC", whole)).strip()
    if not any(not unicodedata.category(char).startswith(("Z", "C")) for char in tidy):
        raise TextError("empty")
    if len(tidy) > MAX_TEXT:
        raise TextError("too_long")
    # Rasa would read a leading slash as a command and lose the assessment.
    return mask("∕" + tidy[1:] if tidy.startswith("/") else tidy)


def mask(text: str) -> str:
    """Hide personal data behind as many dots, so that offsets stay."""
    for pattern in PERSONAL:
        text = pattern.sub(lambda found: re.sub(r"\S", MASK, found.group()), text)
    return text


def _control(char: str) -> bool:
    return unicodedata.category(char) == "Cc" and char not in "\n\t"
