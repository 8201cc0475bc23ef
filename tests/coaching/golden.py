"""What the customer says in three short drills, pinned in `golden.json`.

`python -m tests.coaching.golden` pins it anew: after a change of the engine, of its constants or of the lines of a
scenario that was meant, which also means a new `version` of the scenarios concerned.
"""

from __future__ import annotations

import json
from pathlib import Path

from actions.coaching.customer import play
from nlu.contract import Lang, Topics
from tests.coaching.agents import LIBRARY, Reply, perceive

FILE = Path(__file__).with_name("golden.json")
AGAIN = "Meant? Give the scenario a new version, then run: .venv/bin/python -m tests.coaching.golden"

GOOD = (2, 2, 2, 2)


def refund(lang: Lang) -> list[Reply]:
    """Heard, asked, served."""
    return [
        ("…", perceive(lang, (2, 2, 2), GOOD, ("greet", "reformulate", "own", "ask_open"))),
        ("…", perceive(lang, (1, 2, 0), GOOD, ("acknowledge",), topics=Topics(asked=("order_number",)))),
        ("…", perceive(lang, (0, 1, 0), GOOD, ("own", "propose"), topics=Topics(proposed=("refund_now",)))),
        ("…", perceive(lang, (0, 1, 0), GOOD, ("commit_dated",), topics=Topics(settled=("when", "why", "follow_up")))),
        ("…", perceive(lang, (1, 0, 0), GOOD, ("thank", "close"))),
    ]


def luggage(lang: Lang) -> list[Reply]:
    """Quick, until the need changes; then too soon, and never mended."""
    plain = (1, 1, 1, 1)
    return [
        ("…", perceive(lang, (0, 0, 0), plain, ("greet",), topics=Topics(asked=("bag_tag",)))),
        ("…", perceive(lang, (0, 0, 1), plain, ("ask_open",), topics=Topics(asked=("medicine",)))),
        ("…", perceive(lang, (0, 0, 0), plain, ("propose",), topics=Topics(proposed=("urgent_delivery",)))),
        ("…", perceive(lang, (0, 0, 0), plain, topics=Topics(unknown=True))),
        ("…", perceive(lang, (0, 0, 0), (0, 1, 1, 1), ("refuse",), topics=Topics(declined=("urgent_delivery",)))),
    ]


def shouting(lang: Lang) -> list[Reply]:
    """Abused, firm, off the point, then hostile."""
    return [
        ("…", perceive(lang, (1, 1, 0), GOOD, ("greet", "acknowledge"))),
        ("…", perceive(lang, (1, 1, 0), GOOD, ("set_limit",))),
        ("…", perceive(lang)),
        ("…", perceive(lang, hostility=("blame",), topics=Topics(near=True))),
        ("…", perceive(lang, red_flags=("insult",))),
    ]


def lines() -> dict[str, list[str]]:
    """What the customer says, by drill."""
    drills = {
        "late-refund fr demanding 1": refund("fr"),
        "lost-luggage en hard 2": luggage("en"),
        "shouting-caller fr calm 3": shouting("fr"),
    }
    found = {}
    for name, replies in drills.items():
        slug, lang, difficulty, seed = name.split()
        scenario = LIBRARY.scenario(slug, "en" if lang == "en" else "fr")
        found[name] = [reaction.line for reaction in play(scenario, difficulty, int(seed), replies)[0]]
    return found


if __name__ == "__main__":
    FILE.write_text(json.dumps(lines(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
