"""The ten screens that show what the room looks like, and where their pictures are.

The journeys take them on their way; `test_screens.py`, the last file, sees that none is missing. SCREENSHOTS_DIR, when
set, names a folder that gets these pictures and no other (`.ci/run` keeps them).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import psutil

from tests.journeys.visitor import SCREENSHOTS

SCREENS = (
    "welcome", "catalogue", "drill", "compare", "debrief", "progress", "me", "examples", "review", "embed-page-note",
)  # fmt: skip
SIZES = ("fr-390", "en-1280")


def pictures() -> list[Path]:
    """Where the journeys put them."""
    return [SCREENSHOTS / f"{screen}-{size}.png" for screen in SCREENS for size in SIZES]


def taken() -> list[Path]:
    """Those that this run has taken, wherever they are kept."""
    since = psutil.Process().create_time()
    found = [picture for picture in pictures() if picture.exists() and picture.stat().st_mtime >= since]
    folder = os.environ.get("SCREENSHOTS_DIR")
    if not folder:
        return found
    Path(folder).mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copy(picture, folder)) for picture in found]
