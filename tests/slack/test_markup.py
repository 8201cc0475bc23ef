"""Slack's markup, both ways."""

from __future__ import annotations

import pytest

from bot.slack import markup


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("", ""),
        ("5 &lt; 6 &amp; 7 &gt; 6", "5 < 6 & 7 > 6"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("see <https://a.example/x|our page>", "see our page"),
        ("see <https://a.example/x>", "see https://a.example/x"),
        ("<mailto:ana@a.example|ana@a.example>", "ana@a.example"),
        ("thanks <@U1>", "thanks @U1"),
        ("« très bien » 🙂", "« très bien » 🙂"),
    ],
)
def test_typed(sent: str, typed: str) -> None:
    assert markup.typed(sent) == typed


@pytest.mark.parametrize("text", ["", "<b>&amp;</b>", "a > b & c < d"])
def test_what_is_escaped_is_read_back(text: str) -> None:
    assert markup.typed(markup.escape(text)) == text


def test_a_cut_never_breaks_an_entity() -> None:
    cut = markup.escape("a&b&c&d", 9)
    assert cut == "a&amp;b…" and len(cut) <= 9
    assert markup.escape("abc", 3) == "abc"


def test_a_quote_is_one_short_line() -> None:
    assert markup.quote("one\n two", 20) == "one two"
    assert markup.quote("one two three", 8) == "one two…"
