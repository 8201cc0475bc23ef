from __future__ import annotations

from collections.abc import Collection

import pytest

from actions.coaching.care import needed


@pytest.mark.parametrize(
    ("kinds", "difficulty", "ending", "rating"),
    [
        ((), "hard", "served", 5),
        (("abusive",), "calm", "served", None),
        ((), "calm", "hung_up", None),
        ((), "calm", "served", 2),
        ((), "calm", None, 1),
    ],
)
def test_a_hard_drill_is_followed_by_care(
    kinds: Collection[str], difficulty: str, ending: str | None, rating: int | None
) -> None:
    assert needed(kinds, difficulty, ending, rating)


@pytest.mark.parametrize("rating", [None, 3, 4, 5])
@pytest.mark.parametrize("ending", [None, "served", "gave_up", "ended", "quick"])
@pytest.mark.parametrize("difficulty", ["calm", "demanding"])
def test_nobody_is_told_they_suffer_who_does_not_say_so(
    difficulty: str, ending: str | None, rating: int | None
) -> None:
    assert not needed(("expert", "contradictory"), difficulty, ending, rating)
