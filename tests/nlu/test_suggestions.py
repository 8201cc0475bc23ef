"""nlu/suggestions.py: small edits of the agent's own words, in both languages, that read well or are not made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nlu import suggestions
from nlu.contract import LANGS, Context, Lang, Need, Phase
from nlu.scorer import Scorer
from nlu.strategies.lexicon import read_yaml

DATA = Path(__file__).resolve().parents[2] / "data"
WORDS = {lang: read_yaml(DATA / "suggestions" / f"{lang}.yml") for lang in LANGS}
WAITED: dict[Lang, str] = {"fr": "Trois semaines que j'attends !", "en": "I've been waiting three weeks!"}


def proposed(
    scorer: Scorer, lang: Lang, text: str, customer: str = "", need: Need = "warm", phase: Phase = "middle"
) -> dict[str, str]:
    context = Context(customer, lang, need, phase)
    found = suggestions.propose(text, scorer.assess(text, context), context, WORDS[lang])
    return {suggestion.kind: suggestion.text for suggestion in found}


@pytest.mark.parametrize(
    ("lang", "text", "kind", "better"),
    [
        (
            "fr",
            "Bonjour Madame, je vérifie.",
            "acknowledge",
            "Bonjour Madame. Trois semaines, c’est long quand on attend. Je vérifie.",
        ),
        ("en", "Hello, I'll check.", "acknowledge", "Hello. Three weeks is a long time to wait. I'll check."),
        (
            "fr",
            "Je vous rappelle dès que possible.",
            "date",
            "Je vous rappelle avant [l’heure que vous pouvez tenir].",
        ),
        ("en", "I'll call you back as soon as possible.", "date", "I'll call you back by [a time you can keep]."),
        (
            "fr",
            "Je suis désolé, vraiment désolé, encore désolé. Je vous rembourse avant 18 h.",
            "cut",
            "Je suis désolé, vraiment désolé. Je vous rembourse avant 18 h.",
        ),
    ],
)
def test_an_edit(scorer: Scorer, lang: Lang, text: str, kind: str, better: str) -> None:
    assert proposed(scorer, lang, text, WAITED[lang])[kind] == better


def test_an_order_goes_and_the_rest_stays(scorer: Scorer) -> None:
    found = proposed(scorer, "fr", "Calmez-vous, je vous rembourse aujourd'hui même.", "Alors ?")
    assert found["mend"] == "Je vous rembourse aujourd'hui même."


def test_nobody_who_is_called_tu_is_told_vous(scorer: Scorer) -> None:
    assert "acknowledge" not in proposed(scorer, "fr", "Je regarde ton planning.", WAITED["fr"])


@pytest.mark.parametrize(
    ("need", "phase", "customer"),
    [("efficient", "middle", WAITED["fr"]), ("warm", "closing", WAITED["fr"]), ("warm", "middle", "Alors ?")],
)
def test_nothing_is_put_in_front_where_it_does_not_serve(
    scorer: Scorer, need: Need, phase: Phase, customer: str
) -> None:
    assert "acknowledge" not in proposed(scorer, "fr", "Je vérifie.", customer, need, phase)


@pytest.mark.parametrize("text", ["", "?", "👍", "Vous êtes un idiot.", "x" * 2000])
def test_there_may_be_nothing_to_suggest(scorer: Scorer, text: str) -> None:
    assert proposed(scorer, "fr", text, "Alors ?") == {}


def test_only_what_scores_higher_is_kept(scorer: Scorer) -> None:
    text, context = "Calmez-vous, je vous rembourse aujourd'hui même.", Context(WAITED["fr"], "fr")
    before = scorer.assess(text, context)
    kept = scorer.suggest(text, context, before).suggestions
    assert kept and all(edit.score > before.score for edit in kept)
    assert all(edit.score == scorer.assess(edit.text, context).score for edit in kept)


def test_both_languages_have_the_same_words_to_give() -> None:
    def shape(plain: Any) -> Any:
        return {key: shape(value) for key, value in plain.items()} if isinstance(plain, dict) else type(plain)

    assert shape(WORDS["fr"]) == shape(WORDS["en"])
