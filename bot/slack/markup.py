"""Slack's markup: what people typed, out of it; what we quote, into it without being taken for it."""

from __future__ import annotations

import re

ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def escape(text: str, limit: int | None = None) -> str:
    """`text` for a mrkdwn field, at most `limit` characters once escaped; a cut shows as “…”, never in `&amp;`."""
    escaped = [ENTITIES.get(char, char) for char in text]
    if limit is None or sum(map(len, escaped)) <= limit:
        return "".join(escaped)
    kept, room = [], limit - 1
    for piece in escaped:
        room -= len(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + "…"


def typed(text: str) -> str:
    """What the person typed, from what Slack sends: links become their words, entities their characters."""
    plain = LINK.sub(lambda found: found.group(2) or found.group(1).removeprefix("mailto:"), text)
    # “&amp;” last: somebody who typed “&lt;” is sent as “&amp;lt;”.
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def quote(text: str, limit: int) -> str:
    """`text` on one line and shortened, ready to be escaped."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
