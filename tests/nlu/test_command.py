"""JSON lines in, JSON lines out."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from nlu.command import main
from nlu.contract import MAX_TEXT
from nlu.scorer import Scorer


def run(scorer: Scorer, *lines: str) -> tuple[int, list[dict[str, Any]]]:
    out = io.StringIO()
    status = main(io.StringIO("".join(line + "\n" for line in lines)), out, scorer)
    return status, [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_reply_is_scored_with_every_field(scorer: Scorer) -> None:
    status, (answer,) = run(
        scorer, '{"id": "a1", "text": "Je suis désolé, je m\'en occupe.", "customer": "Et alors ?"}'
    )
    assert status == 0
    assert set(answer) == {
        "id", "lang", "empathy", "tone", "sentiment", "acts", "markers", "wording", "red_flags", "confidence", "score",
        "versions", "hostility", "judged", "suggestions",
    }  # fmt: skip
    assert answer["id"] == "a1" and answer["lang"] == "fr"


@pytest.mark.parametrize(
    ("line", "name", "word"),
    [
        ("{", None, "JSON"),
        ("[1]", None, "object"),
        ('{"id": 7}', 7, '"text"'),
        ('{"id": "b", "text": 3}', "b", '"text"'),
        ('{"id": "b", "text": "Oui", "customer": [1]}', "b", '"customer"'),
        ('{"id": "b", "text": "Oui", "lang": "de"}', "b", '"lang"'),
        ('{"id": "b", "text": "Oui", "need": "cold"}', "b", '"need"'),
        ('{"id": "b", "text": "Oui", "phase": {"a": 1}}', "b", '"phase"'),
        (json.dumps({"id": "b", "text": "x" * (MAX_TEXT + 1)}), "b", str(MAX_TEXT)),
    ],
)
def test_a_wrong_line_is_one_clear_error_and_the_rest_goes_on(scorer: Scorer, line: str, name: Any, word: str) -> None:
    status, answers = run(scorer, line, '{"id": "ok", "text": "Merci."}')
    assert status == 1
    assert answers[0]["id"] == name and word in answers[0]["error"] and set(answers[0]) == {"id", "error"}
    assert answers[1]["id"] == "ok" and "score" in answers[1]


def test_empty_lines_are_skipped_and_context_is_read(scorer: Scorer) -> None:
    status, answers = run(
        scorer, "", '{"id": 1, "text": "OK", "lang": "en", "need": "efficient", "phase": "closing"}', "  "
    )
    assert status == 0 and [answer["lang"] for answer in answers] == ["en"]


def test_a_lone_surrogate_and_the_longest_text_pass(scorer: Scorer) -> None:
    status, answers = run(scorer, '{"id": 1, "text": "\\ud800 oui"}', json.dumps({"id": 2, "text": "x" * MAX_TEXT}))
    assert status == 0 and len(answers) == 2
