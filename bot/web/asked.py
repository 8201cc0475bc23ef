"""What a lead asks to be played, as the agent and as the lead read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from actions.storage.library import Library
from actions.storage.records import Assignment, Drill, Person
from actions.storage.unit import Unit
from bot.web import shelf
from nlu.contract import Lang


@dataclass(frozen=True)
class Asked:
    """An assignment before the agent it is for; `late`: its day has passed and it isn't done."""

    assignment: Assignment
    title: str
    author: str
    done: bool
    late: bool


@dataclass(frozen=True)
class Given:
    """An assignment before a lead: whether it was done, and by whom; never how. `to` is empty when it is for all."""

    assignment: Assignment
    title: str
    to: str
    done: tuple[str, ...]
    out_of: int


def of_agent(
    unit: Unit, library: Library, person: Person, drills: Iterable[Drill], lang: Lang, today: date
) -> list[Asked]:
    """What is asked of an agent whose `drills` these are: to do first. What is done stays until its day is over."""
    if person.role != "agent":
        return []  # a lead who asks the whole team does not ask themselves
    titles, finished = library.titles(lang), [drill for drill in drills if drill.over]
    people = {one.id: one.name for one in unit.people.team(person.team)}
    found = []
    for assignment in unit.assignments.of_person(person):
        done = any(_does(assignment, drill) for drill in finished)
        if assignment.scenario in titles and not (done and assignment.due < today):
            late = not done and assignment.due < today
            author = people.get(assignment.author_id, "")
            found.append(Asked(assignment, titles[assignment.scenario], author, done, late))
    return sorted(found, key=lambda asked: asked.done)


def of_team(unit: Unit, library: Library, team: str, lang: Lang) -> list[Given]:
    """What is asked in a team, with who has done it."""
    assignments = unit.assignments.of_team(team)
    if not assignments:
        return []
    titles, agents = library.titles(lang), agents_of(unit, team)
    since = min(assignment.created_at for assignment in assignments)
    finished = unit.drills.finished_in_team(team, {assignment.scenario for assignment in assignments}, since)
    found = []
    for assignment in assignments:
        asked = [agent for agent in agents if assignment.person_id in (None, agent.id)]
        who = {person.id for drill, person in finished if _does(assignment, drill)}
        done = tuple(agent.name for agent in asked if agent.id in who)
        to = asked[0].name if assignment.person_id and asked else ""
        title = titles.get(assignment.scenario, assignment.scenario)
        found.append(Given(assignment, title, to, done, len(asked)))
    return found


def agents_of(unit: Unit, team: str) -> list[Person]:
    """Whom a lead of `team` can ask, by name."""
    return [person for person in unit.people.team(team) if person.role == "agent"]


def assignable(library: Library, lang: Lang) -> dict[str, str]:
    """The situations one can ask for, by slug: never abuse, which is for who chooses it."""
    scenarios = sorted(shelf.offered(library.scenarios(lang)), key=lambda scenario: scenario.title.casefold())
    return {scenario.slug: scenario.title for scenario in scenarios}


def _does(assignment: Assignment, drill: Drill) -> bool:
    return drill.scenario == assignment.scenario and drill.started_at >= assignment.created_at
