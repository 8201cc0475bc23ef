"""Every page of the door with a year of a team's practice in the database. Its figures go into docs/performance.md.

Bar: p95 ≤ 80 ms for each page, on SQLite and on PostgreSQL. Alone, the docs left as they are: `python -m bench.pages`.
"""

from __future__ import annotations

import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from actions.storage.engine import open_engine
from actions.storage.library import Library
from bench import budget, crowd, place
from bench.crowd import Crowd
from bot import database, launcher, settings
from bot.web import charts

TIMES, WARM, BAR, PATIENCE = 60, 3, 80, 30.0
NOBODY = ""
PAGES: tuple[tuple[str, str, str], ...] = (
    ("a static file, to compare", NOBODY, "/static/icon.svg"),
    ("sign in", NOBODY, "/login"),
    ("welcome", crowd.AGENT, "/welcome"),
    ("catalogue", crowd.AGENT, "/"),
    ("catalogue, searched", crowd.AGENT, "/?q=retard&trade=shop&length=short"),
    ("catalogue of a lead", crowd.LEAD, "/"),
    ("drill", crowd.AGENT, "/drills/{open}"),
    ("debrief", crowd.AGENT, "/drills/{done}/debrief"),
    ("progress", crowd.AGENT, "/progress"),
    ("certificate", crowd.AGENT, "/progress/certificates/{stage}"),
    ("examples", crowd.AGENT, "/examples"),
    ("an example", crowd.AGENT, "/examples/{example}"),
    ("my account", crowd.AGENT, "/me"),
    ("erase my data", crowd.AGENT, "/me/erase"),
    ("team", crowd.LEAD, "/team"),
    ("review", crowd.LEAD, "/team/drills/{shared}"),
)
"""Name, who asks, address; each must answer 200. The ids are those of `Crowd`."""


@dataclass(frozen=True)
class Figures:
    """What stood in the database, the seconds each page took there, and what a first visit weighs."""

    crowd: Crowd
    taken: Mapping[str, Mapping[str, Sequence[float]]]
    weights: Sequence[budget.Weight]


def measure() -> Figures:
    """Fill each kind of database that there is, start the door on it, ask every page."""
    folder = Path(tempfile.mkdtemp(prefix="visavis-pages-"))
    taken: dict[str, Mapping[str, Sequence[float]]] = {}
    weights: Sequence[budget.Weight] = ()
    try:
        said = crowd.heard()
        with place.databases(folder) as urls:
            for name, url in urls.items():
                chosen = settings.load(place.environment(folder / name, url))
                found = _filled(chosen, said)
                with _door(chosen) as address:
                    taken[name] = _asked(address, found)
                    weights = weights or budget.measure(address, crowd.AGENT, crowd.PASSWORD)
        return Figures(found, taken, weights)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def lines(figures: Figures) -> list[str]:
    """What docs/performance.md says of it."""
    kinds, stored = figures.taken, figures.crowd
    rows = []
    for page, _, _ in PAGES:
        cells = [f"{_ms(taken[page], percent):.1f}" for taken in kinds.values() for percent in (50, 95)]
        rows.append(f"| {page} | {' | '.join(cells)} |")
    return [
        "\n## Every page\n",
        f"{TIMES} requests each, the pages taking turns, through the whole door on a connection kept open, with",
        f"{stored.turns:,} turns of {stored.drills:,} drills in the database; the agent has {stored.mine} of them.",
        f"Milliseconds; the bar is p95 ≤ {BAR} ms.\n",
        f"| page | {' | '.join(f'{kind} p50 | {kind} p95' for kind in kinds)} |",
        f"|---|{'---|---|' * len(kinds)}",
        *rows,
        f"\nThe door keeps its last {charts.KEPT} drawings of each kind, and these pages were asked again and again:",
        f"a chart seen for the first time adds {_drawn():.1f} ms; the progress page has two, and so has a debrief.",
        *budget.lines(figures.weights),
    ]


def main() -> None:
    """Measure and print."""
    print("\n".join(lines(measure())))


def _drawn() -> float:
    """Milliseconds, p50, that a chart takes which was never drawn before."""
    labels, values = [str(month) for month in range(12)], list(range(0, 96, 8))
    taken = []
    for number in range(TIMES):
        began = time.perf_counter()
        charts.trend(f"drawing {number}", labels, dict.fromkeys("abcde", values))
        taken.append(time.perf_counter() - began)
    return 1000 * statistics.median(taken)


def _filled(chosen: settings.Settings, said: crowd.Said) -> Crowd:
    engine = open_engine(chosen.database_url)
    try:
        database.migrate(engine)
        return crowd.fill(engine, Library(chosen.data_dir), said)
    finally:
        engine.dispose()


@contextmanager
def _door(chosen: settings.Settings) -> Iterator[str]:
    """The web door alone, as it is served: its address. No page that is only read needs Rasa."""
    address = f"http://{chosen.host}:{chosen.port}"
    logs = chosen.var_dir / "logs"
    logs.mkdir()
    server = launcher.Server("web", (sys.executable, "-m", "bot.site"), f"{address}/login")
    with launcher.started(server, chosen, logs):
        try:
            _wait(server.health)
            yield address
        except RuntimeError as error:
            raise RuntimeError(f"{error}; the door's log ends so:\n{(logs / 'web.log').read_text()[-800:]}") from error


def _wait(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            httpx.get(address, timeout=PATIENCE).raise_for_status()
            return
        time.sleep(0.1)
    raise RuntimeError(f"{address} did not answer within {PATIENCE:.0f} s")


def _asked(address: str, stored: Crowd) -> dict[str, list[float]]:
    """Seconds of every request, by page; the pages take turns, so that a busy moment is shared by all."""
    taken: dict[str, list[float]] = {page: [] for page, _, _ in PAGES}
    visitors = {login: _visitor(address, login) for login in (NOBODY, crowd.AGENT, crowd.LEAD)}
    for _ in range(WARM + TIMES):
        for page, login, path in PAGES:
            request = visitors[login].build_request("GET", path.format(**asdict(stored)))
            began = time.perf_counter()
            answer = visitors[login].send(request)
            taken[page].append(time.perf_counter() - began)
            if answer.status_code != 200:
                raise RuntimeError(f"{request.url} answered {answer.status_code}, not 200")
    for visitor in visitors.values():
        visitor.close()
    return {page: seconds[WARM:] for page, seconds in taken.items()}


def _visitor(address: str, login: str) -> httpx.Client:
    visitor = httpx.Client(base_url=address, timeout=PATIENCE)
    if login:
        token = re.search(r'name="csrf" value="([^"]+)"', visitor.get("/login").text)
        fields = {"csrf": token[1] if token else "", "login": login, "password": crowd.PASSWORD}
        if visitor.post("/login", data=fields).status_code != 303:
            raise RuntimeError(f"{login} could not sign in")
    return visitor


def _ms(seconds: Sequence[float], percent: int) -> float:
    return 1000 * statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    main()
