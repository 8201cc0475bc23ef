"""A small learning record store that is as strict as a real one, and a judge of what cmi5 asks of a whole drill.

It checks what an LRS must (xAPI 1.0.3): credentials, version header, ids, IRIs, required and unknown properties; all of
a request is stored or none; a known id is never changed. It can be out of order (`next`), or refuse verbs (`never`).
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Json = dict[str, Any]
KEY, SECRET = "vis-à-vis", "trois petits points"
IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.I)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,}(Z|[+-]\d\d:\d\d)")
DURATION = re.compile(r"PT\d+(\.\d{1,2})?S")
CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVEON = "https://w3id.org/xapi/cmi5/context/categories/moveon"
SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"


class Wrong(AssertionError):
    """Why a statement cannot be stored."""


class Store:
    """`kept` is what it holds, by id; `heard` what it was asked; `next` holds the answers it gives before it works."""

    def __init__(self) -> None:
        self.kept: dict[str, Json] = {}
        self.heard: list[list[Json]] = []
        self.next: list[Response] = []
        self.never: set[str] = set()
        self.told: Callable[[], object] = lambda: None
        self.app = Starlette(routes=[Route("/xapi/statements", self._statements, methods=["POST"])])

    def verbs(self) -> list[str]:
        """The verbs of what it holds, as they came."""
        return [verb(one) for one in self.kept.values()]

    async def _statements(self, request: Request) -> Response:
        if self.next:
            return self.next.pop(0)
        if request.headers.get("authorization") != _basic(KEY, SECRET):
            return Response("Who are you?", 401)
        if not request.headers.get("x-experience-api-version", "").startswith("1.0."):
            return Response("Which version?", 400)
        if request.headers["content-type"] != "application/json":
            return Response("JSON, please.", 400)
        statements: list[Json] = json.loads(await request.body())
        self.heard.append(statements)
        answer = self._take(statements)
        self.told()
        return answer

    def _take(self, statements: list[Json]) -> Response:
        try:
            for one in statements:
                check(one)
                if verb(one) in self.never:
                    raise Wrong(f"no {verb(one)} here")
            if len({one["id"] for one in statements}) < len(statements):
                raise Wrong("twice the same id")
        except (Wrong, KeyError, TypeError) as error:
            return Response(f"Not stored:\n  {error}", 400)
        if any(self.kept.get(one["id"], one) != one for one in statements):
            return Response("Another statement has this id.", 409)
        self.kept.update((one["id"], one) for one in statements)
        return JSONResponse([one["id"] for one in statements], headers={"X-Experience-API-Version": "1.0.3"})


def verb(statement: Mapping[str, Any]) -> str:
    """The last word of a statement's verb."""
    return str(statement["verb"]["id"].rsplit("/", 1)[1])


def check(one: Json) -> None:
    """What any LRS checks (xAPI Data, 2). Raises Wrong."""
    _only(one, {"id", "actor", "verb", "object", "result", "context", "timestamp"}, {"actor", "verb", "object"})
    _require(not any(value is None for value in _leaves(one)), "null")
    _uuid(one["id"])
    _only(one["actor"], {"objectType", "account"}, {"account"})
    _only(one["actor"]["account"], {"homePage", "name"}, {"homePage", "name"})
    _require(urlsplit(one["actor"]["account"]["homePage"]).scheme in ("http", "https"), "homePage")
    _require(isinstance(one["actor"]["account"]["name"], str), "name")
    _only(one["verb"], {"id", "display"}, {"id"})
    _iri(one["verb"]["id"])
    _activity(one["object"])
    _result(one.get("result", {}))
    context = one.get("context", {})
    _only(context, {"registration", "contextActivities", "extensions"})
    _uuid(context["registration"])
    _only(context["contextActivities"], {"parent", "grouping", "category", "other"})
    for activities in context["contextActivities"].values():
        for activity in activities:
            _activity(activity)
    for name in context["extensions"]:
        _iri(name)
    _require(bool(MOMENT.fullmatch(one["timestamp"])), "timestamp")


def judge(statements: list[Json]) -> None:
    """What cmi5 asks of the statements of drills, each and together (9.1–9.7). Raises AssertionError."""
    drills: dict[str, dict[str, list[Json]]] = defaultdict(lambda: defaultdict(list))
    for one in statements:
        _cmi5(one)
        drills[one["context"]["registration"]][one["context"]["extensions"][SESSION]].append(one)
    for sessions in drills.values():
        for session in sessions.values():
            said = [verb(one) for one in session]
            assert len(set(said)) == len(said), said
            assert not {"passed", "failed"} <= set(said), said
            times = {verb(one): one["timestamp"] for one in session}
            assert times["initialized"] == min(times.values()), times
            assert times.get("terminated", "9") >= max(times.values()), times
        ordered = sorted((one for session in sessions.values() for one in session), key=lambda one: one["timestamp"])
        verbs = [verb(one) for one in ordered]
        assert verbs.count("completed") <= 1 and verbs.count("passed") <= 1, verbs
        assert "failed" not in verbs[verbs.index("passed") :] if "passed" in verbs else True, verbs


def _cmi5(one: Json) -> None:
    said, result, context = verb(one), one.get("result", {}), one["context"]
    assert one["actor"]["objectType"] == "Agent" and one["timestamp"].endswith("Z")
    assert one["verb"]["id"] == f"http://adlnet.gov/expapi/verbs/{said}"
    assert said in ("initialized", "completed", "passed", "failed", "terminated")
    assert result.get("completion") == (True if said == "completed" else None)
    assert result.get("success") == {"passed": True, "failed": False}.get(said)
    assert ("duration" in result) == (said != "initialized")
    categories = [activity["id"] for activity in context["contextActivities"]["category"]]
    assert categories == [CMI5, *([MOVEON] if "completion" in result or "success" in result else [])]
    (published,) = context["contextActivities"]["grouping"]
    assert published["id"] != one["object"]["id"]
    assert isinstance(context["extensions"][SESSION], str)
    if "score" in result:
        assert (result["score"]["scaled"] >= context["extensions"][MASTERY]) == result["success"]


def _result(result: Json) -> None:
    _only(result, {"score", "success", "completion", "duration"})
    if "duration" in result:
        _require(bool(DURATION.fullmatch(result["duration"])), "duration")
    if "score" in result:
        score = result["score"]
        _only(score, {"scaled", "raw", "min", "max"})
        _require(-1 <= score["scaled"] <= 1 and score["min"] <= score["raw"] <= score["max"], "score")


def _activity(activity: Json) -> None:
    _only(activity, {"objectType", "id", "definition"}, {"id"})
    _require(activity.get("objectType") == "Activity", "objectType")
    _iri(activity["id"])
    definition = activity.get("definition", {})
    _only(definition, {"name", "type"})
    _require(all(name in ("fr", "en") for name in definition.get("name", {})), "language map")


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _leaves(each)
    else:
        yield value


def _only(found: Json, known: set[str], needed: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    _require(set(found) <= known, f"unknown property in {sorted(found)}")
    _require(needed <= set(found), f"missing property in {sorted(found)}")


def _uuid(text: str) -> None:
    _require(str(uuid.UUID(text)) == text, "UUID")


def _iri(text: str) -> None:
    _require(bool(IRI.fullmatch(text)), f"not an IRI: {text}")


def _require(right: bool, what: str) -> None:
    if not right:
        raise Wrong(what)


def _basic(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()
