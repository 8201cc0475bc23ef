"""A scenario in one language: the situation, the person in it, and everything this person may say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar, get_args

from actions.coaching.feelings import BANDS, FEELINGS, NEAR, Feelings
from actions.coaching.page import Page, ScenarioError
from actions.coaching.temper import DIFFICULTIES, SPEECHES, Lines, Temper, lines, temper
from nlu.contract import ACTS, Lang, Need

__all__ = ["Brief", "Exchange", "Model", "Moment", "Persona", "Scenario", "ScenarioError", "Shift", "parse"]

GRANTS = ("full", "partial", "trap", "mistake")
"""What a solution is worth to the customer: settles it, settles it once trust is there, makes it worse; a mistake is
something untrue that the agent may say, and that this customer knows to be untrue."""

TRADES = (
    "shop", "security", "delivery", "field", "admin", "care", "cleaning", "hotel", "transport", "finance", "telecom",
    "public", "management",
)  # fmt: skip

KINDS = ("manager", "expert", "contradictory", "abusive")
"""What a scenario may be besides: a team lead's own, a customer who checks what is said, two demands that cannot both
be met, or abuse towards the agent, played only by who asked for it."""

SKILLS = (
    "welcome", "acknowledge", "ask_open", "reformulate", "own", "apologise", "explain", "propose", "commit_dated",
    "refuse_well", "set_limit", "personalise", "recognise", "concise", "check_understanding", "close",
)  # fmt: skip
"""The strategies a scenario or a quick drill trains."""

EXAMPLES = {"facts": 6, "solutions": 6, "doubts": 5}
"""How many ways to say it the customer needs to have met, at least, to understand the others."""

HINTS = ("opening", "unheard", "unsolved", "doubtful", "closing")
"""Where a contact can stand; a scenario has one hint for each, in this order."""


Part = TypeVar("Part", "Fact", "Solution", "Doubt", "Moment")

QUICK = "."
"""Between the slug of a scenario and the name of one of its moments."""


@dataclass(frozen=True)
class Brief:
    """What the agent knows before the customer speaks."""

    role: str
    goal: str
    may_grant: tuple[str, ...]
    knows: tuple[str, ...]
    constraint: str = ""
    """What cannot bend here: a queue, a clock, a rule."""


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
class Shift:
    """The relational need from the moment the customer has told `fact`."""

    fact: str
    need: Need


@dataclass(frozen=True)
class Moment:
    """One to three replies in the middle of a scenario: a quick drill. It starts with the customer's `line`, what it
    has `told` already and whether it feels `heard`; `trains` is one of SKILLS."""

    id: str
    trains: str
    replies: int
    start: Feelings
    told: tuple[str, ...]
    title: str
    situation: str
    line: str
    model: Model


@dataclass(frozen=True)
class Fact:
    """Something the customer can tell. `open` facts are told when the agent asks an open question; `value` is the name,
    number or date that every answer holds, empty when there is none."""

    id: str
    label: str
    open: bool
    value: str
    examples: tuple[str, ...]
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
    examples: tuple[str, ...]
    accept: tuple[str, ...]
    refuse: tuple[str, ...]

    @property
    def serves(self) -> bool:
        """Whether the customer can be content with it."""
        return self.grants in ("full", "partial")


@dataclass(frozen=True)
class Doubt:
    """What the customer still wants to be told before it agrees, and the acts that tell it (the words do too)."""

    id: str
    label: str
    settled_by: frozenset[str]
    examples: tuple[str, ...]
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
    kinds: frozenset[str]
    skills: tuple[str, ...]
    minutes: int
    need: Need
    shift: Shift | None
    difficulties: tuple[str, ...]
    grid: str
    brief: Brief
    customer_name: str
    persona: Persona
    facts: Mapping[str, Fact]
    solutions: Mapping[str, Solution]
    doubts: Mapping[str, Doubt]
    unknown: tuple[str, ...]
    """What it says when asked what it cannot know."""
    lines: Lines
    bands: Mapping[str, str]
    hints: tuple[str, ...]
    model: Model
    moments: Mapping[str, Moment]
    temper: Temper
    moment: Moment | None = None
    """The quick drill this is, when it is one: see `quick`."""

    @property
    def topics(self) -> tuple[Mapping[str, Fact | Solution | Doubt], ...]:
        """Everything an effect can be about, by id."""
        return self.facts, self.solutions, self.doubts

    @cached_property
    def needed(self) -> frozenset[str]:
        """The facts some solution cannot do without."""
        return frozenset(fact for solution in self.solutions.values() for fact in solution.needs)

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The facts that a hurried customer does not mind being asked for."""
        return self.needed | ({self.shift.fact} if self.shift else frozenset())

    def quick(self, name: str) -> Scenario:
        """The quick drill `name`: this scenario, from that moment on. Raises KeyError."""
        moment = self.moments[name]
        return replace(
            self,
            slug=f"{self.slug}{QUICK}{name}",
            title=moment.title,
            summary=moment.situation,
            skills=(moment.trains,),
            minutes=2,
            persona=replace(self.persona, start=moment.start),
            lines={**self.lines, "open": {"any": (moment.line,)}},
            model=moment.model,
            moment=moment,
        )


def parse(logic: Mapping[str, Any], words: Mapping[str, Any], lang: Lang, rules: Mapping[str, Any]) -> Scenario:
    """Read a scenario: `logic` is scenario.yml, `words` is fr.yml or en.yml, `rules` is customer.yml.

    Raises ScenarioError, one sentence that names the file, the key and the fix.
    """
    page, raw = _logic(logic), _words(words, lang)
    said = replace(raw, slots=_slots(raw))
    common = temper(rules, lang)
    persona, kinds = _persona(page.page("persona")), frozenset(page.choices("kinds", KINDS))
    return Scenario(
        slug=page.text("slug"),
        version=page.whole("version", 1, 10_000),
        lang=lang,
        title=said.text("title"),
        summary=said.text("summary"),
        trade=page.choice("trade", TRADES),
        trade_label=said.text("trade_label"),
        kinds=kinds,
        skills=page.choices("skills", SKILLS, 1),
        minutes=page.whole("minutes", 1, 60),
        need=_need(page),
        shift=_shift(page),
        difficulties=page.choices("difficulties", DIFFICULTIES, 1),
        grid=page.text("grid"),
        brief=_brief(said.page("brief")),
        customer_name=said.text("customer_name"),
        persona=persona,
        facts=_facts(page, said),
        solutions=_solutions(page, said),
        doubts=_doubts(page, said),
        unknown=said.page("unknown").texts("says", 2),
        lines=_lines(said.page("lines"), "abusive" in kinds),
        bands=_bands(said, common.bands),
        hints=tuple(said.page("hints").known(*HINTS).text(name) for name in HINTS),
        model=_model(said.page("model")),
        moments=_moments(page, said, persona.start),
        temper=common,
    )


def _logic(entries: Mapping[str, Any]) -> Page:
    return Page(entries, "scenario.yml").known(
        "slug", "version", "author", "trade", "kinds", "skills", "minutes", "need", "shift", "difficulties", "grid",
        "persona", "facts", "solutions", "doubts", "moments",
    )  # fmt: skip


def _words(entries: Mapping[str, Any], lang: Lang) -> Page:
    page = Page(entries, f"{lang}.yml").known(
        "title", "summary", "trade_label", "customer_name", "brief", "facts", "solutions", "doubts", "unknown", "lines",
        "bands", "hints", "model", "moments",
    )  # fmt: skip
    if "bands" in page.entries:
        page.page("bands").known(*BANDS)
    unknown = page.page("unknown").known("examples", "says")
    unknown.texts("examples", 4)
    return page


def _slots(words: Page) -> dict[str, str]:
    """What `{…}` stands for in the words: the customer's name, and the value of each fact that has one."""
    values = {name: page.text("value") for name, page in words.pages("facts").items() if "value" in page.entries}
    return {"name": words.text("customer_name"), **values}


def _need(page: Page) -> Need:
    return "warm" if page.choice("need", get_args(Need)) == "warm" else "efficient"


def _shift(page: Page) -> Shift | None:
    if "shift" not in page.entries:
        return None
    shift = page.page("shift").known("fact", "need")
    return Shift(shift.choice("fact", _entries(page, "facts")), _need(shift))


def _brief(page: Page) -> Brief:
    page.known("role", "goal", "may_grant", "knows", "constraint")
    return Brief(
        page.text("role"), page.text("goal"), page.texts("may_grant"), page.texts("knows"), page.text("constraint", "")
    )


def _model(page: Page, line: str = "") -> Model:
    strong, weak = (_exchange(page.known("strong", "weak").page(name), line) for name in ("strong", "weak"))
    return Model(strong, weak)


def _exchange(page: Page, line: str) -> Exchange:
    page.known("customer", "reply", "why")
    return Exchange(page.text("customer", line or None), page.text("reply"), page.text("why"))


def _persona(page: Page) -> Persona:
    felt = page.known("start", "sensitivities").page("sensitivities").known(*FEELINGS)
    return Persona(_start(page.page("start")), {name: felt.number(name, 0.2, 3, 1) for name in FEELINGS})


def _start(page: Page, usual: Feelings | None = None) -> Feelings:
    page.known(*FEELINGS)
    anger, anxiety, trust, patience, effort = (
        page.whole(name, 0, 100, getattr(usual, name, None)) for name in FEELINGS
    )
    return Feelings(anger, anxiety, trust, patience, effort)


def _facts(logic: Page, words: Page) -> dict[str, Fact]:
    needed = {fact for page in logic.pages("solutions").values() for fact in page.texts("needs", 0)}

    def read(name: str, page: Page, said: Page) -> Fact:
        page.known("open")
        said.known("label", "value", "examples", "says", "again", "offered")
        return Fact(
            name,
            said.text("label"),
            page.entries.get("open") is True,
            said.text("value", ""),
            said.texts("examples", EXAMPLES["facts"]),
            said.texts("says"),
            said.texts("again"),
            said.texts("offered", 1 if name in needed else 0),
        )

    return _each("facts", logic, words, read)


def _solutions(logic: Page, words: Page) -> dict[str, Solution]:
    def read(name: str, page: Page, said: Page) -> Solution:
        grants = page.known("grants", "needs").choice("grants", GRANTS)
        said.known("label", "examples", "accept", "refuse")
        return Solution(
            name,
            said.text("label"),
            grants,
            page.choices("needs", _entries(logic, "facts")),
            said.texts("examples", EXAMPLES["solutions"]),
            said.texts("accept", 1 if grants in ("full", "partial") else 0),
            said.texts("refuse", 0 if grants == "full" else 1),
        )

    if not any(page.entries.get("grants") == "full" for page in logic.pages("solutions").values()):
        raise logic.error("solutions", "has nothing the customer would accept: give one of them 'grants: full'.")
    return _each("solutions", logic, words, read)


def _doubts(logic: Page, words: Page) -> dict[str, Doubt]:
    def read(name: str, page: Page, said: Page) -> Doubt:
        said.known("label", "examples", "asks")
        return Doubt(
            name,
            said.text("label"),
            frozenset(page.known("settled_by").choices("settled_by", ACTS)),
            said.texts("examples", EXAMPLES["doubts"]),
            said.texts("asks", 2),
        )

    return _each("doubts", logic, words, read)


def _moments(logic: Page, words: Page, start: Feelings) -> dict[str, Moment]:
    def read(name: str, page: Page, said: Page) -> Moment:
        page.known("trains", "replies", "start", "told", "heard")
        said.known("title", "situation", "line", "strong", "weak")
        felt = _start(page.page("start"), start) if "start" in page.entries else start
        line = said.text("line")
        return Moment(
            name,
            page.choice("trains", SKILLS),
            page.whole("replies", 1, 3),
            replace(felt, heard=page.entries.get("heard") is True),
            page.choices("told", _entries(logic, "facts")),
            said.text("title"),
            said.text("situation"),
            line,
            _model(
                replace(said, entries={key: said.entries[key] for key in said.entries if key in ("strong", "weak")}),
                line,
            ),
        )

    return _each("moments", logic, words, read)


def _each(key: str, logic: Page, words: Page, read: Callable[[str, Page, Page], Part]) -> dict[str, Part]:
    """What `read` makes of every entry under `key` and its words, once sure that both files have the same ones."""
    found = {name: read(name, page, words.page(key).page(name)) for name, page in logic.pages(key).items()}
    for name in _entries(words, key):
        if name not in found:
            raise words.page(key).error(name, f"is not in {logic.source}: add it there under '{key}', or remove it.")
    return found


def _bands(words: Page, common: Mapping[str, str]) -> dict[str, str]:
    """What people call each feeling here; a milder shade takes the name this scenario gives to its fuller one."""
    own = {name: words.page("bands").text(name) for name in _entries(words, "bands")}
    milder = {name: own[NEAR[name]] for name in ("annoyed", "worried") if NEAR[name] in own}
    return {**common, **milder, **own}


def _lines(page: Page, abusive: bool) -> Lines:
    found = lines(page.known(*SPEECHES))
    for kind in ("open", "vent", "press", "thank", *(("abuse", "contrite") if abusive else ())):
        if sum(map(len, found.get(kind, {}).values())) < 3:
            raise page.error(kind, "needs at least 3 lines: it is said often, and no line is said twice in a drill.")
    return found


def _entries(page: Page, key: str) -> tuple[str, ...]:
    return tuple(map(str, page.page(key).entries)) if key in page.entries else ()
