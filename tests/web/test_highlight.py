from __future__ import annotations

from random import Random
from typing import Any

from bot.web.highlight import Piece, pieces

TEXT = "I am sorry, calm down."


def marker(start: int, end: int, polarity: int = 1, label: str = "Apology") -> dict[str, Any]:
    return {"start": start, "end": end, "strategy": "apology", "polarity": polarity, "label": label}


def avoid(start: int, end: int) -> dict[str, Any]:
    return {"start": start, "end": end, "text": "", "better": "this instead"}


def test_empty_text_has_no_piece() -> None:
    assert pieces("", [], []) == []


def test_plain_text_is_one_piece() -> None:
    assert pieces(TEXT, [], []) == [Piece(TEXT)]


def test_a_marker_cuts_its_span() -> None:
    assert pieces(TEXT, [marker(5, 10)], []) == [
        Piece("I am "),
        Piece("sorry", "helps", ("Apology",)),
        Piece(", calm down."),
    ]


def test_overlapping_markers_are_all_shown() -> None:
    found = pieces(TEXT, [marker(0, 10), marker(5, 22, -1, "Order")], [])
    assert [(piece.text, piece.kind, piece.labels) for piece in found] == [
        ("I am ", "helps", ("Apology",)),
        ("sorry", "mixed", ("Apology", "Order")),
        (", calm down.", "costs", ("Order",)),
    ]


def test_words_to_avoid_carry_what_is_better() -> None:
    assert pieces("no", [], [avoid(0, 2)]) == [Piece("no", "avoid", (), ("this instead",))]


def test_words_to_avoid_are_shown_once() -> None:
    found = {**marker(0, 2, -1, "Word to avoid"), "strategy": "avoid"}
    assert pieces("no way", [found], [avoid(0, 2)])[0] == Piece("no", "avoid", (), ("this instead",))
    assert pieces("no way", [found], [])[0] == Piece("no", "costs", ("Word to avoid",))


def test_words_to_avoid_that_cost_something_else_say_both() -> None:
    assert pieces("no", [marker(0, 2, -1, "Order")], [avoid(0, 2)]) == [
        Piece("no", "costs", ("Order",), ("this instead",))
    ]


def test_a_strategy_without_label_keeps_its_name() -> None:
    assert pieces("no", [marker(0, 2, label="")], [])[0].labels == ("apology",)


def test_the_text_comes_back_whole() -> None:
    chance = Random(7)
    for _ in range(300):
        text = "".join(chance.choices("a é🙂\u202e<&", k=chance.randrange(30)))
        spans = [(chance.randint(-5, 40), chance.randint(-5, 40), chance.choice((-1, 1))) for _ in range(4)]
        found = pieces(text, [marker(*span) for span in spans], [avoid(start, end) for start, end, _ in spans])
        assert "".join(piece.text for piece in found) == text
