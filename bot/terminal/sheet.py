"""What a drill looks like in a terminal. Pure: payloads and records in, Rich renderables out.

Texts of people are always `Text`, so their brackets are never taken for markup. Colours and styles only repeat what
the words say: nothing is lost in a pipe or with NO_COLOR.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from actions.coaching.scenario import Scenario
from bot.words import Words

Payload = Mapping[str, Any]

HELPS, COSTS = "bold green", "bold yellow"
STYLES = {"met": "green", "partly": "yellow", "missed": "yellow", "unacceptable": "bold red", "not_seen": "dim"}


def line(text: str) -> Text:
    """One sentence."""
    return Text(text)


def catalogue(say: Words, scenarios: Iterable[Scenario]) -> RenderableType:
    """The situations there are, and how to begin one."""
    table = Table(box=box.SIMPLE, title=say.say("situations"), title_justify="left")
    for column in ("slug", "title", "trade", "minutes"):
        table.add_column(say.say(f"columns.{column}"), no_wrap=column == "slug")
    for scenario in scenarios:
        minutes = say.say("minutes", minutes=scenario.minutes)
        table.add_row(scenario.slug, Text(scenario.title), Text(scenario.trade_label), minutes)
    return Group(table, Text(say.say("begin", lang=say.lang)))


def brief(say: Words, scenario: Scenario) -> RenderableType:
    """Who the agent is, what they may grant, what they know."""
    told = scenario.brief
    parts: list[RenderableType] = [Text(told.role), Text(told.goal)]
    for key, items in (
        ("may_grant", told.may_grant),
        ("knows", told.knows),
        ("constraint", told.constraint and (told.constraint,)),
    ):
        if items:
            parts += [Text(f"\n{say.say(key)}", style="bold"), *(Text(f"• {item}") for item in items)]
    parts.append(Text(f"\n{say.say('how')}", style="dim"))
    return Panel(Group(*parts), title=Text(scenario.title), title_align="left")


def said(name: str, words: str, band: str) -> Text:
    """The customer speaks."""
    return Text.assemble("\n", (name, "bold"), (f" ({band})", "dim"), "\n", words, "\n")


def note(say: Words, told: Payload) -> RenderableType:
    """The coach's note on one reply: levels, the very words, why, and a better wording."""
    parts: list[RenderableType] = [_typed(told), _levels(say, told)]
    parts += [_evidence(say, told, marker) for marker in told["markers"]]
    parts += [
        Text(say.say("instead", words=word["text"], better=word["better"]), style="yellow") for word in told["wording"]
    ]
    if told["red_flags"]:
        flags = ", ".join(str(flag["label"]) for flag in told["red_flags"])
        parts.append(Text(say.say("flags", flags=flags), style="bold red"))
    parts += [Text(f"\n{told[key]}") for key in ("praise", "why") if told.get(key)]
    if told.get("better"):
        parts.append(Text.assemble("\n", (say.say("better"), "bold"), " ", told["better"]))
    title = Text(say.say("note", score=told["score"]))
    return Padding(Panel(Group(*parts), title=title, title_align="left", box=box.ROUNDED), (0, 0, 0, 2))


def debrief(say: Words, told: Payload) -> list[RenderableType]:
    """The scorecard as a table, then the strength, the next step and the simulated verdict."""
    card, verdict = told["scorecard"], told["verdict"]
    table = Table(box=box.SIMPLE_HEAVY, title=_score(say, card), title_justify="left")
    for column in ("criterion", "weight", "level"):
        table.add_column(say.say(f"columns.{column}"), justify="right" if column == "weight" else "left")
    for criterion in card["criteria"]:
        level = Text(criterion["level_label"], style=STYLES[criterion["level"]])
        table.add_row(Text(criterion["label"]), str(criterion["weight"]), level)
    parts: list[RenderableType] = [Text(f"\n{told['ending_label']}", style="bold"), table]
    parts += [Text(say.say("decisive", position=each["position"], words=each["text"], why=each["why"]))
              for each in told["decisive"]]  # fmt: skip
    parts += [Text(say.say(key, text=told[key])) for key in ("strength", "next_step") if told.get(key)]
    parts.append(Text(say.say("verdict", **{name: verdict[name] for name in ("csat", "effort", "recommend")})))
    return [*parts, Text(say.say("goodbye"))]


def _score(say: Words, card: Payload) -> Text:
    if card["stopped_by"]:
        return Text(say.say("stopped_by", label=card["stopped_by"]))
    return Text(say.say("no_score") if card["score"] is None else say.say("scored", score=card["score"]))


def _typed(told: Payload) -> Text:
    text = Text(str(told["text"]), style="italic")
    for marker in told["markers"]:
        text.stylize(HELPS if marker["polarity"] > 0 else COSTS, marker["start"], marker["end"])
    for word in told["wording"]:
        text.stylize("underline", word["start"], word["end"])
    return Text.assemble(text, "\n")


def _levels(say: Words, told: Payload) -> Table:
    grid = Table.grid(padding=(0, 2))
    unsure = told.get("unsure") or ()
    for key in ("empathy", "tone"):
        shown = (
            say.say("unsure" if name in unsure else "level", name=say.say(f"dimensions.{name}"), level=level)
            for name, level in told[key].items()
        )
        grid.add_row(Text(say.say(key), style="bold"), Text(" · ".join(shown)))
    return grid


def _evidence(say: Words, told: Payload, marker: Payload) -> Text:
    helps = marker["polarity"] > 0
    words = str(told["text"])[marker["start"] : marker["end"]]
    return Text(say.say("helped" if helps else "cost", words=words, label=marker["label"]), HELPS if helps else COSTS)
