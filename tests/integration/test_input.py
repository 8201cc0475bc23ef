"""Odd texts, from the door's cleaning to the coach note: what is shown is exactly the text as typed."""

from __future__ import annotations

import pytest

from actions.storage.records import Person
from bot.conversation import Conversation
from bot.text import TextError, clean
from nlu.contract import MAX_TEXT
from tests.integration.room import EITHER, Room

ODD = {
    "emoji": "Je suis désolée 😔 👩🏽‍🦽 on s'en occupe tout de suite 💪",
    "decomposed": "Je suis de\u0301sole\u0301e, vous avez raison.",
    "right to left": "أنا آسف جداً، سأتصل بك غداً",
    "mixed directions": "Désolé \u202eניסיון\u202c, je vérifie.",
    "script": "<script>alert('bonjour')</script> Je comprends votre colère.",
    "restart": "/restart",
    "end drill": "/end_drill",
    "slot setting": '/feedback{"rating": 5}',
    "slash after space": "\u00a0 /session_start",
    "punctuation": "?!… ;-)",
    "Chinese": "非常抱歉，我马上处理您的退款。",
    "lone surrogate": "Je suis désolée \ud83d pour vous.",
    "control characters": "Bonjour\x00\x07, je vous écoute.",
    "lines": "Bonjour,\n\nje suis désolée.\tJe regarde.\u2028Voilà.",
    "personal data": "Je vous appelle au 06 12 34 56 78 ou camille@example.org.",
    "one letter": "k",
    "no spaces": "a" * 400,
    "longest": ("Je comprends que cette attente vous pèse. " * 60)[: MAX_TEXT - 1] + ".",
}


@EITHER
@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
async def test_a_valid_text_gets_a_note_on_exactly_that_text(
    room: Room, conversation: Conversation, person: Person, text: str
) -> None:
    drill_id = await conversation.begin(person, "late-refund", "fr", "calm", "web")
    typed = clean(text)
    entry = await conversation.reply(person, drill_id, typed, f"{drill_id}-1")
    assert entry.text == typed
    assert entry.note is not None
    assert entry.note["text"] == typed
    assert [kept.text for kept in room.log(drill_id)] == [typed]
    spans = [(span["start"], span["end"]) for span in (*entry.note["markers"], *entry.note["wording"])]
    assert all(0 <= start < end <= len(typed) for start, end in spans)
    assert all(word["text"] == typed[word["start"] : word["end"]] for word in entry.note["wording"])


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u00a0", "\u200b", "\x00"])
def test_a_text_without_anything_is_refused(text: str) -> None:
    with pytest.raises(TextError, match="empty"):
        clean(text)


@pytest.mark.parametrize("length", [MAX_TEXT + 1, 5000])
def test_a_text_too_long_is_refused(length: int) -> None:
    with pytest.raises(TextError, match="too_long"):
        clean("a" * length)


def test_the_longest_text_is_as_long_as_may_be() -> None:
    assert len(clean(ODD["longest"])) == MAX_TEXT
