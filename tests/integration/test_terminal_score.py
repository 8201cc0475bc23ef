"""`visavis score` as a person pipes replies into it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from bot.settings import ROOT
from nlu.contract import ACTS, EMPATHY, MAX_TEXT, RED_FLAGS, SENTIMENTS, TONE

KEYS = {
    "id", "lang", "empathy", "tone", "sentiment", "acts", "markers", "wording", "red_flags", "confidence", "score",
    "versions",
}  # fmt: skip
LINES: tuple[dict[str, Any], ...] = (
    {
        "id": "fr-1",
        "text": "Trois semaines sans nouvelles, je comprends votre colère. Je vous rappelle demain avant midi.",
        "customer": "Trois semaines que j'attends mon remboursement !",
    },
    {
        "id": "en-1",
        "text": "I'm so sorry about this wait. What happened when you called?",
        "customer": "Three weeks, and nobody can tell me where my money is!",
        "need": "warm",
        "phase": "opening",
    },
    {"id": "cold", "text": "Calmez-vous, c'est la procédure.", "customer": "", "lang": "fr"},
    {
        "id": "hurried",
        "text": "Here is your key, room 12, second floor.",
        "customer": "Just the key.",
        "need": "efficient",
    },
    {"id": 5, "text": "", "customer": ""},
    {"id": "odd", "text": "\ud83d 非常抱歉 👍🏽", "customer": "?", "lang": "en"},
)
BAD: tuple[str, ...] = (
    "{not json",
    "[1, 2]",
    '{"id": "no-text"}',
    '{"id": "number", "text": 3}',
    '{"id": "lang", "text": "hola", "lang": "es"}',
    '{"id": "phase", "text": "ok", "phase": "late"}',
    json.dumps({"id": "long", "text": "a" * (MAX_TEXT + 1)}),
)

SCORE = """
import atexit, sys
atexit.register(lambda: print(*{name.split(".")[0] for name in sys.modules}, file=sys.stderr))
from bot.cli import main
main()
"""
"""`visavis score`, which says on its error output what it has loaded."""


def score(*lines: str) -> tuple[int, list[dict[str, Any]], set[str]]:
    """Exit status, answers, and the libraries that were loaded."""
    command = [sys.executable, "-c", SCORE, "score"]
    given = "".join(f"{line}\n" for line in lines)
    done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], set(done.stderr.split())


def test_each_line_is_assessed_in_order() -> None:
    status, answers, loaded = score(*(json.dumps(line) for line in LINES))
    assert status == 0
    assert "spacy" in loaded
    assert not loaded & {"rasa", "rasa_sdk", "sqlalchemy", "torch"}
    assert [answer["id"] for answer in answers] == [line["id"] for line in LINES]
    for line, answer in zip(LINES, answers, strict=True):
        assert set(answer) >= KEYS
        assert_shape(answer, line["text"])
    by_id = {answer["id"]: answer for answer in answers}
    assert (by_id["fr-1"]["lang"], by_id["en-1"]["lang"]) == ("fr", "en")
    assert by_id["fr-1"]["score"] > by_id["cold"]["score"]
    assert by_id["fr-1"]["empathy"]["level"] > by_id["cold"]["empathy"]["level"]


def assert_shape(answer: dict[str, Any], text: str) -> None:
    """The public shape of one assessment (nlu/contract.py)."""
    for group, names in (("empathy", EMPATHY), ("tone", TONE)):
        assert set(answer[group]) == {"level", *names}
        assert all(level in (0, 1, 2) for level in answer[group].values())
    assert answer["sentiment"]["label"] in SENTIMENTS
    assert set(answer["acts"]) <= set(ACTS)
    assert set(answer["red_flags"]) <= set(RED_FLAGS)
    assert all(0 <= share <= 1 for share in answer["confidence"].values())
    assert isinstance(answer["score"], int)
    assert 0 <= answer["score"] <= 100
    assert {"model", "lexicons"} <= set(answer["versions"])
    for marker in answer["markers"]:
        assert 0 <= marker["start"] < marker["end"] <= len(text)
        assert marker["polarity"] in (-1, 1)


def test_a_bad_line_answers_with_an_error_and_the_others_go_on() -> None:
    names = ["fr-1", None, None, "no-text", "number", "lang", "phase", "long", "en-1"]
    status, answers, _ = score(json.dumps(LINES[0]), "", *BAD, json.dumps(LINES[1]))
    assert status == 1
    assert [answer["id"] for answer in answers] == names
    errors = [answer for answer in answers if "error" in answer]
    assert len(errors) == len(BAD)
    assert all(set(answer) == {"id", "error"} and answer["error"] for answer in errors)
