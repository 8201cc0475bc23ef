"""bot/lrs/sender.py: everything told once, whatever the store does."""

from __future__ import annotations

import asyncio
import json
import socket
import uuid
from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError
from starlette.responses import Response

from actions import practice
from actions.storage import tables
from actions.storage.repositories import Outbox
from actions.storage.unit import Unit
from bot.lrs.sender import ASKED, BATCH, LONGEST, Sender, pause
from tests.lrs.conftest import Keys, Stage
from tests.lrs.store import judge, verb

PLAYED = ["initialized", "completed", "terminated"]


async def test_a_drill_is_told_once_and_in_order(stage: Stage) -> None:
    drill_id = stage.quick()
    sender = stage.sender()
    assert await sender.once() is False
    assert stage.store.verbs() == PLAYED
    judge(list(stage.store.kept.values()))
    await sender.once()
    assert len(stage.store.heard) == 1
    assert all(one.sent_at and one.due_at == Outbox.NEVER for one in stage.told(drill_id))


async def test_a_whole_life_is_what_cmi5_allows(stage: Stage) -> None:
    """Ended early; replayed badly, well and badly again, each time shared, taken back and shared anew."""
    sender, drill_id = stage.sender(), stage.begin(quick=2)
    stage.say(drill_id)
    stage.end(drill_id)
    for good in (False, True, False):
        await sender.once()
        stage.replay(drill_id)
        stage.say(drill_id, good=good)
        stage.say(drill_id, good=good)
        stage.share(drill_id)
        await sender.once()
        stage.unshare(drill_id)
        stage.share(drill_id)
    await sender.once()
    said = list(stage.store.kept.values())
    judge(said)
    assert [verb(one) for one in said if "success" in one.get("result", {})] == ["failed", "passed"]
    assert stage.store.verbs().count("completed") == 1


async def test_nothing_said_is_told(stage: Stage) -> None:
    """A property: whatever the agent and others write stays here, and so do their names."""
    sender = stage.sender()

    @settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.uuids(), min_size=4, max_size=4), st.booleans(), st.sampled_from([0, 1]))
    def tell(words: list[uuid.UUID], good: bool, quick: int) -> None:
        reply, feeling, remark, asked = (f"mot{word.hex}" for word in words)
        drill_id = stage.begin(quick=quick)
        stage.say(drill_id, reply, good)
        practice.hint(stage.room, drill_id, asked)
        stage.end(drill_id)
        practice.reflect(stage.room, drill_id, 2, feeling)
        with Unit(stage.room.engine) as unit:
            (entry, *_) = unit.turns.entries(drill_id)
            assert entry.id is not None
            unit.comments.add(entry.id, stage.agent.id, remark, stage.clock())
        stage.share(drill_id)
        told = json.dumps([written for _, written in sender._batch()])
        assert drill_id in told
        assert not [word for word in (reply, feeling, remark, asked) if word in told]
        assert not [name for name in (stage.agent.name, f'"{stage.agent.login}"', stage.agent.team) if name in told]
        assert json.dumps(entry.text) not in told
        with Unit(stage.room.engine) as unit:
            unit.outbox.sent([one.id for one in unit.outbox.of_drill(drill_id)], stage.clock())

    tell()


async def test_a_result_leaves_only_while_the_drill_is_shared(stage: Stage) -> None:
    drill_id, sender = stage.quick(), stage.sender()
    stage.share(drill_id)
    stage.unshare(drill_id)
    await sender.once()
    assert "passed" not in stage.store.verbs()
    stage.share(drill_id)
    await sender.once()
    (passed,) = [one for one in stage.store.kept.values() if verb(one) == "passed"]
    assert passed["result"]["score"]["scaled"] >= 0.6
    judge(list(stage.store.kept.values()))


async def test_a_result_taken_back_and_replayed_is_never_told(stage: Stage) -> None:
    drill_id, sender = stage.quick(), stage.sender()
    stage.share(drill_id)
    stage.replay(drill_id)
    stage.say(drill_id, good=False)
    await sender.once()
    assert not {"passed", "failed"} & set(stage.store.verbs())
    stage.share(drill_id)
    await sender.once()
    assert [one for one in stage.store.verbs() if one in ("passed", "failed")] == ["failed"]
    judge(list(stage.store.kept.values()))


async def test_time_spent_counts_the_sessions_and_not_the_days_between(stage: Stage) -> None:
    drill_id, sender = stage.begin(), stage.sender()
    stage.say(drill_id)
    stage.clock.forward(minutes=10)
    stage.end(drill_id)
    stage.clock.forward(days=3)
    stage.replay(drill_id)
    stage.clock.forward(minutes=5)
    stage.say(drill_id)
    stage.end(drill_id)
    stage.share(drill_id)
    await sender.once()
    spent = [
        (verb(one), float(one["result"]["duration"][2:-1])) for one in stage.store.kept.values() if "result" in one
    ]
    assert [name for name, _ in spent] == ["terminated", "terminated", "passed", "terminated"]
    assert [round(seconds / 60) for _, seconds in spent] == [10, 5, 15, 0]


async def test_a_drill_from_before_the_store_has_its_own_length(stage: Stage) -> None:
    drill_id = stage.quick()
    with stage.room.engine.begin() as connection:
        connection.execute(delete(tables.outbox))
    stage.share(drill_id)
    await stage.sender().once()
    assert stage.store.verbs() == ["initialized", "passed", "terminated"]
    (passed,) = [one for one in stage.store.kept.values() if verb(one) == "passed"]
    assert float(passed["result"]["duration"][2:-1]) > 0


async def test_a_store_that_is_down_is_tried_again(stage: Stage) -> None:
    drill_id = stage.quick()
    away = stage.sender(transport=None, settings=Keys(lrs_url=f"http://127.0.0.1:{free_port()}"))
    before = stage.clock.now
    await away.once()
    assert {one.tries for one in stage.told(drill_id)} == {1}
    assert all(timedelta(seconds=60) <= one.due_at - before <= timedelta(seconds=70) for one in stage.told(drill_id))
    sender = stage.sender()
    await sender.once()
    assert stage.store.heard == []
    stage.clock.forward(minutes=2)
    await sender.once()
    assert stage.store.verbs() == PLAYED


async def test_a_store_that_never_answers_is_left(stage: Stage) -> None:
    drill_id = stage.quick()
    connected: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda reader, writer: connected.append(writer), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    await stage.sender(transport=None, settings=Keys(lrs_url=f"http://127.0.0.1:{port}"), seconds=0.2).once()
    assert connected and {one.tries for one in stage.told(drill_id)} == {1}
    for writer in connected:
        writer.close()
    silent.close()


@pytest.mark.parametrize("status", [301, 401, 403, 404, 408, 429, 500, 502, 503])
async def test_what_mends_is_never_refused(stage: Stage, status: int) -> None:
    drill_id, sender = stage.quick(), stage.sender()
    stage.store.next = [Response("Not now.", status)]
    await sender.once()
    assert {(one.tries, one.refused) for one in stage.told(drill_id)} == {(1, None)}
    stage.clock.forward(minutes=2)
    await sender.once()
    assert stage.store.verbs() == PLAYED


async def test_wrong_credentials_mend(stage: Stage) -> None:
    stage.quick()
    await stage.sender(settings=Keys(lrs_secret="old")).once()
    assert stage.store.kept == {}
    stage.clock.forward(minutes=2)
    await stage.sender().once()
    assert stage.store.verbs() == PLAYED


def test_pauses_grow_up_to_six_hours() -> None:
    assert [pause(tries) for tries in (1, 2, 3)] == [timedelta(minutes=minutes) for minutes in (1, 2, 4)]
    assert pause(9) < pause(10) == LONGEST == pause(10**6) == timedelta(hours=6)


@pytest.mark.parametrize("dated", [False, True])
async def test_a_store_that_asks_for_rest_gets_it(stage: Stage, dated: bool) -> None:
    stage.quick()
    until = format_datetime(stage.clock.now + timedelta(hours=1)) if dated else "3600"
    stage.store.next = [Response("Slowly.", 429, headers={"Retry-After": until})]
    sender = stage.sender()
    await sender.once()
    stage.quick()  # due at once, but the store rests
    stage.clock.forward(minutes=50)
    await sender.once()
    assert stage.store.heard == []
    stage.clock.forward(minutes=12)
    await sender.once()
    assert stage.store.verbs() == PLAYED * 2


@pytest.mark.parametrize("asked", ["", "soon", "-5", "²", "9" * 400, "Wed, 21 Oct 2015 07:28:00 -0000"])
async def test_a_rest_that_cannot_be_read_or_has_no_end(stage: Stage, asked: str) -> None:
    drill_id, sender = stage.quick(), stage.sender()
    stage.store.next = [Response("Later.", 503, headers={"Retry-After": asked.encode("utf-8").decode("latin-1")})]
    await sender.once()
    assert all(one.due_at <= stage.clock.now + ASKED for one in stage.told(drill_id))
    assert {one.tries for one in stage.told(drill_id)} == {1}


async def test_one_refused_holds_nobody_back(stage: Stage) -> None:
    stage.store.never = {"completed"}
    drill_id, sender = stage.quick(), stage.sender()
    await sender.once()
    assert stage.store.verbs() == ["initialized", "terminated"]
    refused = [(one.verb, one.refused) for one in stage.told(drill_id) if one.refused]
    assert refused == [("completed", "400 Not stored: no completed here")]
    heard = len(stage.store.heard)
    stage.clock.forward(days=2)
    await sender.once()
    assert len(stage.store.heard) == heard
    stage.store.never = set()
    with Unit(stage.room.engine) as unit:
        unit.outbox.retry(stage.clock())
    await sender.once()
    assert "completed" in stage.store.verbs() and not any(one.refused for one in stage.told(drill_id))


async def test_a_store_that_goes_down_while_we_look_for_the_culprit(stage: Stage) -> None:
    drill_id, sender = stage.quick(), stage.sender()
    stage.store.next = [Response("No.", 400), Response("No.", 400), Response("Gone.", 503)]
    await sender.once()
    assert [(one.refused, one.tries) for one in stage.told(drill_id)] == [("400 No.", 0), (None, 1), (None, 1)]


async def test_a_statement_that_is_there_already_is_sent(stage: Stage) -> None:
    drill_id, sender = stage.quick(), stage.sender()
    first = stage.told(drill_id)[0].id
    stage.store.kept[first] = {"id": first, "verb": {"id": "http://adlnet.gov/expapi/verbs/initialized"}}
    there = dict(stage.store.kept[first])
    await sender.once()
    assert all(one.sent_at and not one.refused for one in stage.told(drill_id))
    assert stage.store.kept[first] == there and len(stage.store.kept) == 3


async def test_two_processes_do_no_harm(stage: Stage) -> None:
    stage.quick()
    one, other = stage.sender(), stage.sender()
    await asyncio.gather(one.once(), other.once())
    assert stage.store.verbs() == PLAYED
    assert len(stage.store.kept) == 3


async def test_an_answer_lost_on_the_way_back(stage: Stage) -> None:
    class Deaf(httpx.ASGITransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await super().handle_async_request(request)
            raise httpx.ReadError("reset by peer")

    drill_id = stage.quick()
    await stage.sender(transport=Deaf(stage.store.app)).once()
    assert len(stage.store.kept) == 3 and {one.tries for one in stage.told(drill_id)} == {1}
    stage.clock.forward(minutes=2)
    await stage.sender().once()
    assert len(stage.store.kept) == 3 and all(one.sent_at for one in stage.told(drill_id))


async def test_a_long_queue_goes_in_batches(stage: Stage) -> None:
    for _ in range(9):
        stage.quick()
    sender = stage.sender()
    assert await sender.once() is True
    assert await sender.once() is False
    assert [len(asked) for asked in stage.store.heard] == [BATCH, 2]
    judge(list(stage.store.kept.values()))


async def test_nothing_overtakes_what_waits(stage: Stage) -> None:
    drill_id, sender = stage.begin(quick=1), stage.sender()
    stage.store.next = [Response("", 503)]
    await sender.once()
    stage.say(drill_id)
    other = stage.quick()
    await sender.once()
    assert {one["context"]["registration"] for one in stage.store.kept.values()} == {other}
    stage.clock.forward(minutes=2)
    await sender.once()
    mine = [verb(one) for one in stage.store.kept.values() if one["context"]["registration"] == drill_id]
    assert mine == PLAYED


async def test_an_erased_drill_is_not_told(stage: Stage) -> None:
    drill_id, sender = stage.quick(), stage.sender()
    with stage.room.engine.begin() as connection:
        connection.execute(delete(tables.people).where(tables.people.c.id == stage.agent.id))
    assert stage.told(drill_id) == []
    await sender.once()
    assert stage.store.heard == []


async def test_a_spoilt_drill_holds_nobody_back(stage: Stage) -> None:
    spoilt, sound = stage.quick(), stage.quick()
    stage.share(spoilt)
    with stage.room.engine.begin() as connection:
        connection.execute(update(tables.drills).where(tables.drills.c.id == spoilt).values(edition="never kept"))
    await stage.sender().once()
    assert [one.verb for one in stage.told(spoilt) if one.refused] == ["passed"]
    assert all(one.sent_at for one in stage.told(sound))


async def test_a_scenario_that_is_gone_is_told_by_its_address(stage: Stage) -> None:
    drill_id = stage.quick()
    with stage.room.engine.begin() as connection:
        connection.execute(update(tables.drills).where(tables.drills.c.id == drill_id).values(scenario="long-gone"))
    await stage.sender().once()
    said = stage.store.kept.values()
    assert {one["object"]["id"] for one in said} == {"https://room.example/scenarios/long-gone"}
    assert not [one for one in said if "name" in one["object"]["definition"]]


async def test_a_stumble_does_not_end_the_task(stage: Stage) -> None:
    stage.quick()
    heard, troubles = asyncio.Event(), [OperationalError("select", {}, Exception("locked")), RuntimeError("a bug")]
    stage.store.told = heard.set

    class Stumbling(Sender):
        async def once(self) -> bool:
            if troubles:
                raise troubles.pop()
            return await super().once()

    transport = httpx.ASGITransport(stage.store.app)
    sender = Stumbling(stage.room.engine, stage.room.library, Keys(), stage.clock, transport, idle=0)
    await sender.start()
    await asyncio.wait_for(heard.wait(), 10)
    await sender.stop()
    assert stage.store.verbs() == PLAYED


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
