from __future__ import annotations

import pytest

from actions.storage.unit import Unit
from tests.web.door import Site

ID = "message-0001"


def replies(site: Site, drill: str) -> int:
    with Unit(site.room.engine) as unit:
        return sum(1 for entry in unit.turns.entries(drill.rsplit("/", 1)[1]) if entry.kind == "reply")


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


@pytest.mark.parametrize(
    ("text", "words"), [("   ", "message is empty"), ("x" * 5000, "2,000 characters at most")], ids=["empty", "long"]
)
@pytest.mark.parametrize("fetch", [False, True])
def test_what_cannot_be_taken_is_said_kindly_and_kept(site: Site, text: str, words: str, fetch: bool) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    answer = ada.say(drill, text, fetch=fetch)
    assert answer.status_code == 422
    assert words in answer.text
    assert fetch or text in answer.text
    assert replies(site, drill) == 0


def test_an_outage_keeps_the_reply_and_a_resend_counts_once(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    site.conversation.down = True
    lost = ada.say(drill, "I am <sorry>", fetch=True, message_id=ID)
    assert lost.status_code == 503 and "it is kept" in lost.text
    plain = ada.say(drill, "I am <sorry>", message_id=ID)
    assert plain.status_code == 503
    page = ada.get(drill).text
    assert "I am &lt;sorry&gt;</textarea>" in page and f'value="{ID}"' in page
    site.conversation.down = False
    for _ in range(2):
        assert ada.say(drill, "I am <sorry>", fetch=True, message_id=ID).status_code == 200
    assert replies(site, drill) == 1
    assert "it is kept" not in ada.get(drill).text.split('id="composer"')[0].split('class="answer"')[1]


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
    assert "You are replaying this moment" in page and 'id="moment-1"' not in page
    ada.say(drill, "I am sorry")
    page = ada.get(drill).text
    assert "Your earlier try" in page and "You are replaying" not in page
    assert 'id="moment-2"' not in page


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
    assert "The conversation has ended" in ada.get(drill).text
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
        assert "isn’t answering" in answer.text


@pytest.mark.parametrize("name", ["bob", "lea"])
def test_nobody_else_has_this_drill(site: Site, name: str) -> None:
    drill = site.visitor("ada").finish("hello")
    other = site.visitor(name)
    for path in (drill, f"{drill}/debrief"):
        assert other.get(path).status_code == 404
    for path in ("replies", "hint", "replay", "end", "feedback", "share", "unshare"):
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
    assert "kept on this device" in answer.text
