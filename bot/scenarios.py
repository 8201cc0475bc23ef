"""`visavis scenarios`: what an author needs, from an empty folder to a scenario that plays. A composition root."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from actions.coaching import lint, trial
from actions.coaching.scenario import ScenarioError
from actions.storage.library import Library, LibraryError
from bot import graph, play, settings
from bot.play import Run
from bot.settings import ROOT
from nlu.contract import LANGS, Context, Lang

if TYPE_CHECKING:  # spaCy and TensorFlow take seconds to load: only the commands that read replies pay for them
    from nlu.ear import Ear
    from nlu.scorer import Scorer

cli = typer.Typer(no_args_is_help=True, help="Write scenarios: start one, check it, play it, draw it.")

SCORE_THREADS = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
"""One process per core scores better than one process over all of them: replies are read one at a time."""


@cli.command()
def new(
    slug: str = typer.Argument(..., help="The name of its folder: small letters, hyphens between words."),
    like: str = typer.Option("late-refund", help="The scenario it starts from."),
) -> None:
    """Start a scenario from the one that is most like it, in SCENARIOS_DIR or else among ours."""
    library = _library()
    shelf = library.own or library.root / "scenarios"
    if not slug.replace("-", "").isalnum() or slug != slug.lower() or not slug.isascii():
        _refuse(f"“{slug}” cannot name a folder: use small letters, figures and hyphens, such as late-parcel.")
    if like not in library.folders():
        _refuse(f"There is no scenario “{like}” to start from: choose one of {', '.join(library.slugs())}.")
    if slug in library.folders() or (shelf / slug).exists():
        place = library.folders().get(slug, shelf / slug)
        _refuse(f"There is a scenario “{slug}” already, in {place}: choose another name.")
    folder = shelf / slug
    shutil.copytree(library.folders()[like], folder)
    logic = folder / "scenario.yml"
    lines = logic.read_text(encoding="utf-8").splitlines(keepends=True)
    fresh = {"slug": f"slug: {slug}\n", "version": "version: 1\n"}
    logic.write_text("".join(fresh.get(line.partition(":")[0], line) for line in lines), encoding="utf-8")
    typer.echo(f"{folder} is a copy of “{like}”: write your own in it, then `visavis scenarios check {slug}`.")


@cli.command()
def check(
    slugs: list[str] = typer.Argument(None, help="Which ones; all of them when none is named."),
    understanding: bool = typer.Option(True, help="Try the topics too, on the paraphrases of the trials (slower)."),
) -> None:
    """Say what should be mended: file, line, key, and what to do."""
    library = _library()
    remarks = list(dict.fromkeys(remark for slug in _named(library, slugs) for remark in _remarks(library, slug)))
    for remark in remarks:
        typer.echo(remark)
    if not remarks and understanding:
        for slug in _named(library, slugs):
            typer.echo(_understood(library, slug))
    if remarks:
        raise typer.Exit(1)
    typer.echo("Nothing to mend.")


def _remarks(library: Library, slug: str) -> Iterator[str]:
    """Every remark on one scenario; those of a language stop at the first that keeps it from being read."""
    for lang in LANGS:
        try:
            scenario = library.scenario(slug, lang)
            _, words = library.pages(slug, lang)
            library.grid(scenario.grid, lang)
            rules = lint.respect(library.read("respect.yml")[lang])
            for remark in lint.lint(scenario, words, rules, _avoided):
                yield f"scenarios/{slug}/{remark}"
            tried = library.trial(slug, lang)
            trial.parse(tried, lang, scenario)
            heard = {"examples": library.examples(slug, lang), "trial": tried.get("paraphrases") or {}}
            for name, page in heard.items():
                yield from (
                    f"scenarios/{slug}/{name}.{lang}.yml: {remark}" for remark in lint.strangers(scenario, page)
                )
        except LibraryError as error:
            yield str(error)
        except ScenarioError as error:
            yield f"scenarios/{slug}/{error}"


@cli.command("play")
def play_(
    slugs: list[str] = typer.Argument(None, help="Which ones."),
    everything: bool = typer.Option(False, "--all", help="Every scenario."),
    plain: bool = typer.Option(False, "--json", help="A line of JSON per drill, and a last one that adds them up."),
    seeds: int = typer.Option(len(play.SEEDS), min=1, max=100, help="How many drills of each kind."),
) -> None:
    """Play scenarios with their scripted agents, in both languages, at every difficulty."""
    library = _library()
    if not slugs and not everything:
        _refuse("Name the scenarios to play, or ask for --all.")
    names = _named(library, slugs)
    _readable(library, names)
    played = _played(names, seeds)
    found = play.tally(played)
    if plain:
        for each in played:
            typer.echo(json.dumps(each.to_json(), ensure_ascii=False))
        typer.echo(json.dumps({"tally": found.to_json()}, ensure_ascii=False))
    else:
        _show(played, found)


def _played(slugs: Sequence[str], seeds: int) -> list[Run]:
    """Scenario by scenario, as many at once as there are cores."""
    workers = min(len(slugs), os.cpu_count() or 1)
    if workers == 1:
        return _one(slugs[0], seeds)
    os.environ.update(SCORE_THREADS)
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        return [run for runs in pool.map(_one, slugs, [seeds] * len(slugs)) for run in runs]


def _one(slug: str, seeds: int) -> list[Run]:
    library, ear, found = _library(), _ear(slug), []
    for lang in LANGS:
        scenario = library.scenario(slug, lang)
        scripts = trial.parse(library.trial(slug, lang), lang, scenario)
        found += list(play.runs(scenario, scripts, ear, range(seeds)))
    return found


def _show(played: Iterable[Run], found: play.Tally) -> None:
    sums: dict[tuple[str, str, str], list[int]] = {}
    for run in played:
        sums.setdefault((f"{run.scenario} · {run.lang}", run.difficulty, run.agent), []).append(run.satisfaction)
    table = Table("scenario", "difficulty", *trial.AGENTS, title="Satisfaction of the simulated customer, 0–100")
    for name, difficulty in dict.fromkeys((name, difficulty) for name, difficulty, _ in sums):
        means = (sums[name, difficulty, agent] for agent in trial.AGENTS)
        table.add_row(name, difficulty, *(f"{sum(some) / len(some):.0f}" for some in means))
    console = Console()
    console.print(table)
    console.print(f"{found.drills} drills by five agents: {found.ordered:.1%} in order.", *found.faults, sep="\n")


@cli.command("graph")
def graph_(
    slug: str = typer.Argument(..., help="Which one."),
    lang: str = typer.Option("fr", help="fr or en."),
    out: Path = typer.Option(None, help="The file to write; else <slug>.svg here."),
) -> None:
    """Draw the moves of the customer as its scripted agents meet them (SVG)."""
    library = _library()
    (name,) = _named(library, [slug])
    title = _readable(library, [name])[_lang(lang), name]
    moves = [run.moves for run in _one(name, len(play.SEEDS)) if run.lang == lang]
    target = out or Path(f"{slug}.svg")
    try:
        target.write_text(graph.draw(moves, title), encoding="utf-8")
    except OSError as error:
        _refuse(f"{target} cannot be written ({error.strerror}): name another file with --out.")
    typer.echo(f"{target} shows {len(moves)} drills.")


@cli.command()
def stats() -> None:
    """What the library covers: trades, kinds, skills, quick drills, and how much there is to say."""
    from nlu import topics

    library = _library()
    _readable(library, library.slugs())
    everything = [(slug, library.scenario(slug, "fr"), library.scenario(slug, "en")) for slug in library.slugs()]
    table = Table("scenario", "trade", "need", "kinds", "facts", "solutions", "lines fr", "lines en", "examples")
    for slug, *both in everything:
        french = both[0]
        lines = [str(sum(1 for _ in lint.spoken(scenario))) for scenario in both]
        heard = len(topics.examples(topics.pages(library.folders()[slug])))
        table.add_row(
            slug, french.trade, french.need, " ".join(sorted(french.kinds)), str(len(french.facts)),
            str(len(french.solutions)), *lines, str(heard),
        )  # fmt: skip
    console = Console(width=140)
    console.print(table)
    for name, counted in (
        ("trades", Counter(french.trade for _, french, _ in everything)),
        ("kinds", Counter(kind for _, french, _ in everything for kind in french.kinds)),
        (
            "quick drills by skill",
            Counter(one.trains for _, french, _ in everything for one in french.moments.values()),
        ),
    ):
        console.print(f"{name}: " + ", ".join(f"{each} {count}" for each, count in counted.most_common()))


def _understood(library: Library, slug: str) -> str:
    """How often the topics of the trial's paraphrases are told right."""
    from nlu import topics

    ear, found = _ear(slug), []
    for lang in LANGS:
        pages = library.trial(slug, lang).get("paraphrases") or {}
        right = [
            topics.matches(ear.assess(each.text, Context(lang=lang)).topics, each.topic)
            for each in topics.examples([pages])
        ]
        if right:
            found.append(f"{lang} {sum(right) / len(right):.0%} of {len(right)}")
    return f"{slug}: topics told right: {', '.join(found) or 'no paraphrases to try'}."


def _named(library: Library, slugs: Sequence[str] | None) -> tuple[str, ...]:
    known = library.folders()
    if not known:
        _refuse("There is no scenario yet: start one with `visavis scenarios new`.")
    for slug in slugs or ():
        if slug not in known:
            _refuse(f"There is no scenario “{slug}”: choose among {', '.join(sorted(known))}.")
    return tuple(slugs or library.slugs())


def _readable(library: Library, slugs: Iterable[str]) -> dict[tuple[str, str], str]:
    """The titles of scenarios, by language and slug, once sure that they can be read."""
    try:
        return {(lang, slug): library.scenario(slug, lang).title for slug in slugs for lang in LANGS}
    except LibraryError as error:
        _refuse(f"{error} `visavis scenarios check` tells all there is to mend.")


def _lang(name: str) -> Lang:
    if name not in LANGS:
        _refuse(f"There is no language “{name}”: choose fr or en.")
    return "en" if name == "en" else "fr"


def _avoided(text: str) -> list[str]:
    """The words to avoid that a text holds, as the coach would mark them in a reply."""
    return [found.text for found in _scorer(model=False).perceive(text, Context()).wording]


def _ear(slug: str) -> Ear:
    """What hears the replies of a scenario, having just learnt its examples."""
    from nlu.ear import Ear

    kept = settings.load().var_dir / "topics"
    return Ear(_scorer(), _scorer().learn(_library().folders()[slug], kept))


@cache
def _scorer(model: bool = True) -> Scorer:
    """The scorer; its markers alone when the model is not needed."""
    from nlu import scorer

    return scorer.load(ROOT, model=model)


@cache
def _library() -> Library:
    try:
        chosen = settings.load()
    except settings.SettingError as error:
        _refuse(str(error))
    return Library(chosen.data_dir, chosen.scenarios_dir)


def _refuse(sentence: str) -> NoReturn:
    typer.secho(sentence, fg="red", err=True)
    raise typer.Exit(2)
