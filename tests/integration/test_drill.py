"""Whole drills through the real servers, as a door plays them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from actions.coaching import customer, drill
from actions.storage.records import Person
from actions.storage.unit import Unit
from bot.conversation import Conversation, NotTaken
from bot.text import clean
from nlu.contract import EMPATHY, TONE, Lang
from tests.integration.room import EITHER, Room

SLUG = "late-refund"
WARM: dict[Lang, tuple[str, ...]] = {
    "fr": (
        "Bonjour. Trois semaines d'attente et trois appels pour rien : je comprends que vous soyez en colère."
        " Racontez-moi, que s'est-il passé ?",
        "Cet argent, vous comptiez dessus, et c'est chez nous que cela a coincé. Quel est votre numéro de commande ?",
        "Je lance votre remboursement aujourd'hui : il sera sur votre compte vendredi, et je vous écris vendredi midi.",
    ),
    "en": (
        "Hello. Three weeks of waiting and three calls for nothing: I can see why you are angry."
        " Tell me, what happened?",
        "You were counting on that money, and it got stuck at our end. What is your order number, please?",
        "I am sending your refund today: it will be in your account on Friday, and I will write to you on Friday noon.",
    ),
}
COLD: dict[Lang, str] = {
    "fr": "Calmez-vous. C'est la procédure, il fallait lire les conditions.",
    "en": "Calm down. That's the policy, you should have read the terms.",
}
LANGS: tuple[Lang, ...] = ("fr", "en")


@EITHER
@pytest.mark.parametrize("lang", LANGS)
async def test_a_drill_from_the_opening_to_the_debrief(
    room: Room, conversation: Conversation, person: Person, lang: Lang
) -> None:
    drill_id = await conversation.begin(person, SLUG, lang, "calm", "web")
    record = room.drill(drill_id)
    scenario = room.library.scenario(SLUG, lang)
    assert (record.person_id, record.scenario, record.lang, record.door) == (person.id, SLUG, lang, "web")

    opening = (await conversation.command(person, drill_id, "begin", drill_id))[0]
    assert (opening["type"], opening["position"], opening["lang"]) == ("customer", 0, lang)
    assert opening["line"] == customer.begin(scenario, record.difficulty, record.seed).line

    said = {opening["line"]}
    for position, text in enumerate(WARM[lang], start=1):
        entry = await conversation.reply(person, drill_id, clean(text), f"{drill_id}-{position}")
        assert (entry.kind, entry.position, entry.text) == ("reply", position, text)
        assert entry.reaction is not None
        assert entry.reaction.line not in said
        said.add(entry.reaction.line)
        assert entry.assessment is not None
        assert entry.assessment.lang == lang
        assert_note(entry.note, text)
    first = room.log(drill_id)[0]
    assert first.note is not None
    assert sum(first.note["empathy"].values()) > 0
    assert first.note["markers"]

    payloads = await conversation.command(person, drill_id, "end", f"{drill_id}-end")
    debrief = next(payload for payload in payloads if payload["type"] == "debrief")
    assert debrief["drill"] == drill_id
    assert 0 <= debrief["scorecard"]["score"] <= 100
    assert [point["position"] for point in debrief["curve"]] == [0, 1, 2, 3]
    assert len(debrief["decisive"]) <= 2
    assert debrief["verdict"]["simulated"] is True
    assert len(debrief["behaviours"]) == 5
    assert room.drill(drill_id).over
    assert [entry.kind for entry in room.log(drill_id)] == ["reply", "reply", "reply", "end"]


def assert_note(note: dict[str, Any] | None, text: str) -> None:
    """A coach note says levels, evidence inside the text, praise and one idea."""
    assert note is not None
    assert note["text"] == text
    assert set(note["empathy"]) == set(EMPATHY)
    assert set(note["tone"]) == set(TONE)
    assert all(0 <= level <= 2 for level in (*note["empathy"].values(), *note["tone"].values()))
    assert 0 <= note["score"] <= 100
    assert note["praise"]
    assert note["why"]
    for marker in note["markers"]:
        assert 0 <= marker["start"] < marker["end"] <= len(text)
        assert marker["label"]


@EITHER
@pytest.mark.parametrize("lang", LANGS)
async def test_the_customer_reacts_to_the_replayed_answer(
    room: Room, conversation: Conversation, person: Person, lang: Lang
) -> None:
    drill_id = await conversation.begin(person, SLUG, lang, "calm", "web")
    opening = (await conversation.command(person, drill_id, "begin", drill_id))[0]
    cold = await conversation.reply(person, drill_id, COLD[lang], f"{drill_id}-cold")
    restored = await conversation.command(person, drill_id, "replay", f"{drill_id}-replay", position=1)
    assert restored[0] == opening
    warm = await conversation.reply(person, drill_id, WARM[lang][0], f"{drill_id}-warm")

    log = room.log(drill_id)
    assert [(entry.kind, entry.position) for entry in log] == [("reply", 1), ("replay", 1), ("reply", 1)]
    assert log[0] == cold
    assert [entry.text for entry in drill.live(log)] == [WARM[lang][0]]
    assert cold.reaction is not None
    assert warm.reaction is not None
    assert customer.satisfaction(warm.reaction.feelings) > customer.satisfaction(cold.reaction.feelings)
    record = room.drill(drill_id)
    assert warm.assessment is not None
    alone = [(warm.text, warm.assessment)]
    scenario = room.library.scenario(SLUG, lang)
    assert warm.reaction == customer.react(scenario, record.difficulty, record.seed, alone)


async def test_a_moment_is_replayed_after_the_end(room: Room, conversation: Conversation, person: Person) -> None:
    drill_id = await conversation.begin(person, SLUG, "fr", "calm", "web")
    await conversation.reply(person, drill_id, COLD["fr"], f"{drill_id}-1")
    await conversation.command(person, drill_id, "end", f"{drill_id}-end")
    await conversation.command(person, drill_id, "replay", f"{drill_id}-replay", position=1)
    assert not room.drill(drill_id).over
    entry = await conversation.reply(person, drill_id, WARM["fr"][0], f"{drill_id}-2")
    assert entry.position == 1
    debrief = (await conversation.command(person, drill_id, "end", f"{drill_id}-end-again"))[-1]
    assert debrief["replayed"] == 1
    assert [point["position"] for point in debrief["curve"]] == [0, 1]


@EITHER
async def test_a_resend_is_answered_and_not_counted(room: Room, conversation: Conversation, person: Person) -> None:
    drill_id = await conversation.begin(person, SLUG, "en", "calm", "web")
    first = await conversation.reply(person, drill_id, WARM["en"][0], f"{drill_id}-1")
    assert await conversation.reply(person, drill_id, WARM["en"][0], f"{drill_id}-1") == first
    for _ in range(2):
        await conversation.command(person, drill_id, "hint", f"{drill_id}-hint")
        await conversation.command(person, drill_id, "replay", f"{drill_id}-replay", position=1)
        await conversation.command(person, drill_id, "end", f"{drill_id}-end")
    assert [entry.kind for entry in room.log(drill_id)] == ["reply", "hint", "replay", "end"]


@pytest.mark.parametrize("lang", LANGS)
async def test_a_hint_is_the_scenario_s_advice(
    room: Room, conversation: Conversation, person: Person, lang: Lang
) -> None:
    drill_id = await conversation.begin(person, SLUG, lang, "calm", "web")
    payloads = await conversation.command(person, drill_id, "hint", f"{drill_id}-hint")
    assert [payload["type"] for payload in payloads] == ["hint"]
    assert payloads[0]["text"] in room.library.scenario(SLUG, lang).hints
    assert drill.live(room.log(drill_id)) == ()


async def test_the_agent_says_how_the_drill_was(room: Room, conversation: Conversation, person: Person) -> None:
    drill_id = await conversation.begin(person, SLUG, "fr", "calm", "web")
    await conversation.reply(person, drill_id, WARM["fr"][0], f"{drill_id}-1")
    await conversation.command(person, drill_id, "end", f"{drill_id}-end")
    payloads = await conversation.command(person, drill_id, "feedback", "f-1", rating=4, text="Dur, mais utile.")
    assert payloads == [{"type": "notice", "code": "thanks"}]
    with Unit(room.engine) as unit:
        kept = unit.feedback.get(drill_id)
    assert kept is not None
    assert (kept.rating, kept.text) == (4, "Dur, mais utile.")


async def test_a_quick_drill_has_its_number_of_moments(room: Room, conversation: Conversation, person: Person) -> None:
    drill_id = await conversation.begin(person, SLUG, "fr", "calm", "slack", quick=1)
    await conversation.reply(person, drill_id, WARM["fr"][0], f"{drill_id}-1")
    record = room.drill(drill_id)
    assert (record.quick, record.ending) == (1, "quick")


@pytest.mark.parametrize("text", ["stop", "aide", "/restart", "/hint", "au revoir", "help", "je voudrais m'entraîner"])
async def test_typed_commands_are_replies(room: Room, conversation: Conversation, person: Person, text: str) -> None:
    drill_id = await conversation.begin(person, SLUG, "fr", "calm", "web")
    typed = clean(text)
    entry = await conversation.reply(person, drill_id, typed, f"{drill_id}-1")
    assert entry.text == typed
    assert [(kept.kind, kept.text) for kept in room.log(drill_id)] == [("reply", typed)]


async def test_another_drill_is_untouched(room: Room, conversation: Conversation, person: Person) -> None:
    mine, other = [await conversation.begin(person, SLUG, "fr", "calm", "web") for _ in range(2)]
    await conversation.reply(person, other, WARM["fr"][0], "the-same-id")
    before, record = room.log(other), room.drill(other)
    await conversation.reply(person, mine, COLD["fr"], "the-same-id")
    await conversation.command(person, mine, "replay", "the-replay", position=1)
    await conversation.command(person, mine, "end", "the-end")
    assert room.log(other) == before
    assert room.drill(other) == record
    assert (await conversation.reply(person, other, WARM["fr"][1], "second")).position == 2


@pytest.mark.parametrize(
    ("text", "lang", "kind"),
    [
        ("je voudrais m'entraîner à une réclamation", "fr", "catalogue"),
        ("I'd like to practise a complaint", "en", "catalogue"),
        ("which scenarios?", "en", "catalogue"),
        ("aide", "fr", "help"),
        ("merci", "fr", "thank"),
        ("bonjour", "fr", "greet"),
        ("goodbye", "en", "goodbye"),
        ("quelle est la capitale de la Mongolie ?", "fr", "fallback"),
        ("the moon is made of cheese", "en", "fallback"),
    ],
)
async def test_the_lobby_answers(
    room: Room, conversation: Conversation, person: Person, text: str, lang: Lang, kind: str
) -> None:
    payloads = await conversation.lobby(replace(person, lang=lang), clean(text))
    assert [payload["text"] for payload in payloads] == [room.library.read(f"lobby/{lang}.yml")[kind]]
    shown = payloads[0].get("scenarios", [])
    if kind in ("catalogue", "greet", "fallback"):
        assert [scenario["slug"] for scenario in shown] == list(room.library.slugs())


async def test_an_unknown_scenario_opens_nothing(room: Room, conversation: Conversation, person: Person) -> None:
    with pytest.raises(NotTaken):
        await conversation.begin(person, "no-such-scenario", "fr", "calm", "web")
    with Unit(room.engine) as unit:
        assert "no-such-scenario" not in {drill.scenario for drill in unit.drills.of_person(person.id)}


async def test_nothing_is_taken_once_the_drill_is_over(room: Room, conversation: Conversation, person: Person) -> None:
    drill_id = await conversation.begin(person, SLUG, "fr", "calm", "web")
    await conversation.reply(person, drill_id, WARM["fr"][0], f"{drill_id}-1")
    await conversation.command(person, drill_id, "end", f"{drill_id}-end")
    before = room.log(drill_id)
    with pytest.raises(NotTaken):
        await conversation.reply(person, drill_id, WARM["fr"][1], f"{drill_id}-late")
    assert room.log(drill_id) == before
    assert await conversation.reply(person, drill_id, WARM["fr"][0], f"{drill_id}-1") == before[0]
