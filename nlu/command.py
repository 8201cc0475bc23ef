"""`visavis score`: JSON lines of replies in, JSON lines of assessments out, with neither Rasa nor a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol, TextIO, get_args

from nlu.contract import LANGS, MAX_TEXT, Assessment, Context, Need, Phase
from nlu.scorer import load

ROOT = Path(__file__).resolve().parent.parent


class Assessor(Protocol):
    """What this command needs of a scorer."""

    def assess(self, text: str, context: Context) -> Assessment: ...
    def suggest(self, text: str, context: Context, assessment: Assessment) -> Assessment: ...


def main(stdin: TextIO, stdout: TextIO, scorer: Assessor | None = None, suggest: bool = False) -> int:
    """Score each line of `stdin`, with edits that score higher when `suggest` asks for them (one more inference each).

    A line that cannot be scored answers with one `error`. Exit status: 1 if any did.
    """
    scorer = scorer or load(ROOT)
    failed = False
    for line in stdin:
        if not line.strip():
            continue
        answer = _answer(line, scorer, suggest)
        failed = failed or "error" in answer
        stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
        stdout.flush()
    return int(failed)


def _answer(line: str, scorer: Assessor, suggest: bool) -> dict[str, Any]:
    try:
        plain = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": "This line is not valid JSON."}
    if not isinstance(plain, dict):
        return {"id": None, "error": "This line is not a JSON object."}
    name = plain.get("id")
    try:
        text, context = read(plain)
    except ValueError as error:
        return {"id": name, "error": str(error)}
    assessment = scorer.assess(text, context)
    if suggest:
        assessment = scorer.suggest(text, context, assessment)
    return {"id": name, **assessment.to_json()}


def read(plain: dict[str, Any]) -> tuple[str, Context]:
    """Take text and context from one parsed line. Raises ValueError with a clear sentence when a value is wrong."""
    text, customer = plain.get("text"), plain.get("customer") or ""
    if not isinstance(text, str):
        raise ValueError('"text" is missing or is not a string.')
    if not isinstance(customer, str):
        raise ValueError('"customer" is not a string.')
    for key, value in (("text", text), ("customer", customer)):
        if len(value) > MAX_TEXT:
            raise ValueError(f'"{key}" has {len(value)} characters; the longest accepted is {MAX_TEXT}.')
    lang = plain.get("lang")
    if lang is not None and lang not in LANGS:
        raise ValueError(f'"lang" is {_named(LANGS)}.')
    need: Any = plain.get("need") or "warm"
    phase: Any = plain.get("phase") or "middle"
    if need not in get_args(Need):
        raise ValueError(f'"need" is {_named(get_args(Need))}.')
    if phase not in get_args(Phase):
        raise ValueError(f'"phase" is {_named(get_args(Phase))}.')
    return text, Context(customer, lang, need, phase)


def _named(choices: tuple[str, ...]) -> str:
    return " or ".join(f'"{choice}"' for choice in choices)
