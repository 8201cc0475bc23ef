"""Topics: what a reply asks for and proposes."""

from __future__ import annotations

import pytest

from actions.coaching.topics import fold, index, matches, tokens, topics
from nlu.contract import LANGS, Lang
from tests.coaching.agents import LIBRARY, SAID

SHOP, SHOP_EN = LIBRARY.scenario("late-refund", "fr"), LIBRARY.scenario("late-refund", "en")


def test_folding_drops_capitals_accents_and_ligatures() -> None:
    assert fold("ÉTÉ, Cœur") == "ete, coeur"
    assert tokens("L'étiquette n° 3") == ["l", "etiquette", "n", "3"]


def test_a_short_word_matches_whole_and_a_long_one_by_its_beginning() -> None:
    cues = index({"refund": ["je rembours"]})
    assert list(matches(tokens("je vous rembourserai"), cues)) == [(0, 2, "refund")]
    assert not list(matches(tokens("jeudi, un remboursement"), cues))


def test_two_words_may_stand_between_two_words_of_a_cue_but_not_three() -> None:
    cues = index({"number": ["numéro commande"]})
    assert list(matches(tokens("le numéro de votre commande"), cues))
    assert not list(matches(tokens("le numéro que porte votre commande"), cues))


@pytest.mark.parametrize("text", ["", "…", "🙂", "שלום", "你好", "!!!", "?"])
def test_a_reply_without_words_is_about_nothing(text: str) -> None:
    assert not topics(text, SHOP)


def test_a_doubt_is_answered_by_its_words() -> None:
    assert topics("Ce sera vendredi, avant midi.", SHOP).settled == ("when",)
    assert topics("It will be there on Friday.", SHOP_EN).settled == ("when",)


@pytest.mark.parametrize(
    ("text", "near"), [("Le remboursement est en cours.", True), ("Il fait beau chez nous.", False)]
)
def test_a_reply_is_near_when_it_speaks_of_the_matter(text: str, near: bool) -> None:
    assert topics(text, SHOP).near is near


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Quel est votre numéro de commande ?", ("order_number",)),
        ("QUEL EST VOTRE NUMERO DE COMMANDE", ("order_number",)),
        ("Pouvez-vous me donner votre numéro de commande, s'il vous plaît", ("order_number",)),
        ("Votre numéro de commande, et la date du renvoi ?", ("order_number", "return_date")),
        ("J'ai votre numéro de commande sous les yeux.", ()),
    ],
)
def test_a_fact_is_asked_by_a_question_or_a_request(text: str, asked: tuple[str, ...]) -> None:
    assert topics(text, SHOP).asked == asked


@pytest.mark.parametrize(
    ("text", "proposed", "declined"),
    [
        ("Je vous rembourse aujourd'hui.", ("refund_now",), ()),
        ("Je ne peux pas vous rembourser aujourd'hui.", (), ("refund_now",)),
        ("Votre remboursement immédiat n'est pas possible.", (), ("refund_now",)),
        ("Je ne peux pas vous rembourser, mais je vous offre un bon d'achat.", ("voucher",), ("refund_now",)),
        ("N'hésitez pas, je vous rembourse.", ("refund_now",), ()),
        ("Je vous rembourse pour ne pas vous faire attendre.", ("refund_now",), ()),
        ("Je vois que vous attendez un remboursement depuis trois semaines.", (), ()),
    ],
)
def test_a_solution_after_a_negation_is_declined(
    text: str, proposed: tuple[str, ...], declined: tuple[str, ...]
) -> None:
    found = topics(text, SHOP)
    assert (found.proposed, found.declined) == (proposed, declined)


@pytest.mark.parametrize(
    ("text", "proposed", "declined"),
    [
        ("I'm sending your refund today.", ("refund_now",), ()),
        ("I can't refund you today.", (), ("refund_now",)),
        ("I cannot process the refund, but I can offer you a voucher.", ("voucher",), ("refund_now",)),
        ("No problem, I'll refund you now.", ("refund_now",), ()),
        ("You've waited three weeks for a refund.", (), ()),
    ],
)
def test_english_negations_too(text: str, proposed: tuple[str, ...], declined: tuple[str, ...]) -> None:
    found = topics(text, SHOP_EN)
    assert (found.proposed, found.declined) == (proposed, declined)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("slug", LIBRARY.slugs())
def test_the_needed_facts_and_the_solution_are_found_in_what_agents_say(slug: str, lang: Lang) -> None:
    scenario, said = LIBRARY.scenario(slug, lang), SAID[slug, lang]
    asked = {topic for kind in ("hear", "ask") for text in said.get(kind, ()) for topic in topics(text, scenario).asked}
    assert scenario.needed <= asked
    for text in said["solve"]:
        grants = {scenario.solutions[name].grants for name in topics(text, scenario).proposed}
        assert grants == {"full"}, text
