"""What a drill looks like in Slack: payloads and records in, Block Kit out. Pure; every text of people is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.coaching.drill import Entry
from actions.coaching.scenario import Scenario
from bot import words
from bot.slack.markup import escape, quote
from bot.words import Words
from nlu.contract import Lang

Block = dict[str, Any]
Payload = Mapping[str, Any]

LONGEST = 2800
"""Slack refuses a section of more than 3,000 characters; the rest is for our own words around the text."""
QUOTES = 3
"""A note names at most so many words that helped and so many that cost: it has to fit a phone."""
QUOTED = 120
MARK = "drill-"


@dataclass(frozen=True)
class Message:
    """What the door posts. `text` is for notifications and screen readers."""

    text: str
    blocks: tuple[Block, ...]


def catalogues() -> dict[Lang, Words]:
    """The door's words, whose facts are escaped as they are put in."""
    return words.catalogues(Path(__file__).resolve().parent / "words", lambda text: escape(text, LONGEST))


def opening(say: Words, drill_id: str, scenario: Scenario, line: str) -> Message:
    """The customer speaks first; the agent learns who they are and how to answer."""
    said = say.say("opening", name=scenario.customer_name, title=quote(scenario.title, QUOTED), line=_quoted(line))
    return Message(
        said,
        (
            _section(say.say("role", role=scenario.brief.role)),
            _section(said, drill_id),
            _context(say.say("how")),
            _buttons(say, drill_id, "hint", "next", "stop"),
        ),
    )


def again(say: Words, drill_id: str, payload: Payload) -> Message:
    """The line to be answered, said once more."""
    said = say.say("said", name=payload["name"], line=_quoted(payload["line"]))
    return Message(said, (_section(said, drill_id), _buttons(say, drill_id, "hint", "next", "stop")))


def moment(say: Words, drill_id: str, name: str, entry: Entry, over: bool) -> Message:
    """The customer's reaction and the coach's note on the reply in `entry`."""
    note = entry.note or {}
    line = entry.reaction.line if entry.reaction else ""
    said = say.say("said", name=name, line=_quoted(line))
    blocks = [_section(said, drill_id)]
    if entry.reaction and entry.reaction.over:
        blocks.append(_context(say.say("left")))
    blocks += [{"type": "divider"}, *_note(say, note)]
    names = ("again", "next", "stop") if over else ("again", "hint", "next", "stop")
    return Message(said, (*blocks, _buttons(say, drill_id, *names)))


def debrief(say: Words, payload: Payload | None) -> Message:
    """A short look back once the agent stops; `payload` is None when there was nothing to look back on."""
    if not payload:
        return notice(say, "rest")
    told = [say.say(name, text=payload[name]) for name in ("strength", "next_step") if payload.get(name)]
    verdict = payload["verdict"]
    marks = say.say("verdict", **{name: verdict[name] for name in ("csat", "effort", "recommend")})
    return Message(
        say.say("stopped"),
        (*map(_section, told), _context(marks), _section(say.say("stopped"))),
    )


def notice(say: Words, key: str, drill_id: str | None = None, *buttons: str) -> Message:
    """One sentence of the catalogue, with buttons about a drill when there are some."""
    said = say.say(key)
    rows = (_buttons(say, drill_id, *buttons),) if drill_id and buttons else ()
    return Message(said, (_section(said, drill_id), *rows))


def hint(say: Words, drill_id: str, text: str) -> Message:
    """A word of help."""
    said = say.say("hinted", text=text)
    return Message(said, (_section(said, drill_id),))


def unknown(say: Words, slug: str, scenarios: Iterable[Scenario]) -> Message:
    """The situation asked for does not exist: here are those that do."""
    said = say.say("unknown", slug=quote(slug, QUOTED))
    return Message(said, (_section(said), *_catalogue(say, [(each.slug, each.title) for each in scenarios])))


def lobby(say: Words, payloads: Sequence[Payload], drill_id: str | None) -> Message:
    """What the room answers outside a drill; with the buttons of the last drill, which is over, when there is one."""
    blocks: list[Block] = []
    for payload in payloads:
        if payload.get("text"):
            blocks.append(_section(escape(str(payload["text"]), LONGEST)))
        blocks += _catalogue(say, [(each["slug"], each["title"]) for each in payload.get("scenarios", ())])
    if drill_id:
        blocks += [_section(say.say("over"), drill_id), _buttons(say, drill_id, "again", "next")]
    said = next((str(payload["text"]) for payload in payloads if payload.get("text")), say.say("over"))
    return Message(escape(said, LONGEST), tuple(blocks))


def about(blocks: Iterable[Payload]) -> str | None:
    """Which drill a message of ours is about; None when it is about none."""
    ids = (str(block.get("block_id", "")) for block in blocks)
    return next((name.removeprefix(MARK) for name in ids if name.startswith(MARK)), None)


def _note(say: Words, note: Payload) -> list[Block]:
    blocks = [_section(_headline(say, note)), _levels(say, note)]
    text = str(note["text"])
    helped = [_evidence(say, text, marker) for marker in note["markers"] if marker["polarity"] > 0]
    harmed = [_evidence(say, text, marker) for marker in note["markers"] if marker["polarity"] < 0]
    harmed += [say.say("instead", words=quote(word["text"], QUOTED), better=quote(word["better"], QUOTED))
               for word in note["wording"]]  # fmt: skip
    blocks += [_list(say, key, lines) for key, lines in (("earned", helped), ("cost", harmed)) if lines]
    if note["red_flags"]:
        flags = ", ".join(str(flag["label"]) for flag in note["red_flags"])
        blocks.append(_section(say.say("flags", flags=flags)))
    blocks += [_section(escape(str(note[key]), LONGEST)) for key in ("praise", "why") if note.get(key)]
    if note.get("better"):
        blocks.append(_section(say.say("better", text=_quoted(str(note["better"])))))
    return blocks


def _headline(say: Words, note: Payload) -> str:
    return f"{say.say('note')} · {say.say('score', score=note['score'])}"


def _levels(say: Words, note: Payload) -> Block:
    unsure = note.get("unsure") or ()

    def lines(levels: Mapping[str, int]) -> str:
        known = [(name, say.say(f"dimensions.{name}"), level) for name, level in levels.items()]
        return "\n".join(
            say.say("unsure", name=label)
            if name in unsure
            else say.say("level", dots=say.say(f"dots.{level}"), name=label)
            for name, label, level in known
        )

    columns = (f"{say.say(key)}\n{lines(note[key])}" for key in ("empathy", "tone"))
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": column} for column in columns]}


def _evidence(say: Words, text: str, marker: Payload) -> str:
    return say.say("quote", words=quote(text[marker["start"] : marker["end"]], QUOTED), label=str(marker["label"]))


def _list(say: Words, key: str, lines: Sequence[str]) -> Block:
    told = [say.say(key)]
    for line in dict.fromkeys(lines[:QUOTES]):
        if len("\n".join((*told, line))) <= LONGEST:
            told.append(line)
    return _section("\n".join(told))


def _catalogue(say: Words, scenarios: Sequence[tuple[str, str]]) -> list[Block]:
    lines = [say.say("scenario", title=quote(title, QUOTED), lang=say.lang, slug=slug) for slug, title in scenarios]
    # Ten lines to a section keep each well under Slack's limit.
    return [_section("\n".join(lines[start : start + 10])) for start in range(0, len(lines), 10)]


def _quoted(text: str) -> str:
    """Somebody's words for a line that begins with “> ”, which marks one line only."""
    return quote(text, LONGEST)


def _section(text: str, drill_id: str | None = None) -> Block:
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return {**block, "block_id": f"{MARK}{drill_id}"} if drill_id else block


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _buttons(say: Words, drill_id: str | None, *names: str) -> Block:
    return {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": name,
                "value": drill_id,
                "text": {"type": "plain_text", "text": say.say(f"buttons.{name}")},
            }
            for name in names
        ],
    }
