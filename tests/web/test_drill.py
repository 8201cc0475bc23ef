from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import pytest
from httpx import Response

from actions.coaching.feelings import BANDS
from actions.storage.records import Person
from actions.storage.unit import Unit
from bot.web.i18n import voices
from bot.web.room import Payload
from nlu.contract import MAX_TEXT
from tests.web.door import FakeConversation, Site, Visitor, words

ID = "message-0001"


def says(key: str) -> str:
    """What the English pages say for a key, up to its first fact."""
    return voices()["en"].say(key).split("%")[0]


def replies(site: Site, drill: str) -> int:
    with Unit(site.room.engine) as unit:
        return sum(1 for entry in unit.turns.entries(drill.rsplit("/", 1)[1]) if entry.kind == "reply")


def scratched(site: Site, drill: str) -> str | None:
    with Unit(site.room.engine) as unit:
        kept = unit.scratches.get(drill.rsplit("/", 1)[1])
    return kept.text if kept else None


def autosave(visitor: Visitor, drill: str, text: str, position: int = 1) -> Response:
    return visitor.post(f"{drill}/scratch", {"text": text, "position": str(position)}, at=drill, fetch=True)


def box(page: str) -> str:
    """What stands in the composer."""
    found = re.search(r'<textarea id="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return found[1]


def test_the_customer_opens_and_the_brief_is_there(site: Site) -> None:
    ada = site.visitor("ada")
    page = ada.get(ada.start()).text
    scenario = site.room.library.scenario("late-refund", "en")
    assert scenario.customer_name in page
    assert page.count(str(scenario.brief.knows[1])) == 2
    assert 'aria-live="polite"' in page


def test_a_reply_brings_the_reaction_and_the_note(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    answer = ada.say(drill, "I am sorry, that is our policy. Calm down.", message_id=ID)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{drill}#moment-1"
    page = ada.get(drill).text
    assert '<mark class="helps"' in page and ">sorry<" in page
    assert '<mark class="costs"' in page and '<mark class="avoid"' in page
    assert f'data-message="{ID}"' in page
    assert "what we can do" in page


def test_the_script_receives_the_moment_alone(site: Site) -> None:
    ada = site.visitor("ada")
    answer = ada.say(ada.start(), "I am sorry", fetch=True, message_id=ID)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'data-position="1"' in answer.text and f'data-message="{ID}"' in answer.text


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "/restart", "!!!", "مرحبا", "你好", "🙂🙃", "\ud800 hello", "a'\"&<b>"]
)
def test_whatever_is_typed_is_text(site: Site, text: str) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    answer = ada.say(drill, text.encode("utf-8", "replace").decode(), fetch=True)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text and "<b>" not in answer.text.replace("<b>Ap", "").split("<aside")[0]
    assert replies(site, drill) == 1


@pytest.mark.parametrize(("text", "code"), [("   ", "empty"), ("x" * 5000, "too_long")], ids=["empty", "long"])
@pytest.mark.parametrize("fetch", [False, True])
def test_what_cannot_be_taken_is_said_kindly_and_kept(site: Site, text: str, code: str, fetch: bool) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    answer = ada.say(drill, text, fetch=fetch)
    assert answer.status_code == 422
    assert says(f"notice.{code}") in answer.text
    assert fetch or text in answer.text
    assert replies(site, drill) == 0


def test_an_outage_keeps_the_reply_and_a_resend_counts_once(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    site.conversation.down = True
    lost = ada.say(drill, "I am <sorry>", fetch=True, message_id=ID)
    assert lost.status_code == 503 and says("notice.kept") in lost.text
    plain = ada.say(drill, "I am <sorry>", message_id=ID)
    assert plain.status_code == 503
    page = ada.get(drill).text
    assert "I am &lt;sorry&gt;</textarea>" in page and f'value="{ID}"' in page
    site.conversation.down = False
    for _ in range(2):
        assert ada.say(drill, "I am <sorry>", fetch=True, message_id=ID).status_code == 200
    assert replies(site, drill) == 1
    assert says("notice.kept") not in ada.get(drill).text.split('id="composer"')[0].split('class="answer"')[1]


def test_a_message_id_that_is_not_one_is_replaced(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    assert ada.say(drill, "hello", message_id="<" * 200, fetch=True).status_code == 200
    assert "&lt;&lt;" not in ada.get(drill).text


def test_a_moment_is_replayed(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    ada.say(drill, "calm down")
    ada.say(drill, "hello again")
    answer = ada.post(f"{drill}/replay", {"position": "1"})
    assert answer.headers["location"] == f"{drill}#answer"
    page = ada.get(drill).text
    assert says("moment.taken_back") in page and 'id="moment-1"' not in page
    ada.say(drill, "I am sorry")
    page = ada.get(drill).text
    assert says("compare.title") in page and says("moment.taken_back") not in page
    assert 'id="moment-2"' not in page
    assert says("moment.earlier") not in page
    ada.post(f"{drill}/replay", {"position": "1"})
    ada.say(drill, "I am so sorry")
    page = ada.get(drill).text
    assert page.count(says("compare.title")) == 1 and page.count(says("moment.earlier")) == 1


@pytest.mark.parametrize("position", ["0", "2", "-1", "x", "", "1e3", "²"])
def test_only_a_moment_that_was_lived_can_be_replayed(site: Site, position: str) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    ada.say(drill, "hello")
    assert ada.post(f"{drill}/replay", {"position": position}).status_code == 404


def test_a_reply_that_was_taken_back_reloads_the_page(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    ada.say(drill, "calm down", message_id=ID)
    ada.post(f"{drill}/replay", {"position": "1"})
    assert ada.say(drill, "calm down", message_id=ID, fetch=True).status_code == 205


def test_a_hint_costs_nothing_and_stays(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    shown = ada.post(f"{drill}/hint", fetch=True)
    assert 'class="hint"' in shown.text
    assert ada.post(f"{drill}/hint").status_code == 303
    assert ada.get(drill).text.count('class="hint"') == 1
    ada.say(drill, "hello")
    assert 'class="hint"' not in ada.get(drill).text


def test_a_drill_ends_kindly_and_is_over(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    assert ada.post(f"{drill}/end").headers["location"] == f"{drill}/debrief"
    assert says("ending.title") in ada.get(drill).text
    assert ada.say(drill, "one more").headers["location"] == drill
    assert ada.say(drill, "one more", fetch=True).status_code == 205
    assert ada.post(f"{drill}/end").status_code == 303


def test_an_insult_ends_it_and_the_script_is_told(site: Site) -> None:
    ada = site.visitor("ada")
    answer = ada.say(ada.start(), "you idiot", fetch=True)
    assert 'class="ending"' in answer.text


def test_commands_say_when_the_room_is_down(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    ada.say(drill, "hello")
    site.conversation.down = True
    for path, fields in (("hint", {}), ("end", {}), ("replay", {"position": "1"})):
        answer = ada.post(f"{drill}/{path}", fields)
        assert answer.status_code == 503
        assert says("notice.503") in answer.text


@pytest.mark.parametrize("name", ["bob", "lea"])
def test_nobody_else_has_this_drill(site: Site, name: str) -> None:
    drill = site.visitor("ada").finish("hello")
    other = site.visitor(name)
    for path in (drill, f"{drill}/debrief"):
        assert other.get(path).status_code == 404
    assert other.get(f"{drill}/state").status_code == 404
    assert other.post("/exam", {"exam": "on", "drill": drill.rsplit("/", 1)[1]}).status_code == 404
    for path in ("replies", "scratch", "hint", "replay", "end", "feedback", "share", "unshare"):
        assert other.post(f"{drill}/{path}", {"text": "x", "position": "1", "rating": "3"}).status_code == 404


def test_a_closed_session_keeps_the_reply_on_the_device(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    token = ada.token(drill)
    ada.post("/logout")
    answer = ada.ask(
        "POST", f"{drill}/replies", data={"csrf": token, "text": "hi"}, headers={"X-Requested-With": "fetch"}
    )
    assert answer.status_code == 401
    assert says("notice.signed_out") in answer.text


def test_two_tries_stand_side_by_side_with_what_changed(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    ada.say(drill, "calm down")
    ada.post(f"{drill}/replay", {"position": "1"})
    page = ada.say(drill, "I am sorry", fetch=True).text
    compared = page.split('<details class="compare"')[1].split("</details>")[0]
    assert compared.index("calm") < compared.index("sorry")
    assert says("compare.better") in compared
    assert 'Trust <b class="delta">+' in compared and 'Anger <b class="delta">−' in compared
    assert 'class="costs"' not in compared.split('class="shifts"')[1]


def test_a_try_that_went_less_well_is_said_kindly(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    ada.say(drill, "I am sorry")
    ada.post(f"{drill}/replay", {"position": "1"})
    page = ada.say(drill, "calm down", fetch=True).text
    assert says("compare.worse") in page and says("compare.bad") in page


def test_satisfaction_is_a_small_curve_that_follows_the_replies(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    opened = re.search(r"Satisfaction (\d+), was (\d+) at the start", ada.get(drill).text)
    assert opened and opened[1] == opened[2]
    part = ada.say(drill, "I am sorry", fetch=True).text
    moved = re.search(r"Satisfaction (\d+), was (\d+) at the start", part)
    assert moved and moved[2] == opened[1] and int(moved[1]) > int(moved[2])
    assert 'data-replaces="#feeling"' in part and 'id="mood"' in part


def test_an_idea_is_open_and_the_rest_is_folded(site: Site) -> None:
    ada = site.visitor("ada")
    page = ada.say(ada.start(), "I am sorry, calm down, it is our policy", fetch=True).text
    note = page.split('<aside class="note"')[1].split("</aside>")[0]
    folds = re.findall(r'<details class="more" name="(note-\d+)" (open)?>', note)
    assert len(folds) >= 3 and len({name for name, _ in folds}) == 1
    assert [unfolded for _, unfolded in folds] == ["open", *[""] * (len(folds) - 1)]
    assert note.index("data-headline") < note.index("<details")


def test_what_a_marked_word_means_can_be_reached_by_keyboard(site: Site) -> None:
    ada = site.visitor("ada")
    page = ada.say(ada.start(), "I am sorry", fetch=True).text
    assert re.search(r'<mark class="helps" tabindex="0">sorry<span class="unseen tip"', page)
    assert "title=" not in page.split('class="bubble mine"')[1].split("</p>")[0]


def test_examination_mode_leaves_no_feeling_in_the_page(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    fields = {"exam": "on", "drill": drill.rsplit("/", 1)[1], "text": "I was saying"}
    answer = ada.post("/exam", fields, at=drill)
    assert answer.headers["location"] == drill
    page = ada.get(drill).text
    assert box(page) == "I was saying" and says("exam.on") in page
    ada.say(drill, "calm down")
    ada.post(f"{drill}/replay", {"position": "1"})
    replaying = ada.get(drill).text
    part = ada.say(drill, "I am sorry", fetch=True).text
    seen = ada.get(drill).text
    with Unit(site.room.engine) as unit:
        told = unit.turns.entries(drill.rsplit("/", 1)[1])
    felt = {entry.reaction.band_label for entry in told if entry.reaction}
    whys = {change.why for entry in told if entry.reaction for change in entry.reaction.changes}
    assert felt and whys
    for html in (page, replaying, part, seen):
        for told_word in (*felt, *whys, *(f"mood-{band}" for band in BANDS), 'class="spark"', 'id="mood"', "data-band"):
            assert told_word not in html, told_word
    assert says("compare.title") in seen and 'class="shifts"' not in seen and says("note.changes") not in seen


def test_examination_mode_ends_with_the_drill_or_when_asked(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    ada.post("/exam", {"exam": "on", "drill": drill.rsplit("/", 1)[1]}, at=drill)
    ada.say(drill, "I am sorry")
    assert 'id="mood"' not in ada.get(drill).text
    ada.post("/exam", {"exam": "", "drill": drill.rsplit("/", 1)[1]}, at=drill)
    assert 'id="mood"' in ada.get(drill).text
    ada.post("/exam", {"exam": "on", "drill": drill.rsplit("/", 1)[1]}, at=drill)
    part = ada.say(drill, "you idiot", fetch=True).text
    assert 'class="ending"' in part and 'id="mood"' in part and says("note.changes") in part
    assert "formaction" not in ada.get(drill).text


def test_what_is_being_typed_is_found_again(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    assert autosave(ada, drill, "Call me on 06 12 34 56 78 <soon>").status_code == 204
    assert scratched(site, drill) == "Call me on •• •• •• •• •• <soon>"
    elsewhere = site.visitor("ada")
    assert box(elsewhere.get(drill).text) == "Call me on •• •• •• •• •• &lt;soon&gt;"
    assert autosave(ada, drill, "  ").status_code == 204
    assert scratched(site, drill) is None


def test_a_pause_keeps_the_text_and_leaves(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    answer = ada.post(f"{drill}/scratch", {"text": "I was saying"}, at=drill)
    assert answer.status_code == 303 and answer.headers["location"] == "/"
    assert box(ada.get(drill).text) == "I was saying"


@pytest.mark.parametrize("path", ["scratch", "hint", "exam"])
def test_a_text_too_long_to_keep_stays_in_the_page(site: Site, path: str) -> None:
    ada = site.visitor("ada")
    drill, text = ada.start(), "x" * (MAX_TEXT + 1)
    address = "/exam" if path == "exam" else f"{drill}/{path}"
    answer = ada.post(address, {"text": text, "exam": "on", "drill": drill.rsplit("/", 1)[1]}, at=drill)
    assert answer.status_code == 422
    assert box(answer.text) == text and says("notice.too_long") in answer.text


def test_a_reply_clears_what_was_being_typed(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    autosave(ada, drill, "I am so")
    ada.say(drill, "I am sorry")
    assert scratched(site, drill) is None
    assert autosave(ada, drill, "I am so", position=1).status_code == 205
    assert scratched(site, drill) is None
    assert autosave(ada, drill, "Then", position=2).status_code == 204
    ada.post(f"{drill}/end")
    assert scratched(site, drill) is None
    assert autosave(ada, drill, "Then", position=2).status_code == 205


def test_a_reply_that_waits_is_not_shown_as_being_typed_too(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    autosave(ada, drill, "I am sorry")
    site.conversation.down = True
    ada.say(drill, "I am sorry", fetch=True)
    page = ada.get(drill).text
    assert box(page) == "" and 'class="kept"' in page
    autosave(ada, drill, "And then")
    assert box(ada.get(drill).text) == "And then"


def test_a_hint_without_script_keeps_what_is_being_typed(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    ada.post(f"{drill}/hint", {"text": "I was saying", "message_id": ID}, at=drill)
    assert box(ada.get(drill).text) == "I was saying"
    assert ada.say(drill, "I am sorry", message_id=ID, fetch=True).status_code == 200
    assert replies(site, drill) == 1


@dataclass
class Erasing(FakeConversation):
    """Another tab erases everything while this one waits for its answer."""

    async def command(self, person: Person, drill_id: str, name: str, message_id: str, **facts: Any) -> list[Payload]:
        with Unit(self.stage.engine) as unit:
            unit.belongings.erase(person.id)
        return []


def test_what_was_erased_in_another_tab_does_not_exist_any_more(site: Site) -> None:
    other = replace(site, room=replace(site.room, conversation=Erasing(site.conversation.stage)))
    ada = other.visitor("ada")
    drill = ada.start()
    answer = ada.post(f"{drill}/hint", {"text": "half a sen"}, at=drill)
    assert answer.status_code == 404 and words("notice.404") in answer.text


def test_a_page_learns_whether_the_drill_moved_on(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    assert ada.get(f"{drill}/state").json() == {"position": 0, "last": "", "over": False}
    ada.say(drill, "I am sorry", message_id=ID)
    assert ada.get(f"{drill}/state").json() == {"position": 1, "last": ID, "over": False}
    ada.post(f"{drill}/end")
    assert ada.get(f"{drill}/state").json() == {"position": 1, "last": ID, "over": True}


def test_a_first_drill_is_guided_step_by_step(site: Site) -> None:
    def step(page: str) -> list[str]:
        return re.findall(r'data-step="(\d)">', page)

    ada = site.visitor("ada")
    drill = ada.start()
    assert step(ada.get(drill).text) == ["1"]
    ada.say(drill, "I am sorry")
    assert step(ada.get(drill).text) == ["2"]
    ada.post(f"{drill}/end")
    assert step(ada.get(drill).text) == ["3"]
    assert step(ada.get(ada.start()).text) == []
