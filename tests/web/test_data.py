"""bot/web/pages/data.py"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from actions.storage import tables
from actions.storage.records import Certificate, Draft, Feedback
from actions.storage.unit import Unit
from tests.web.door import NOON, Site, Visitor, words

SECRET = "sorry, the key was under the mat all along"


@pytest.fixture
def ada(site: Site) -> Visitor:
    """Ada, with a drill of three replies, one of them taken back; Bob has one too."""
    site.visitor("bob").finish("I am sorry, Bob speaking.")
    visitor = site.visitor("ada")
    drill = visitor.start()
    visitor.say(drill, "=1+1 is a formula")
    visitor.say(drill, SECRET)
    visitor.post(f"{drill}/replay", {"position": "2"}, at=drill)
    visitor.say(drill, "+33 sorry, I will see to it today.")
    visitor.post(f"{drill}/end", at=drill)
    return visitor


def table(answer: Any, delimiter: str = ",") -> list[dict[str, str]]:
    """The lines of the CSV by the heads of its columns."""
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=delimiter))


def fill(site: Site) -> str:
    """Leave something of Ada's in every table."""
    with Unit(site.room.engine) as unit:
        (drill,) = unit.drills.of_person("id-ada")
        turn = unit.turns.entries(drill.id)[0].id
        assert turn is not None
        unit.comments.add(turn, "id-lea", "Well seen", NOON)
        unit.feedback.put(Feedback(drill.id, 4, "fine"), NOON)
        unit.contests.put(drill.id, "welcome", "I did say hello", NOON)
        unit.drafts.put(Draft(drill.id, "m-9", "a draft"), NOON)
        unit.scratches.put(drill.id, "half a sen", NOON)
        unit.outbox.add("told", drill.id, "initialized", NOON)
        unit.certificates.add(Certificate("id-ada", "welcome", NOON))
        unit.assignments.add(site.people["lea"], "id-ada", "late-refund", NOON.date(), "for you", NOON)
        unit.audit.add("id-lea", "read", drill.id, NOON)
    return drill.id


def rows(engine: Engine) -> dict[str, str]:
    """Everything in the database, table by table."""
    with engine.connect() as connection:
        return {
            one.name: json.dumps([tuple(row) for row in connection.execute(one.select())], default=str)
            for one in tables.metadata.sorted_tables
        }


def test_everything_is_in_one_file_to_keep(site: Site, ada: Visitor) -> None:
    drill = fill(site)
    answer = ada.get("/me/export.json")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    found = answer.json()
    empty = [one.name for one in tables.metadata.sorted_tables if one.name != "editions" and not found.get(one.name)]
    assert not empty, f"nothing of {empty} in the export"
    assert "for coaching" in found["about"]
    assert [turn["text"] for turn in found["turns"] if turn["kind"] == "reply"][1] == SECRET
    assert [(line["by"], line["action"]) for line in found["audit"] if line["drill_id"] == drill] == [("Lea", "read")]
    assert "id-bob" not in answer.text and "Bob speaking" not in answer.text
    assert "argon2" not in answer.text and site.people["ada"].password not in answer.text


def test_a_table_of_replies_opens_in_a_spreadsheet(ada: Visitor) -> None:
    answer = ada.get("/me/export.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf") and "attachment" in answer.headers["content-disposition"]
    first, second, third = table(answer)
    assert [one["Reply"] for one in (first, second, third)] == ["1", "2", "2"]
    assert [one["State"] for one in (first, second, third)] == ["counts", "taken back", "counts"]
    assert second["My reply"] == SECRET and second["Feeling shown"] == "2" and second["What helped"] == "Apology"
    assert second["What the customer had said"] == first["What the customer answered"]
    assert third["What the customer had said"] == first["What the customer answered"]
    assert {one["About"] for one in (first, second, third)} == {"Simulated, for coaching"}
    assert first["Date (UTC)"].startswith("2026-03-02 12:0")


def test_no_cell_is_a_formula(ada: Visitor) -> None:
    said = [line["My reply"] for line in table(ada.get("/me/export.csv"))]
    assert said[0] == "'=1+1 is a formula" and said[2] == "'+33 sorry, I will see to it today."
    assert not any(
        cell.startswith(tuple("=+-@\t\r")) for line in table(ada.get("/me/export.csv")) for cell in line.values()
    )


def test_a_formula_in_wide_letters_is_none_either(site: Site) -> None:
    bob = site.visitor("bob")
    bob.finish("＝1+1", "sorry")
    assert [line["My reply"] for line in table(bob.get("/me/export.csv"))] == ["'＝1+1", "sorry"]


def test_in_french_the_columns_are_parted_as_french_programs_do(site: Site, ada: Visitor) -> None:
    lines = table(site.visitor("ada", lang="fr").get("/me/export.csv"), ";")
    assert [line["Ma réponse"] for line in lines][1] == SECRET


def test_nobody_elses_exchange_is_in_it(ada: Visitor) -> None:
    assert "Bob speaking" not in ada.get("/me/export.csv").text


def test_without_any_practice_there_is_a_head_and_an_empty_export(site: Site) -> None:
    lea = site.visitor("lea")
    assert table(lea.get("/me/export.csv")) == []
    assert lea.get("/me/export.json").json()["drills"] == []
    assert 'name="sure"' not in lea.get("/me/erase").text


def test_the_page_says_what_goes_and_what_stays(site: Site, ada: Visitor) -> None:
    fill(site)
    page = ada.get("/me/erase").text
    for said in ("1 exchange", "1 comment received", "1 certificate", "Your account", "data-forget"):
        assert said in page
    assert words("erase.of_others") not in page and "Slack" not in page
    lea = site.visitor("lea")
    lea.finish("sorry")
    assert words("erase.of_others") in lea.get("/me/erase").text


def test_whoever_played_in_slack_is_told_that_slack_keeps_its_own(site: Site, ada: Visitor) -> None:
    with site.room.engine.begin() as connection:
        connection.execute(tables.drills.update().values(door="slack"))
    assert "Slack" in ada.get("/me/erase").text


def test_nothing_goes_without_the_tick(site: Site, ada: Visitor) -> None:
    before = rows(site.room.engine)
    answer = ada.post("/me/erase", at="/me/erase")
    assert answer.status_code == 422 and words("erase.unsure") in answer.text
    assert rows(site.room.engine) == before and site.trackers.forgotten == []


def test_everything_goes_at_once(site: Site, ada: Visitor) -> None:
    drill = fill(site)
    answer = ada.post("/me/erase", {"sure": "yes"}, at="/me/erase")
    assert answer.status_code == 303
    after = rows(site.room.engine)
    for name, left in after.items():
        assert drill not in left, name
        assert name == "people" or "id-ada" not in left, name
    assert "Bob speaking" in after["turns"]
    assert site.trackers.forgotten == [("id-ada", (drill,))]
    assert words("erase.nothing") in ada.get(answer.headers["location"]).text
    with Unit(site.room.engine) as unit:
        person = unit.people.get("id-ada")
    assert person is not None and (person.trade, person.exam) == (None, False)


def test_the_words_are_gone_from_the_file_too(site: Site, ada: Visitor) -> None:
    for number in range(10):  # enough to fill pages, and to move cells between them
        ada.finish(f"{SECRET} {number}", f"{SECRET} again {number}")
    folder = site.room.engine.url.database
    assert folder

    def found() -> int:
        return sum(one.read_bytes().count(SECRET.encode()) for one in Path(folder).parent.glob("web.db*"))

    assert found() > 20
    ada.post("/me/erase", {"sure": "yes"}, at="/me/erase")
    assert found() == 0


def test_when_rasa_cannot_forget_nothing_is_erased(site: Site, ada: Visitor) -> None:
    before = rows(site.room.engine)
    site.trackers.down = True
    answer = ada.post("/me/erase", {"sure": "yes"}, at="/me/erase")
    assert answer.status_code == 503 and words("erase.failed") in answer.text
    assert rows(site.room.engine) == before
    site.trackers.down = False
    assert ada.post("/me/erase", {"sure": "yes"}, at="/me/erase").status_code == 303


def test_my_account_leads_to_all_of_it(site: Site) -> None:
    page = site.visitor("ada").get("/me").text
    for address in ("/me/export.json", "/me/export.csv", "/me/erase"):
        assert f'href="{address}"' in page


def test_only_for_whoever_is_signed_in_and_only_by_the_form(site: Site, ada: Visitor) -> None:
    stranger = site.visitor()
    for path in ("/me/export.json", "/me/export.csv", "/me/erase"):
        assert stranger.get(path).status_code == 303
    assert ada.ask("POST", "/me/erase", data={"sure": "yes"}).status_code == 403
    assert site.trackers.forgotten == []


def test_an_exchange_still_running_is_erased_with_the_rest(site: Site) -> None:
    bob = site.visitor("bob")
    drill = bob.start()
    bob.say(drill, SECRET)
    bob.post("/me/erase", {"sure": "yes"}, at="/me/erase")
    assert bob.get(drill).status_code == 404
    assert SECRET not in rows(site.room.engine)["turns"]
