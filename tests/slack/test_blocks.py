"""What the Slack door shows: pure, from payloads to Block Kit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actions.coaching.customer import Reaction
from actions.coaching.drill import Entry
from actions.coaching.feelings import Feelings
from bot.slack import blocks
from nlu.contract import LANGS, MAX_TEXT, Lang

SAY = blocks.catalogues()
CALM = Feelings(anger=10, anxiety=10, trust=60, patience=60, effort=10)


def reaction(line: str, over: bool = False) -> Reaction:
    return Reaction("vent", line, CALM, "eased", "apaisée", "middle", "warm", over=over)


def note(text: str, **facts: Any) -> dict[str, Any]:
    common = {"text": text, "score": 50, "empathy": {"reaction": 2}, "tone": {"calm": 1}, "unsure": []}
    return {**common, "markers": [], "wording": [], "red_flags": [], "praise": None, "why": "", "better": None, **facts}


def marker(start: int, end: int, polarity: int, label: str = "étiquette") -> dict[str, Any]:
    return {"start": start, "end": end, "polarity": polarity, "strategy": "s", "label": label, "note": ""}


def shown(message: blocks.Message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


def moment(lang: Lang, told: dict[str, Any], line: str = "Encore vous ?", over: bool = False) -> blocks.Message:
    entry = Entry("reply", 1, "m-1", told["text"], reaction=reaction(line, over), note=told)
    return blocks.moment(SAY[lang], "d-1", "Mme Lenoir", entry, over=True)


def test_both_languages_say_the_same_things() -> None:
    assert len({SAY[lang].keys() for lang in LANGS}) == 1


@pytest.mark.parametrize(("lang", "helped", "cost"), [("fr", "qui ont aidé", "ont coûté"), ("en", "helped", "cost")])
def test_the_agent_s_own_words_are_the_evidence(lang: Lang, helped: str, cost: str) -> None:
    told = note("Je comprends. Calmez-vous.", markers=[marker(0, 12, 1, "écoute"), marker(14, 25, -1, "ordre")])
    said = shown(moment(lang, told))
    assert all(words in said for words in (helped, cost, "Je comprends", "écoute", "Calmez-vous", "ordre"))


def test_words_to_avoid_come_with_better_ones() -> None:
    told = note("C'est la procédure", wording=[{"text": "procédure", "better": "ce que je peux faire"}])
    assert "ce que je peux faire" in shown(moment("fr", told))


def test_a_level_that_cannot_be_judged_is_not_shown() -> None:
    said = shown(moment("en", note("Hm", unsure=["reaction"])))
    assert "can't judge" in said and "●●" not in said and "●○" in said


def test_red_flags_and_the_end_are_told() -> None:
    told = note("Idiot", red_flags=[{"kind": "insult", "label": "insulte"}])
    said = shown(moment("fr", told, over=True))
    assert "insulte" in said and "s’arrête ici" in said


def test_texts_of_people_are_escaped_everywhere() -> None:
    evil = "<script>&<!here>"
    told = note(evil, markers=[marker(0, len(evil), 1, evil)], why=evil, better=evil, praise=evil)
    message = moment("en", told, line=evil)
    for said in (shown(message), message.text):
        assert "<" not in said and "&lt;script&gt;&amp;&lt;!here&gt;" in said


def test_the_longest_texts_still_fit_slack() -> None:
    text = "&" * MAX_TEXT
    spans = [marker(start, start + 200, 1 - 2 * (start % 2), "&" * 60) for start in range(12)]
    told = note(text, markers=spans, why=text, better=text, praise=text)
    message = moment("fr", told, line=text)
    assert len(message.blocks) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in message.blocks if "text" in block)


def test_a_message_knows_its_drill() -> None:
    assert blocks.about(moment("fr", note("Oui")).blocks) == "d-1"
    assert blocks.about([{"type": "divider", "block_id": "x"}]) is None


def test_a_debrief_is_short() -> None:
    verdict = {"csat": 4, "effort": 2, "recommend": 8, "reasons": [], "simulated": True}
    said = shown(blocks.debrief(SAY["en"], {"strength": "You <listened>", "next_step": "Date it", "verdict": verdict}))
    assert "You &lt;listened&gt;" in said and "Date it" in said and "Simulated verdict: satisfaction 4/5" in said


def test_the_lobby_shows_what_it_is_given() -> None:
    payload = {"type": "catalogue", "text": "Voici", "scenarios": [{"slug": "a-b", "title": "A & B", "summary": ""}]}
    said = shown(blocks.lobby(SAY["fr"], [payload], None))
    assert "Voici" in said and "A &amp; B" in said and "/drill fr a-b" in said
