"""What a first visit weighs: a headless Chromium with nothing in its cache opens a page and counts.

Bars, for each page: ≤ 150 kB over the wire, ≤ 12 requests, ≤ 40 kB of script, nothing from anywhere else.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, sync_playwright

KB, REQUESTS, SCRIPT_KB = 150, 12, 40
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-background-networking")
SETTLED = 500
"""Milliseconds without a request or a shift before we count."""
SEEN = """async settled => {
  const seen = {shift: 0, paint: 0};
  const watch = (type, note) => new PerformanceObserver(list => list.getEntries().forEach(note))
    .observe({type, buffered: true});
  watch("layout-shift", one => { seen.shift += one.hadRecentInput ? 0 : one.value; });
  watch("largest-contentful-paint", one => { seen.paint = one.startTime; });
  await new Promise(done => setTimeout(done, settled));
  return [seen.shift, seen.paint, document.getElementsByTagName("*").length];
}"""


@dataclass
class Weight:
    """One page: bytes over the wire (headers too) in all and of scripts, requests in all and elsewhere, DOM nodes,
    layout shift (a score) and the milliseconds to its largest paint."""

    page: str
    total: float = 0
    script: float = 0
    requests: int = 0
    elsewhere: int = 0
    nodes: int = 0
    shift: float = 0
    paint: float = 0
    kinds: dict[str, str] = field(default_factory=dict)


def measure(address: str, login: str, password: str) -> Sequence[Weight]:
    """Weigh the page to sign in on, and the one behind it; nothing where there is no Chromium."""
    found = shutil.which("chromium")
    if found is None:
        return ()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=list(FLAGS))
        try:
            return [_weighed(browser, address, path, who, password) for path, who in (("/login", ""), ("/", login))]
        finally:
            browser.close()


def lines(weights: Sequence[Weight]) -> list[str]:
    """What docs/performance.md says of it."""
    head = "\n## A first visit\n"
    if not weights:
        return [head, "Not measured: Chromium is absent (`apt-get install chromium` brings it)."]
    return [
        head,
        "A headless Chromium with an empty cache, in a telephone's window; kilobytes over the wire, headers too.\n",
        f"| | {' | '.join(f'`{weight.page}`' for weight in weights)} | bar |",
        f"|---|{'---|' * len(weights)}---|",
        _row("transferred, kB", [f"{weight.total / 1000:.1f}" for weight in weights], f"≤ {KB}"),
        _row("of which scripts, kB", [f"{weight.script / 1000:.1f}" for weight in weights], f"≤ {SCRIPT_KB}"),
        _row("requests", [str(weight.requests) for weight in weights], f"≤ {REQUESTS}"),
        _row("requests to anywhere else", [str(weight.elsewhere) for weight in weights], "0"),
        _row("elements in the page", [str(weight.nodes) for weight in weights], ""),
        _row("layout shift (CLS)", [f"{weight.shift:.3f}" for weight in weights], ""),
        _row("largest paint (LCP), ms", [f"{weight.paint:.0f}" for weight in weights], ""),
    ]


def _row(name: str, values: Sequence[str], bar: str) -> str:
    return f"| {name} | {' | '.join(values)} | {bar} |"


def _weighed(browser: Browser, address: str, path: str, login: str, password: str) -> Weight:
    """A window of its own for each page, so that nothing is in the cache but the session."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    try:
        if login:
            page.goto(f"{address}/login")
            page.fill("#login", login)
            page.fill("#password", password)
            page.press("#password", "Enter")
            page.wait_for_url(f"{address}/")
            cookies = page.context.cookies()
            page.close()
            page = browser.new_page(viewport={"width": 390, "height": 844})
            page.context.add_cookies(cookies)  # type: ignore[arg-type]  # Playwright's own two types of one thing
        return _count(page, address, path)
    finally:
        page.close()


def _count(page: Page, address: str, path: str) -> Weight:
    weight, listener = Weight(path), page.context.new_cdp_session(page)

    def answered(event: dict[str, object]) -> None:
        weight.kinds[str(event["requestId"])] = str(event["type"])

    def finished(event: dict[str, object]) -> None:
        size = float(str(event["encodedDataLength"]))
        weight.total += size
        weight.script += size if weight.kinds.get(str(event["requestId"])) == "Script" else 0

    listener.on("Network.responseReceived", answered)
    listener.on("Network.loadingFinished", finished)
    listener.send("Network.enable")
    listener.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + path, wait_until="networkidle")
    weight.shift, weight.paint, weight.nodes = page.evaluate(SEEN, SETTLED)
    weight.requests = len(asked)
    weight.elsewhere = sum(1 for url in asked if not url.startswith(f"{address}/"))
    return weight
