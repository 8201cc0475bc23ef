from __future__ import annotations

import re
from dataclasses import replace

import pytest

from actions.storage.unit import Unit
from nlu.contract import Lang
from tests.web.door import SLUG, Keys, Site, words


def test_the_debrief_waits_for_the_end(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.start()
    assert ada.get(f"{drill}/debrief").headers["location"] == drill


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_everything_is_in_the_debrief(site: Site, lang: str) -> None:
    ada = site.visitor("ada", lang)
    drill = ada.finish("calm down", "I am sorry", "hmm")
    page = ada.get(f"{drill}/debrief").text
    for part in (
        'id="curve"',
        'id="decisive"',
        'id="card"',
        'id="behaviours"',
        'id="verdict"',
        "<table>",
        "pygal-chart",
    ):
        assert part in page
    assert ("Avis simulé" if lang == "fr" else "Simulated opinion") in page
    assert page.count('class="name serie-') == 5


def test_a_drill_without_reply_has_a_kind_debrief(site: Site) -> None:
    ada = site.visitor("ada")
    page = ada.get(f"{ada.finish()}/debrief")
    assert page.status_code == 200
    assert 'class="score"' not in page.text


@pytest.mark.parametrize(("lang", "words"), [("fr", "pas d’occasion"), ("en", "no occasion")])
def test_a_behaviour_without_an_occasion_says_so(site: Site, lang: str, words: str) -> None:
    ada = site.visitor("ada", lang)
    page = ada.get(f"{ada.finish()}/debrief").text
    assert page.count(words) >= 5 and "<b>None</b>" not in page


def test_a_decisive_moment_can_be_replayed_after_the_end(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("calm down")
    ada.post(f"{drill}/replay", {"position": "1"})
    assert "You are replaying this moment" in ada.get(drill).text


def test_feedback_is_kept_and_shown(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("hello")
    answer = ada.post(f"{drill}/feedback", {"rating": "4", "text": "<fine>"})
    assert answer.headers["location"] == f"{drill}/debrief#feedback"
    page = ada.get(f"{drill}/debrief").text
    assert 'value="4" required checked' in page and "&lt;fine&gt;" in page
    assert site.conversation.asked[-1] == ("feedback", {"rating": 4, "text": "<fine>", "shared": False})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"rating": "6"}, "Choose a rating"),
        ({"text": "kept line"}, "Choose a rating"),
        ({"rating": "3", "text": "x" * 3000}, "2,000 characters"),
    ],
)
def test_feedback_that_cannot_be_kept_says_why(site: Site, fields: dict[str, str], words: str) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("hello")
    answer = ada.post(f"{drill}/feedback", fields)
    assert answer.status_code == 422
    assert words in answer.text and fields.get("text", "") in answer.text


def test_feedback_during_an_outage(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("hello")
    site.conversation.down = True
    assert ada.post(f"{drill}/feedback", {"rating": "3"}).status_code == 503


def test_sharing_and_taking_back(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("hello")
    assert "yours alone" in ada.get(f"{drill}/debrief").text
    ada.post(f"{drill}/share")
    assert "Shared with your team lead" in ada.get(f"{drill}/debrief").text
    ada.post(f"{drill}/unshare")
    assert "yours alone" in ada.get(f"{drill}/debrief").text
    with Unit(site.room.engine) as unit:
        assert [action for _, action in unit.audit.of_drill(drill.rsplit("/", 1)[1])] == ["share", "unshare"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_whoever_shares_knows_who_else_hears_the_score(site: Site, lang: Lang) -> None:
    told = words("share.record", lang)
    drill = site.visitor("ada").finish("sorry")
    assert told not in site.visitor("ada", lang).get(f"{drill}/debrief").text
    linked = replace(site, room=replace(site.room, settings=Keys(lrs_url="https://lrs.example/xapi")))
    assert told in linked.visitor("ada", lang).get(f"{drill}/debrief").text
    assert words("data.record", lang) in linked.visitor("ada", lang).get("/me").text
    assert words("data.record", lang) not in site.visitor("ada", lang).get("/me").text


def test_a_drill_under_way_is_not_shared(site: Site) -> None:
    ada = site.visitor("ada")
    assert ada.post(f"{ada.start()}/share").status_code == 404


def test_sharing_tells_the_store_a_result_when_there_is_one(site: Site) -> None:
    def told(drill: str) -> list[str]:
        with Unit(site.room.engine) as unit:
            return [one.verb for one in unit.outbox.of_drill(drill.rsplit("/", 1)[1])]

    ada = site.visitor("ada")
    drill = ada.finish("calm down")
    ada.post(f"{drill}/share", at=f"{drill}/debrief")
    assert told(drill) == []
    telling = replace(site, room=replace(site.room, settings=Keys(lrs_url="https://lrs.example/xapi")))
    ada = telling.visitor("ada")
    other = ada.finish("calm down")
    assert told(other) == []  # the conversation of this site has no store to tell of beginnings and ends
    ada.post(f"{other}/share", at=f"{other}/debrief")
    assert told(other) == ["initialized", "failed", "terminated"]


def id_of(drill: str) -> str:
    return drill.rsplit("/", 1)[1]


def test_the_strength_comes_first_and_the_figures_last(site: Site) -> None:
    ada = site.visitor("ada")
    page = ada.get(f"{ada.finish('calm down', 'I am sorry')}/debrief").text
    places = [
        page.index(part) for part in ('"card strength"', '"card next"', 'id="curve"', 'id="decisive"', 'id="card"')
    ]
    assert places == sorted(places)
    for anchor in re.findall(r'class="anchors".*?</nav>', page, re.DOTALL)[0].split('href="#')[1:]:
        assert f'id="{anchor.split(chr(34))[0]}"' in page


def test_what_was_said_and_what_it_did_leads_to_the_moment(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("I am sorry " + "word " * 60, "calm down")
    with Unit(site.room.engine) as unit:
        felt = [entry.reaction.feelings.satisfaction for entry in unit.turns.entries(id_of(drill)) if entry.reaction]
    listed = re.findall(r'<ol class="said">.*?</ol>', ada.get(f"{drill}/debrief").text, re.DOTALL)[0]
    assert listed.count("<li>") == 2 and f'href="{drill}#moment-2"' in listed
    assert f"satisfaction {felt[0]} → {felt[1]}" in listed
    assert "…</q>" in listed and "word " * 60 not in listed


def test_both_ways_to_answer_are_shown_with_their_reasons(site: Site) -> None:
    ada = site.visitor("ada")
    page = ada.get(f"{ada.finish('hello')}/debrief").text
    model = site.room.library.scenario(SLUG, "en").model
    for exchange in (model.strong, model.weak):
        assert exchange.reply in page and exchange.why in page


def test_a_quick_drill_has_its_own_model(site: Site) -> None:
    ada = site.visitor("ada")
    scenario = site.room.library.scenario(SLUG, "en")
    name = next(iter(scenario.moments))
    drill = ada.post("/drills", {"scenario": f"{SLUG}.{name}", "difficulty": "calm"}).headers["location"]
    ada.post(f"{drill}/end")
    page = ada.get(f"{drill}/debrief").text
    assert scenario.quick(name).model.strong.reply in page


def test_a_radar_wants_three_behaviours_shown(site: Site) -> None:
    ada = site.visitor("ada")
    assert 'class="radar"' in ada.get(f"{ada.finish('I am sorry', 'I am sorry')}/debrief").text
    assert 'class="radar"' not in ada.get(f"{ada.finish()}/debrief").text


def test_a_reflection_is_private_unless_ticked(site: Site) -> None:
    ada, ticked = site.visitor("ada"), 'name="shared" value="yes" checked'
    drill = ada.finish("hello")
    assert ticked not in ada.get(f"{drill}/debrief").text
    ada.post(f"{drill}/feedback", {"rating": "4", "text": "fine", "shared": "yes"})
    assert ticked in ada.get(f"{drill}/debrief").text
    ada.post(f"{drill}/feedback", {"rating": "4", "text": "fine"})
    with Unit(site.room.engine) as unit:
        kept = unit.feedback.get(id_of(drill))
    assert kept is not None and not kept.shared


def test_a_refused_reflection_keeps_its_tick(site: Site) -> None:
    ada = site.visitor("ada")
    answer = ada.post(f"{ada.finish('hello')}/feedback", {"text": "kept", "shared": "yes"})
    assert answer.status_code == 422 and 'name="shared" value="yes" checked' in answer.text


def test_a_minute_to_breathe_follows_what_was_hard(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("hello")
    assert 'id="care"' not in ada.get(f"{drill}/debrief").text
    ada.post(f"{drill}/feedback", {"rating": "2", "text": ""})
    page = ada.get(f"{drill}/debrief").text
    assert 'id="care"' in page and 'href="#care"' in page
    hard = ada.start("hard")
    ada.post(f"{hard}/end")
    assert 'id="care"' in ada.get(f"{hard}/debrief").text


@pytest.mark.parametrize(("lang", "line"), [("fr", "Cellule d’écoute : 1234"), ("en", "Listening line <1234>")])
def test_support_is_the_companys_own_or_somebody_near(site: Site, lang: str, line: str) -> None:
    keys = Keys(support={"fr": "Cellule d’écoute : 1234", "en": "Listening line <1234>"})
    for where, said in (
        (replace(site, room=replace(site.room, settings=keys)), line.replace("<", "&lt;").replace(">", "&gt;")),
        (site, "médecine du travail" if lang == "fr" else "occupational health"),
    ):
        ada = where.visitor("ada", lang)
        drill = ada.start("hard")
        ada.post(f"{drill}/end")
        assert said in ada.get(f"{drill}/debrief").text


def test_a_mark_is_contested_and_withdrawn(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("hello")
    criterion = re.findall(r'id="mark-(\w+)"', ada.get(f"{drill}/debrief").text)[1]
    answer = ada.post(f"{drill}/contests", {"criterion": criterion, "text": "I did ask <twice>"})
    assert answer.headers["location"] == f"{drill}/debrief#mark-{criterion}"
    page = ada.get(f"{drill}/debrief").text
    assert "I did ask &lt;twice&gt;" in page and f'id="contest-{criterion}"' not in page
    ada.post(f"{drill}/contests", {"criterion": criterion})
    assert "I did ask" not in ada.get(f"{drill}/debrief").text
    with Unit(site.room.engine) as unit:
        assert [action for _, action in unit.audit.of_drill(id_of(drill))] == ["contest", "uncontest"]


def test_a_contest_that_cannot_be_kept_says_why(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("hello")
    criterion = re.findall(r'id="mark-(\w+)"', ada.get(f"{drill}/debrief").text)[0]
    answer = ada.post(f"{drill}/contests", {"criterion": criterion, "text": "y" * 2001})
    assert answer.status_code == 422
    assert "2,000 characters" in answer.text and "y" * 2001 in answer.text and "<details open>" in answer.text


def test_only_a_mark_of_the_grid_of_ones_own_finished_drill_is_contested(site: Site) -> None:
    ada, bob = site.visitor("ada"), site.visitor("bob")
    drill = ada.finish("hello")
    criterion = re.findall(r'id="mark-(\w+)"', ada.get(f"{drill}/debrief").text)[0]
    assert ada.post(f"{drill}/contests", {"criterion": "nonsense", "text": "x"}).status_code == 404
    assert bob.post(f"{drill}/contests", {"criterion": criterion, "text": "x"}).status_code == 404
    assert ada.post(f"{ada.start()}/contests", {"criterion": criterion, "text": "x"}).status_code == 404
    with Unit(site.room.engine) as unit:
        assert unit.contests.of_drill(id_of(drill)) == {}


def test_a_replayed_moment_is_laid_beside_its_first_try(site: Site) -> None:
    ada = site.visitor("ada")
    drill = ada.finish("calm down")
    assert 'id="retold"' not in ada.get(f"{drill}/debrief").text
    ada.post(f"{drill}/replay", {"position": "1"})
    ada.say(drill, "I am sorry")
    ada.post(f"{drill}/end")
    page = ada.get(f"{drill}/debrief").text
    retold = page[page.index('id="retold"') :]
    assert "calm down" in retold and "sorry" in retold


def test_paper_says_what_it_is(site: Site) -> None:
    ada = site.visitor("ada", "fr")
    page = ada.get(f"{ada.finish('hello')}/debrief").text
    assert "2 mars 2026" in page and "entraînement simulé" in page and "Ada" in page
    assert 'id="print" hidden' in page
