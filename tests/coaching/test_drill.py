from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from actions.coaching.drill import Entry, live, retried, superseded


def log(*moves: str | int) -> list[Entry]:
    """A text is a reply at the next position, a number the replay of that position; the text is its message id too."""
    entries: list[Entry] = []
    for move in moves:
        if isinstance(move, int):
            entries.append(Entry("replay", move, f"replay {len(entries)}"))
        else:
            entries.append(Entry("reply", len(live(entries)) + 1, move, move))
    return entries


def texts(entries: Sequence[Entry]) -> dict[int, tuple[str, str]]:
    return {position: (first.text, now.text) for position, (first, now) in retried(entries).items()}


def test_nothing_was_tried_twice() -> None:
    assert retried([]) == {}
    assert retried(log("a", "b")) == {}


def test_a_moment_taken_back_has_no_pair_before_it_is_answered() -> None:
    assert retried(log("a", "b", 2)) == {}


def test_the_new_reply_stands_beside_the_one_it_replaces() -> None:
    assert texts(log("a", "b", 2, "c")) == {2: ("b", "c")}


def test_the_last_try_counts_when_there_were_several() -> None:
    assert texts(log("a", 1, "b", 1, "c")) == {1: ("b", "c")}


def test_what_follows_a_replay_answers_other_words() -> None:
    assert texts(log("a", "b", 1, "c", "d")) == {1: ("a", "c")}


def test_a_later_replay_leaves_earlier_pairs_alone() -> None:
    assert texts(log("a", 1, "b", "c", 2, "d")) == {1: ("a", "b"), 2: ("c", "d")}


def test_an_earlier_replay_undoes_later_pairs() -> None:
    assert texts(log("a", "b", 2, "c", 1, "d", "e")) == {1: ("a", "d")}


def test_going_further_back_before_answering_compares_with_the_moment_reached() -> None:
    assert texts(log("a", "b", 2, 1, "c")) == {1: ("a", "c")}


def test_a_hint_and_an_end_change_nothing() -> None:
    entries = [*log("a", 1), Entry("hint", 1, "hint"), Entry("reply", 1, "b", "b"), Entry("end", 2, "end")]
    assert texts(entries) == {1: ("a", "b")}


@given(st.lists(st.integers(0, 6), max_size=24))
def test_a_pair_is_a_live_reply_and_one_taken_back_at_its_position(choices: list[int]) -> None:
    """0 replies; n replays moment n when it was lived."""
    entries: list[Entry] = []
    for number, choice in enumerate(choices):
        lived = len(live(entries))
        if choice == 0:
            entries.append(Entry("reply", lived + 1, f"message {number}"))
        elif choice <= lived:
            entries.append(Entry("replay", choice, f"message {number}"))
    told, gone = live(entries), superseded(entries)
    for position, (first, now) in retried(entries).items():
        assert now is told[position - 1]
        assert first in gone
        assert first.position == now.position == position
    # No pair without a replay that was answered at once.
    answered = {one.position for one, two in pairwise(entries) if (one.kind, two.kind) == ("replay", "reply")}
    assert retried(entries).keys() <= answered
