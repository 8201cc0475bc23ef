"""A scenario in one language: the situation, the person in it, and everything this person may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from actions.coaching.feelings import BANDS, FEELINGS, Feelings
from actions.coaching.page import Page, ScenarioError
from actions.coaching.temper import DIFFICULTIES, SPEECHES, Lines, Temper, lines, temper
from actions.coaching.topics import Cues, index, stems
from nlu.contract import ACTS, Lang, Need

__all__ = ["Brief", "Exchange", "Model", "Persona", "Scenario", "ScenarioError", "parse"]

GRANTS = ("full", "partial", "trap")
"""What a solution is worth to the customer: settles it, settles it once trust is there, makes it worse."""

HINTS = ("opening", "unheard", "unsolved", "doubtful", "closing")
"""Where a contact can stand; a scenario has one hint for each, in this order."""


@dataclass(frozen=True)
class Brief:
    """What the agent knows before the customer speaks."""

    role: str
    goal: str
    may_grant: tuple[str, ...]
    knows: tuple[str, ...]


@dataclass(frozen=True)
class Exchange:
    """One model reply to the customer, and why it works or does not."""

    customer: str
    reply: str
    why: str


@dataclass(frozen=True)
class Model:
    """A strong and a weak way to answer the same line."""

    strong: Exchange
    weak: Exchange


@dataclass(frozen=True)
class Persona:
    """Where the customer's feelings start, and how much more (or less) than others it feels each of them."""

    start: Feelings
    sensitivities: Mapping[str, float]


@dataclass(frozen=True)
class Fact:
    """Something the customer can tell. `open` facts are told when the agent asks an open question."""

    id: str
    label: str
    open: bool
    says: tuple[str, ...]
    again: tuple[str, ...]
    offered: tuple[str, ...]


@dataclass(frozen=True)
class Solution:
    """Something the agent can propose. `needs` are facts without which it cannot be done."""

    id: str
    label: str
    grants: str
    needs: tuple[str, ...]
    accept: tuple[str, ...]
    refuse: tuple[str, ...]


@dataclass(frozen=True)
class Doubt:
    """What the customer still wants to be told before it agrees, and the acts that tell it (cue phrases do too)."""

    id: str
    label: str
    settled_by: frozenset[str]
    asks: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """One scenario in one language. `grid` is the id of the grid that scores it; `minutes` is a usual duration."""

    slug: str
    version: int
    lang: Lang
    title: str
    summary: str
    trade: str
    trade_label: str
    skills: tuple[str, ...]
    minutes: int
    need: Need
    difficulties: tuple[str, ...]
    grid: str
    brief: Brief
    customer_name: str
    persona: Persona
    facts: Mapping[str, Fact]
    solutions: Mapping[str, Solution]
    doubts: Mapping[str, Doubt]
    lines: Lines
    bands: Mapping[str, str]
    hints: tuple[str, ...]
    model: Model
    temper: Temper
    fact_cues: Cues
    solution_cues: Cues
    doubt_cues: Cues
    vocabulary: frozenset[str]

    @property
    def needed(self) -> frozenset[str]:
        """The facts some solution cannot do without."""
        return frozenset(fact for solution in self.solutions.values() for fact in solution.needs)


def parse(logic: Mapping[str, Any], words: Mapping[str, Any], lang: Lang, rules: Mapping[str, Any]) -> Scenario:
    """Read a scenario: `logic` is scenario.yml, `words` is fr.yml or en.yml, `rules` is customer.yml.

    Raises ScenarioError, one sentence that names the file, the key and the fix.
    """
    page, said = _logic(logic), _words(words, lang)
    common = temper(rules, lang)
    facts, solutions = _facts(page, said), _solutions(page, said)
    return Scenario(
        slug=page.text("slug"),
        version=page.whole("version", 1, 10_000),
        lang=lang,
        title=said.text("title"),
        summary=said.text("summary"),
        trade=page.text("trade"),
        trade_label=said.text("trade_label"),
        skills=page.texts("skills"),
        minutes=page.whole("minutes", 1, 60),
        need="warm" if page.choice("need", get_args(Need)) == "warm" else "efficient",
        difficulties=page.choices("difficulties", DIFFICULTIES, 1),
        grid=page.text("grid"),
        brief=_brief(said.page("brief")),
        customer_name=said.text("customer_name"),
        persona=_persona(page.page("persona")),
        facts=facts,
        solutions=solutions,
        doubts=_doubts(page, said),
        lines=_lines(said.page("lines")),
        bands={**common.bands, **{name: said.page("bands").text(name) for name in _entries(said, "bands")}},
        hints=tuple(said.page("hints").known(*HINTS).text(name) for name in HINTS),
        model=Model(*(_exchange(said.page("model").known("strong", "weak").page(name)) for name in ("strong", "weak"))),
        temper=common,
        fact_cues=index({name: said.page("facts").page(name).texts("cues") for name in facts}),
        solution_cues=index({name: said.page("solutions").page(name).texts("cues") for name in solutions}),
        doubt_cues=index({name: page.texts("cues", 0) for name, page in said.pages("doubts").items()}),
        vocabulary=_vocabulary(said),
    )


def _logic(entries: Mapping[str, Any]) -> Page:
    return Page(entries, "scenario.yml").known(
        "slug", "version", "author", "trade", "skills", "minutes", "need", "difficulties", "grid", "persona", "facts",
        "solutions", "doubts",
    )  # fmt: skip


def _words(entries: Mapping[str, Any], lang: Lang) -> Page:
    page = Page(entries, f"{lang}.yml").known(
        "title", "summary", "trade_label", "customer_name", "brief", "facts", "solutions", "doubts", "lines", "bands",
        "hints", "model",
    )  # fmt: skip
    if "bands" in page.entries:
        page.page("bands").known(*BANDS)
    return page


def _brief(page: Page) -> Brief:
    page.known("role", "goal", "may_grant", "knows")
    return Brief(page.text("role"), page.text("goal"), page.texts("may_grant"), page.texts("knows"))


def _exchange(page: Page) -> Exchange:
    page.known("customer", "reply", "why")
    return Exchange(page.text("customer"), page.text("reply"), page.text("why"))


def _persona(page: Page) -> Persona:
    start = page.known("start", "sensitivities").page("start").known(*FEELINGS)
    felt = page.page("sensitivities").known(*FEELINGS)
    anger, anxiety, trust, patience, effort = (start.whole(name, 0, 100) for name in FEELINGS)
    feelings = Feelings(anger, anxiety, trust, patience, effort)
    return Persona(feelings, {name: felt.number(name, 0.2, 3, 1) for name in FEELINGS})


def _facts(logic: Page, words: Page) -> dict[str, Fact]:
    found = {}
    for name, page in logic.pages("facts").items():
        page.known("open")
        said = words.page("facts").page(name).known("label", "cues", "says", "again", "offered")
        found[name] = Fact(
            name,
            said.text("label"),
            page.entries.get("open") is True,
            said.texts("says"),
            said.texts("again", 0),
            said.texts("offered", 0),
        )
    return _paired(found, logic, words, "facts")


def _solutions(logic: Page, words: Page) -> dict[str, Solution]:
    found = {}
    for name, page in logic.pages("solutions").items():
        grants = page.known("grants", "needs").choice("grants", GRANTS)
        said = words.page("solutions").page(name).known("label", "cues", "accept", "refuse")
        found[name] = Solution(
            name,
            said.text("label"),
            grants,
            page.choices("needs", _entries(logic, "facts")),
            said.texts("accept", 0 if grants == "trap" else 1),
            said.texts("refuse", 0 if grants == "full" else 1),
        )
    if not any(solution.grants == "full" for solution in found.values()):
        raise logic.error("solutions", "has nothing the customer would accept: give one of them 'grants: full'.")
    return _paired(found, logic, words, "solutions")


def _doubts(logic: Page, words: Page) -> dict[str, Doubt]:
    found = {}
    for name, page in logic.pages("doubts").items():
        said = words.page("doubts").page(name).known("label", "asks", "cues")
        settled_by = page.known("settled_by").choices("settled_by", ACTS, 1)
        found[name] = Doubt(name, said.text("label"), frozenset(settled_by), said.texts("asks"))
    return _paired(found, logic, words, "doubts")


def _paired(found: dict[str, Any], logic: Page, words: Page, key: str) -> dict[str, Any]:
    """`found`, once sure that the words hold nothing the logic does not know."""
    for name in _entries(words, key):
        if name not in found:
            raise words.page(key).error(name, f"is not in {logic.source}: add it there under '{key}', or remove it.")
    return found


def _lines(page: Page) -> Lines:
    found = lines(page.known(*SPEECHES))
    for kind in ("open", "vent", "press", "thank"):
        if sum(map(len, found.get(kind, {}).values())) < 3:
            raise page.error(kind, "needs at least 3 lines: it is said often, and no line is said twice in a drill.")
    return found


def _vocabulary(words: Page) -> frozenset[str]:
    """What the situation is made of: the words of its facts and solutions, and of what the agent knows."""
    told = [words.text("summary"), *words.page("brief").texts("knows"), *words.page("brief").texts("may_grant")]
    for page in (*words.pages("facts").values(), *words.pages("solutions").values()):
        told += [page.text("label"), *page.texts("cues"), *page.texts("says", 0)]
    return stems(" ".join(told))


def _entries(page: Page, key: str) -> tuple[str, ...]:
    return tuple(map(str, page.page(key).entries)) if key in page.entries else ()
