"""After the other journeys: each of the ten screens was seen, in French on a phone and in English on a desktop."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.screens import pictures, taken


def test_ten_screens_were_seen(chromium: str, request: pytest.FixtureRequest) -> None:
    if not set(Path(__file__).parent.glob("test_*.py")) <= {item.path for item in request.session.items}:
        pytest.skip("the ten screens are looked for when all the journeys were made")
    assert [picture.name for picture in taken()] == [picture.name for picture in pictures()]
