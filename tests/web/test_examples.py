from __future__ import annotations

import re
from dataclasses import replace

import pytest

from actions.storage.unit import Unit
from bot.web.pages.examples import VEIL, unnamed
from tests.web.door import NOON, Site, Visitor

MINE = "I am sorry, it is Ada here, ADA from the shop. calm down, it is our policy."


def kept(site: Site, chosen: str, *replies: str) -> tuple[Visitor, str]:
    """Ada, and a drill she keeps as an example; the address of its debrief without `/debrief`."""
    ada = site.visitor("ada")
    drill = ada.finish(*(replies or (MINE,)))
    answer = ada.post(f"{drill}/exemplar", {"as": chosen})
    assert answer.headers["location"] == f"{drill}/debrief#exemplar"
    return ada, drill


def example(drill: str) -> str:
    return f"/examples/{drill.rsplit('/', 1)[1]}"


def test_an_empty_shelf_invites(site: Site) -> None:
    page = site.visitor("bob").get("/examples").text
    assert "yours would be welcome" in page and 'class="button" href="/"' in page


def test_nothing_is_an_example_until_the_agent_says_so(site: Site) -> None:
    ada, bob = site.visitor("ada"), site.visitor("bob")
    drill = ada.finish("I am sorry")
    ada.post(f"{drill}/share")
    assert bob.get(example(drill)).status_code == 404 and example(drill) not in bob.get("/examples").text


def test_the_team_reads_a_signed_example(site: Site) -> None:
    _, drill = kept(site, "signed")
    for reader in ("bob", "lea"):
        visitor = site.visitor(reader)
        listed = visitor.get("/examples").text
        assert example(drill) in listed and "offered by Ada" in listed
        page = visitor.get(example(drill)).text
        assert "it is Ada here" in page.replace("</mark>", "")
    with Unit(site.room.engine) as unit:
        trail = unit.audit.of_drill(drill.rsplit("/", 1)[1])
    assert trail == [("id-ada", "exemplar"), ("id-bob", "read"), ("id-lea", "read")]


def test_without_a_name_the_name_is_nowhere(site: Site) -> None:
    _, drill = kept(site, "anonymous")
    bob = site.visitor("bob")
    for page in (bob.get("/examples").text, bob.get(example(drill)).text):
        assert not re.search(r"\bada\b", page, re.IGNORECASE) and VEIL not in page
        assert "colleague" in page
        assert not re.search(r'class="avatar[^"]*"[^>]*>A<', page)
    assert "it is … here, … from the shop" in bob.get(example(drill)).text


def test_praise_that_quotes_the_name_is_veiled_too(site: Site) -> None:
    _, drill = kept(site, "anonymous", "I am sorry")
    with Unit(site.room.engine) as unit:
        entry = unit.turns.entries(drill.rsplit("/", 1)[1])[0]
        assert entry.note is not None
        entry = replace(
            entry, note={**entry.note, "praise": "“Ada here”: well said."}, message_id="praised", position=2
        )
        unit.turns.append(drill.rsplit("/", 1)[1], entry, NOON)
    page = site.visitor("bob").get(example(drill)).text
    assert "“… here”: well said." in page


def test_only_what_worked_is_shown(site: Site) -> None:
    ada, drill = kept(site, "signed")
    lea = site.visitor("lea")
    ada.post(f"{drill}/share")
    turn = re.findall(r'name="turn" value="(\d+)"', lea.get(f"/team{drill}").text)[0]
    lea.post(f"/team{drill}/comments", {"turn": turn, "text": "A private word"})
    ada.post(f"{drill}/feedback", {"rating": "1", "text": "I felt small", "shared": "yes"})
    page = site.visitor("bob").get(example(drill)).text
    assert '<mark class="helps"' in page
    for hidden in (
        "A private word",
        "I felt small",
        'class="costs"',
        'class="avoid"',
        'class="levels"',
        'class="score"',
    ):
        assert hidden not in page
    assert "/replay" not in page and "<form method" not in page.split("<main", 1)[1]


def test_a_reply_in_which_nothing_helped_is_told_without_a_word(site: Site) -> None:
    _, drill = kept(site, "signed", "hmm", "I am sorry")
    with Unit(site.room.engine) as unit:
        notes = [entry.note for entry in unit.turns.entries(drill.rsplit("/", 1)[1]) if entry.note]
    assert notes[0]["praise"] and notes[1]["praise"]
    page = site.visitor("bob").get(example(drill)).text
    assert page.count('class="praise"') == 1


def test_an_example_is_for_ones_own_team(site: Site) -> None:
    _, drill = kept(site, "signed")
    assert site.visitor("max").get(example(drill)).status_code == 404
    assert example(drill) not in site.visitor("max").get("/examples").text


def test_an_example_is_taken_back(site: Site) -> None:
    ada, drill = kept(site, "anonymous")
    bob = site.visitor("bob")
    assert bob.get(example(drill)).status_code == 200
    ada.post(f"{drill}/exemplar")
    assert bob.get(example(drill)).status_code == 404
    assert "Offer it without my name" in ada.get(f"{drill}/debrief").text
    with Unit(site.room.engine) as unit:
        actions = [action for _, action in unit.audit.of_drill(drill.rsplit("/", 1)[1])]
    assert actions == ["exemplar", "read", "unexemplar"]


def test_a_replay_takes_the_example_back_and_first_tries_are_never_shown(site: Site) -> None:
    ada, drill = kept(site, "signed", "calm down")
    bob = site.visitor("bob")
    ada.post(f"{drill}/replay", {"position": "1"})
    assert bob.get(example(drill)).status_code == 404
    ada.say(drill, "I am sorry")
    ada.post(f"{drill}/end")
    assert bob.get(example(drill)).status_code == 404
    ada.post(f"{drill}/exemplar", {"as": "signed"})
    page = bob.get(example(drill)).text
    assert "sorry" in page and "calm down" not in page


def test_only_ones_own_finished_drill_becomes_an_example(site: Site) -> None:
    ada, bob = site.visitor("ada"), site.visitor("bob")
    drill = ada.finish("hello")
    assert bob.post(f"{drill}/exemplar", {"as": "signed"}).status_code == 404
    assert ada.post(f"{ada.start()}/exemplar", {"as": "signed"}).status_code == 404
    assert ada.post(f"{drill}/exemplar", {"as": "loudly"}).status_code == 404
    with Unit(site.room.engine) as unit:
        assert unit.drills.exemplars("blue") == []


def test_reading_ones_own_example_leaves_no_trace(site: Site) -> None:
    ada, drill = kept(site, "anonymous")
    assert f'href="{drill}/debrief#exemplar"' in ada.get(example(drill)).text
    with Unit(site.room.engine) as unit:
        assert ("id-ada", "read") not in unit.audit.of_drill(drill.rsplit("/", 1)[1])


@pytest.mark.parametrize(
    ("text", "name", "hidden"),
    [
        ("Zoe à l'appareil", "Zoé Le Goff", ["Zoe"]),
        ("le dossier, Madame Le GOFF", "Zoé Le Goff", ["Le", "GOFF"]),
        ("Camille Dupont, c'est camille", "Camille Dupont", ["Camille", "Dupont", "camille"]),
        ("Jean-Pierre ou Jean", "Jean-Pierre M.", ["Jean", "Pierre", "Jean"]),
        ("Adaptons-nous à un cas", "Ada", []),
        ("j'arrive", "J. Doe", []),
        ("Zoé Dupont à l'appareil", "DUPONT, Zoe\u0301 (SAV)", ["Zoé", "Dupont"]),
        ("Anne ou Lise", "Anne\u2011Lise_B", ["Anne", "Lise"]),
        ("anything", "", []),
    ],
)
def test_a_name_is_veiled_letter_for_letter(text: str, name: str, hidden: list[str]) -> None:
    veiled = unnamed(text, name)
    assert len(veiled) == len(text)
    assert veiled.count(VEIL) == sum(len(part) for part in hidden)
    for part in hidden:
        text = text.replace(part, VEIL * len(part), 1)
    assert veiled == text
