"""The learning path: which drill to propose next, from the weakest skill whose time has come again.

Skills are spaced over days (Cepeda et al. 2006, Psychological Bulletin 132): one that was met comes back after a day,
then after three, seven and twenty-one; of those that are due, the weakest of the earliest stage comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.coaching.page import Page
from actions.coaching.result import Shown
from actions.coaching.scenario import QUICK, SKILLS, Scenario
from nlu.contract import ACTS, EMPATHY, TONE


@dataclass(frozen=True)
class Shows:
    """How a skill shows in a reply: by any of these acts, or by the best of these levels."""

    acts: frozenset[str]
    levels: tuple[str, ...]

    def used(self, shown: Shown) -> float:
        """0–1: how well the skill was used at its best in the replies of `shown`; 0 without one."""
        levels = shown.best or {}
        best = max((levels.get(name, 0) for name in self.levels), default=0) / 2
        return max(best, float(not self.acts.isdisjoint(shown.acts)))


@dataclass(frozen=True)
class Stage:
    """A step of the path: the skills it is about, and the scenarios that close it."""

    id: str
    skills: tuple[str, ...]
    scenarios: tuple[str, ...]


@dataclass(frozen=True)
class Path:
    """The whole path. `mastered` (0–1) is when a skill holds, `recent` how many drills it is judged on, `spacing` is in
    days."""

    stages: tuple[Stage, ...]
    skills: Mapping[str, Shows]
    mastered: float
    recent: int
    spacing: tuple[int, ...]


@dataclass(frozen=True)
class Done:
    """A drill somebody finished or left: its slug (with the moment of a quick drill), what it trains, when, and how."""

    slug: str
    skills: tuple[str, ...]
    day: date
    shown: Shown


@dataclass(frozen=True)
class Proposal:
    """The drill to play next; `skill` is what for and `stage` where on the path; `why` is one of `first`, `weakest`,
    `again` (its time has come), `stage` (a whole scenario closes the stage) and `onward` (nothing is due)."""

    slug: str
    skill: str
    stage: str
    why: str


@dataclass(frozen=True)
class Standing:
    """How one skill stands: `strength` 0–1 over the recent drills, `times` met, and the `day` it is due (None: now)."""

    strength: float
    times: int
    due: date | None


def parse(entries: Mapping[str, Any]) -> Path:
    """Read `path.yml`. Raises ScenarioError."""
    page = Page(entries, "path.yml").known("stages", "skills", "mastered", "recent", "spacing")
    skills = {name: _shows(shown) for name, shown in page.pages("skills").items()}
    stages = tuple(
        _stage(Page(entry, "path.yml", f"stages.{number}")) for number, entry in enumerate(entries["stages"])
    )
    return Path(
        stages,
        skills,
        page.page("mastered").number("value", 0, 1),
        page.page("recent").whole("value", 1, 50),
        tuple(int(days) for days in entries["spacing"]),
    )


def _shows(page: Page) -> Shows:
    page.known("acts", "levels")
    return Shows(frozenset(page.choices("acts", ACTS)), page.choices("levels", (*EMPATHY, *TONE)))


def _stage(page: Page) -> Stage:
    page.known("id", "skills", "scenarios")
    return Stage(page.text("id"), page.choices("skills", SKILLS, 1), page.texts("scenarios", 0))


def standing(path: Path, skill: str, done: Sequence[Done]) -> Standing:
    """How `skill` stands after `done`, oldest first."""
    met = [drill for drill in done if skill in drill.skills and drill.shown]
    if not met:
        return Standing(0.0, 0, None)
    recent = met[-path.recent :]
    strength = sum(path.skills[skill].used(drill.shown) for drill in recent) / len(recent)
    days = len({drill.day for drill in met})
    wait = path.spacing[min(days, len(path.spacing)) - 1] if strength >= path.mastered else path.spacing[0]
    return Standing(strength, len(met), date.fromordinal(met[-1].day.toordinal() + wait))


def progress(path: Path, done: Sequence[Done]) -> dict[str, float]:
    """Each stage's share of skills that hold, 0–1."""
    return {
        stage.id: sum(standing(path, skill, done).strength >= path.mastered for skill in stage.skills)
        / len(stage.skills)
        for stage in path.stages
    }


def propose(
    path: Path, library: Sequence[Scenario], done: Sequence[Done], today: date, quick: bool = False
) -> Proposal | None:
    """The next drill; None when the library has nothing to propose. `library` leaves out what nobody opted in to.

    `quick` leaves the whole scenarios out: once nothing is due, the quick drill played longest ago.
    """
    times = {drill.slug: number for number, drill in enumerate(done)}
    for stage in path.stages:
        stands = {skill: standing(path, skill, done) for skill in stage.skills}
        due = [skill for skill in stage.skills if (stands[skill].due or today) <= today]
        for skill in sorted(due, key=lambda name: (stands[name].strength, stage.skills.index(name))):
            if slugs := _quick(library, skill):
                slug = min(slugs, key=lambda name: times.get(name, -1))
                return Proposal(slug, skill, stage.id, _why(stands[skill], done))
        if quick or any(stand.strength < path.mastered for stand in stands.values()):
            continue
        for slug in stage.scenarios:
            if slug not in times and any(scenario.slug == slug for scenario in library):
                return Proposal(slug, stage.skills[0], stage.id, "stage")
    if quick:
        return _longest(path, library, times)
    rest = [scenario for scenario in library if scenario.slug not in times] or list(library)
    if not rest:
        return None
    oldest = min(rest, key=lambda scenario: times.get(scenario.slug, -1))
    return Proposal(oldest.slug, oldest.skills[0], path.stages[-1].id, "onward")


def _longest(path: Path, library: Sequence[Scenario], times: Mapping[str, int]) -> Proposal | None:
    """The quick drill played longest ago."""
    slugs = [(slug, skill) for skill in path.skills for slug in _quick(library, skill)]
    if not slugs:
        return None
    slug, skill = min(slugs, key=lambda pair: times.get(pair[0], -1))
    return Proposal(slug, skill, path.stages[-1].id, "onward")


def _why(stand: Standing, done: Sequence[Done]) -> str:
    if not done:
        return "first"
    return "again" if stand.times else "weakest"


def _quick(library: Iterable[Scenario], skill: str) -> list[str]:
    """The quick drills that train `skill`."""
    return [
        f"{scenario.slug}{QUICK}{name}"
        for scenario in library
        for name, moment in scenario.moments.items()
        if moment.trains == skill
    ]
