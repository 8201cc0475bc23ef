"""bot/site.py: what the door reads before anybody comes."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.storage.library import Library
from bot import site
from bot.settings import ROOT


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """Leave the garbage collector as other tests expect it."""
    yield
    gc.unfreeze()


def test_the_first_visitor_need_not_wait_for_the_library() -> None:
    library = Library(ROOT / "data")
    site.warm(library)
    assert library.scenario.cache_info().currsize >= 2 * len(library.slugs())
    assert gc.get_freeze_count() > 0


def test_a_spoilt_scenario_is_said_and_does_not_keep_the_door_shut(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "spoilt").mkdir()
    (tmp_path / "spoilt" / "scenario.yml").write_text("slug: [", encoding="utf-8")
    site.warm(Library(ROOT / "data", tmp_path))
    assert "spoilt" in caplog.text
