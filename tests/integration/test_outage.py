"""What breaks while somebody practises: the reply is kept, sent again, and counted once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from actions.storage.engine import open_engine
from actions.storage.records import Draft, Person
from bot.conversation import Conversation, NotTaken
from tests.integration.room import EITHER, Room, free_ports

TEXT = "Trois semaines, c'est long. Racontez-moi, que s'est-il passé ?"


@pytest.fixture
async def drill_id(conversation: Conversation, person: Person) -> str:
    """A drill that has just begun."""
    return await conversation.begin(person, "late-refund", "fr", "calm", "web")


async def assert_sent_again_once(room: Room, conversation: Conversation, drill_id: str, message_id: str) -> None:
    """The same message is taken, once, however often it comes; nothing waits any more."""
    person = room.person
    entries = [await conversation.reply(person, drill_id, TEXT, message_id) for _ in range(2)]
    assert entries[0] == entries[1]
    assert [(entry.kind, entry.text, entry.message_id) for entry in room.log(drill_id)] == [("reply", TEXT, message_id)]
    assert room.draft(drill_id) is None


@EITHER
async def test_the_action_server_is_killed_and_comes_back(
    room: Room, conversation: Conversation, person: Person, drill_id: str
) -> None:
    with room.without("actions"):
        with pytest.raises(NotTaken):
            await conversation.reply(person, drill_id, TEXT, "m-1")
        for name in ("hint", "end"):
            with pytest.raises(NotTaken):
                await conversation.command(person, drill_id, name, f"{name}-1")
        with pytest.raises(NotTaken):
            await conversation.begin(person, "late-refund", "fr", "calm", "web")
        with pytest.raises(NotTaken):
            await conversation.lobby(person, "aide")
        assert room.log(drill_id) == ()
        assert room.draft(drill_id) == Draft(drill_id, "m-1", TEXT)
    await assert_sent_again_once(room, conversation, drill_id, "m-1")


async def test_rasa_cannot_be_reached(room: Room, conversation: Conversation, person: Person, drill_id: str) -> None:
    nowhere = room.conversation(f"http://127.0.0.1:{free_ports(1)[0]}")
    assert not await nowhere.ready()
    with pytest.raises(NotTaken):
        await nowhere.reply(person, drill_id, TEXT, "m-1")
    await nowhere.close()
    assert room.log(drill_id) == ()
    assert room.draft(drill_id) == Draft(drill_id, "m-1", TEXT)
    await assert_sent_again_once(room, conversation, drill_id, "m-1")


async def test_rasa_is_killed_and_comes_back_in_the_middle_of_a_drill(
    room: Room, conversation: Conversation, person: Person, drill_id: str
) -> None:
    first = await conversation.reply(person, drill_id, "Bonjour Monsieur, je vous écoute.", "m-0")
    with room.without("rasa"):
        assert not await conversation.ready()
        with pytest.raises(NotTaken):
            await conversation.reply(person, drill_id, TEXT, "m-1")
        # What is known is answered without Rasa.
        assert await conversation.reply(person, drill_id, "Bonjour Monsieur, je vous écoute.", "m-0") == first
    assert await conversation.ready()
    second = await conversation.reply(person, drill_id, TEXT, "m-1")
    assert [entry.message_id for entry in room.log(drill_id)] == ["m-0", "m-1"]
    assert second.position == 2
    assert second.assessment is not None


async def test_the_database_is_locked_then_released(
    room: Room, conversation: Conversation, person: Person, drill_id: str
) -> None:
    with locked(room):
        with pytest.raises(NotTaken):
            await conversation.reply(person, drill_id, TEXT, "m-1")
        assert room.log(drill_id) == ()
    await assert_sent_again_once(room, conversation, drill_id, "m-1")


@contextmanager
def locked(room: Room) -> Iterator[None]:
    """Nobody else can write."""
    other = open_engine(room.settings.database_url)
    with other.connect() as connection:
        connection.connection.isolation_level = None
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
        yield
        connection.exec_driver_sql("ROLLBACK")
    other.dispose()


@EITHER
async def test_rasa_forgets_a_drill_that_sql_remembers(
    room: Room, conversation: Conversation, person: Person, drill_id: str
) -> None:
    await conversation.reply(person, drill_id, "Bonjour Monsieur, je vous écoute.", "m-0")
    room.forget(drill_id)
    entry = await conversation.reply(person, drill_id, TEXT, "m-1")
    assert entry.position == 2
    room.forget(drill_id)
    assert [payload["type"] for payload in await conversation.command(person, drill_id, "hint", "h-1")] == ["hint"]
    room.forget(drill_id)
    restored = await conversation.command(person, drill_id, "replay", "r-1", position=2)
    assert (restored[0]["type"], restored[0]["position"]) == ("customer", 1)
    room.forget(drill_id)
    payloads = await conversation.command(person, drill_id, "end", "e-1")
    assert payloads[-1]["type"] == "debrief"
    assert [entry.kind for entry in room.log(drill_id)] == ["reply", "reply", "hint", "replay", "end"]
    assert room.drill(drill_id).ending == "ended"


async def test_a_typed_courtesy_is_a_reply_even_where_rasa_forgot(
    room: Room, conversation: Conversation, person: Person, drill_id: str
) -> None:
    room.forget(drill_id)
    for text in ("merci", "au revoir", "aide"):
        assert (await conversation.reply(person, drill_id, text, f"m-{text}")).text == text
        room.forget(drill_id)
    assert [entry.text for entry in room.log(drill_id)] == ["merci", "au revoir", "aide"]
