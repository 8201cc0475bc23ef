from __future__ import annotations

from dataclasses import replace

import pytest

from actions.coaching.path import parse
from actions.coaching.scenario import QUICK, TRADES, Scenario
from actions.storage.library import Library
from bot.web import shelf
from bot.web.i18n import voices
from bot.web.shelf import Found, Wish
from nlu.contract import LANGS, Lang
from tests.web.door import DATA

LIBRARY = Library(DATA)
PATH = parse(LIBRARY.read("path.yml"))


def every(lang: Lang = "fr") -> list[Scenario]:
    whole = shelf.offered(LIBRARY.scenarios(lang))
    return [*whole, *(scenario.quick(name) for scenario in whole for name in scenario.moments)]


def find(trade: str | None = "shop", lang: Lang = "fr", **wish: str) -> Found:
    return shelf.find(every(lang), Wish(**wish), trade, voices()[lang].say)


def slugs(found: Found) -> set[str]:
    return {scenario.slug for scenario in (*found.whole, *found.quick)}


def test_without_a_wish_everything_is_there_and_my_trade_comes_first() -> None:
    found = find()
    assert len(found.whole) + len(found.quick) == len(every())
    assert found.mine and {one.trade for one in found.whole[: found.mine]} == {"shop"}
    assert "shop" not in {one.trade for one in found.whole[found.mine :]}
    assert [name for name, _ in found.groups] == ["mine", "others"]
    assert [name for name, _ in find(trade=None).groups] == [""]


@pytest.mark.parametrize("typed", ["réclamé", "RECLAME", "reclamé", "  réclamés ", "sœurs", "soeur", "coût élevé"])
def test_accents_capitals_and_plurals_do_not_matter(typed: str) -> None:
    card = replace(every()[0], title="Ma sœur a réclamé", summary="Un coût élevé.")
    assert shelf.find([card], Wish(q=typed), None, voices()["fr"].say).whole == (card,)


def test_every_word_must_be_on_the_card_and_only_whole_beginnings_count() -> None:
    card = replace(every()[0], title="Le départ du train", summary="", trade_label="Gare", skills=("own",))
    say = voices()["fr"].say
    for typed, fits in (("train depart", True), ("train avion", False), ("rain", False), ("tra", True), ("gare", True)):
        assert bool(shelf.find([card], Wish(q=typed), None, say).whole) is fits, typed


def test_the_names_of_skills_and_trades_are_looked_through() -> None:
    assert all("reformulate" in one.skills for one in (*find(q="reformuler").whole, *find(q="reformuler").quick))
    assert slugs(find(q="hôtellerie")) >= slugs(find(trade=None, q="hôtellerie")) != set()
    assert slugs(find(lang="en", q="apologising")) != set()


@pytest.mark.parametrize("trade", TRADES)
def test_a_trade_is_a_filter(trade: str) -> None:
    wished = shelf.find(every(), Wish(trade=trade), "shop", voices()["fr"].say)
    assert slugs(wished) == {one.slug for one in every() if one.trade == trade} != set()


def test_length_tells_quick_short_and_long_apart() -> None:
    quick, short, long = (find(length=length) for length in shelf.LENGTHS)
    assert not quick.whole and quick.quick and all(QUICK in one.slug for one in quick.quick)
    assert not short.quick and {one.minutes <= shelf.SHORT for one in short.whole} == {True}
    assert not long.quick and {one.minutes > shelf.SHORT for one in long.whole} == {True}
    assert slugs(quick) | slugs(short) | slugs(long) == {one.slug for one in every()}


def test_a_level_and_a_skill_are_filters() -> None:
    calm = replace(every()[0], difficulties=("calm",))
    assert not shelf.find([calm], Wish(difficulty="hard"), None, voices()["fr"].say).whole
    assert shelf.find([calm], Wish(difficulty="calm"), None, voices()["fr"].say).whole
    found = find(skill="own")
    assert slugs(found) == {one.slug for one in every() if "own" in one.skills} != set()


def test_only_what_finds_something_is_offered() -> None:
    offered = shelf.choices(every())
    assert all(slugs(find(**{name: value})) for name, values in offered.items() for value in values)
    assert "set_limit" not in offered["skill"]  # trained where there is abuse, and there alone
    assert shelf.choices([])["trade"] == ()


def test_quick_drills_stand_under_their_skill() -> None:
    found = find()
    assert sum(map(len, found.by_skill.values())) == len(found.quick)
    assert all(one.skills == (skill,) for skill, drills in found.by_skill.items() for one in drills)


def test_abuse_is_never_on_the_shelf_one_looks_through() -> None:
    assert not any("abusive" in scenario.kinds for scenario in every())
    assert any("abusive" in scenario.kinds for scenario in LIBRARY.scenarios("fr"))


def test_a_wish_is_read_from_an_address() -> None:
    assert not Wish.of({}) and not Wish.of({"trade": "nobody", "q": "  ", "length": "<b>"})
    assert Wish.of({"q": " refund ", "trade": "shop", "page": "2"}) == Wish(q="refund", trade="shop")
    assert len(Wish.of({"q": "x" * 1000}).q) == 200


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("trade", TRADES)
def test_every_trade_has_a_first_quick_drill_of_the_earliest_skill(trade: str, lang: Lang) -> None:
    slug = shelf.first(LIBRARY.scenarios(lang), PATH, trade)
    assert slug is not None
    begun = LIBRARY.scenario(slug, lang)
    order = [skill for stage in PATH.stages for skill in stage.skills]
    ours = [one for one in every(lang) if one.trade == trade and one.moment]
    assert begun.trade == trade and begun.moment is not None
    assert order.index(begun.skills[0]) == min(order.index(one.skills[0]) for one in ours)


def test_a_trade_without_quick_drills_has_no_first() -> None:
    assert shelf.first(LIBRARY.scenarios("fr"), PATH, "other") is None
    assert shelf.first([], PATH, "shop") is None
