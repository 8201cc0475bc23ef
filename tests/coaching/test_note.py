from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from actions.coaching import note
from actions.coaching.customer import Reaction
from actions.coaching.drill import Entry
from actions.coaching.feelings import FEELINGS, Change
from nlu import suggestions
from nlu.contract import EMPATHY, HOSTILITY, LANGS, RED_FLAGS, TONE, Context, Suggestion
from tests.coaching.judgement import LIBRARY, assess, entry, react

FR = LIBRARY.read("coach/fr.yml")
WORDS = LIBRARY.read("suggestions/fr.yml")

STRATEGIES = (
    "greeting", "courtesy", "acknowledgement", "reformulation", "apology", "ownership", "dated_commitment", "options",
    "open_question", "personalisation", "recognition", "transparency", "check_understanding", "closing", "limit",
    "blame", "command", "dismissal", "sarcasm", "jargon", "avoid", "pressure", "over_apology", "absolute_promise",
    "negated_empathy", "parroting", "stuffing", "insult",
)  # fmt: skip


def coach(
    text: str,
    reaction: Reaction | None = None,
    previous: tuple[Entry, ...] = (),
    said: str = "Trois semaines que j'attends mon argent !",
    **perceived: Any,
) -> dict[str, Any]:
    perception = assess(text, **perceived)
    need = previous[-1].reaction.need if previous and previous[-1].reaction else "warm"
    proposed = suggestions.propose(text, perception, Context(said, "fr", need), WORDS)
    return note.write(FR, text, replace(perception, suggestions=proposed), reaction or react(heard=True), previous)


def hurried(line: str = "La clé, vite.") -> tuple[Entry, ...]:
    """One reply already given to a customer who needs it done, briefly."""
    return (entry(1, "Bonsoir.", react(line, need="efficient", heard=True)),)


def test_the_payload_has_the_keys_of_the_contract_and_is_plain_json() -> None:
    found = coach("Bonjour.", good={"Bonjour": "greeting"}, red_flags=["unsafe"])
    assert {
        "text", "score", "empathy", "tone", "confidence", "unsure", "markers", "wording", "red_flags", "praise", "why",
        "better", "changes",
    } <= {*found}  # fmt: skip
    assert json.loads(json.dumps(found)) == found
    assert {*found["empathy"]} == {*EMPATHY} and {*found["tone"]} == {*TONE}
    assert found["markers"][0]["label"] == "Accueil"
    assert found["red_flags"] == [{"kind": "unsafe", "label": "Conseil dangereux ou contraire à la loi"}]


@pytest.mark.parametrize("text", ["", "?", "…", "<script>", "🙂🙂", "مرحبا", "你好"])
def test_any_text_gets_a_note(text: str) -> None:
    found = coach(text, react())
    assert found["praise"] and found["why"]


def test_changes_carry_the_name_of_the_feeling() -> None:
    moved = react(heard=True, changes=[Change("anger", -12, "Vous avez écouté."), Change("trust", 3, "Poli.")])
    found = coach("Je vois.", moved, acts=["ask_open"])
    assert found["changes"][0] == {"feeling": "anger", "label": "Colère", "delta": -12, "why": "Vous avez écouté."}
    assert found["why"] == "Vous avez écouté."


def test_praise_quotes_what_was_good() -> None:
    text = "Trois semaines, c'est long."
    found = coach(text, good={"Trois semaines, c'est long": "acknowledgement"}, levels={"interpretation": 1})
    assert found["praise"].startswith("«\u00a0Trois semaines, c'est long\u00a0»")


def test_praise_prefers_what_is_new() -> None:
    before = (entry(1, "Je vois.", good={"Je vois": "acknowledgement"}),)
    text = "Je vois. Je m'en occupe."
    found = coach(text, previous=before, good={"Je vois": "acknowledgement", "Je m'en occupe": "ownership"})
    assert "Je m'en occupe" in found["praise"]


def test_words_inside_a_fault_are_not_praised() -> None:
    text = "Je comprends, je comprends."
    found = coach(text, good={"Je comprends": "acknowledgement"}, bad={text: "stuffing"})
    assert found["praise"] in FR["praise"]["none"]


def test_nothing_is_praised_in_a_reply_that_hurts() -> None:
    found = coach("Bonjour, idiot.", good={"Bonjour": "greeting"}, bad={"idiot": "insult"}, red_flags=["insult"])
    assert found["praise"] in FR["praise"]["none"]


def test_an_unsure_dimension_is_named_and_not_used() -> None:
    found = coach("Hum.", react(), confidence={"reaction": 0.3, "warmth": 0.44, "calm": 0.45})
    assert found["unsure"] == ["reaction", "warmth"]
    assert found["unsure_said"] == "Je ne peux pas juger ici\u00a0: émotion exprimée, chaleur."
    assert found["better"] is None  # no advice on empathy that was not judged


def test_everything_judged_needs_no_word() -> None:
    assert coach("Hum.")["unsure_said"] is None


def test_hurtful_words_come_first_and_leave_the_sentence() -> None:
    found = coach(
        "Calmez-vous, je regarde votre dossier tout de suite.",
        react(),
        good={"je regarde": "commitment"},
        bad={"Calmez-vous": "command"},
        hostility=["command"],
        wording={"dossier": "commande"},
    )
    assert "«\u00a0Calmez-vous\u00a0»" in found["why"]
    assert found["better"].endswith("Je regarde votre commande tout de suite.")
    assert "Calmez-vous" not in found["better"]


def test_an_edit_that_leaves_another_fault_is_not_offered() -> None:
    perceived: dict[str, Any] = {
        "good": {"je regarde votre dossier": "commitment"},
        "bad": {"Calmez-vous": "command", "La procédure": "avoid"},
        "hostility": ["command"],
    }
    text = "Calmez-vous, je regarde votre dossier tout de suite. La procédure est longue."
    assert coach(text, react(), wording={"La procédure": "(dites à quoi sert la règle)"}, **perceived)["better"] is None


def test_a_sentence_that_only_calls_somebody_goes_with_its_order() -> None:
    found = coach(
        "Calmez-vous, Monsieur. Je regarde votre dossier tout de suite.",
        said="",
        good={"Je regarde votre dossier": "commitment"},
        bad={"Calmez-vous": "command"},
        hostility=["command"],
    )
    assert found["better"] == "Je regarde votre dossier tout de suite."


def test_an_edit_that_reads_wrong_is_not_offered() -> None:
    assert coach("Je vais essayer de voir.", wording={"essayer": "je vais"})["better"] is not None
    assert coach("Je vais essayer de voir.", wording={"essayer": "vais"})["better"] is None


def test_what_is_questioned_is_not_praised() -> None:
    found = coach("Je suis désolé.", react(), good={"Je suis désolé": "apology"}, levels={"reaction": 1})
    assert "«\u00a0Je suis désolé\u00a0»" in found["why"] and "Je suis désolé" not in found["praise"]


def test_listening_is_praised_only_where_the_reply_shows_some() -> None:
    text, good = "Deux mois et vous ne dites rien.", {"Deux mois": "reformulation"}
    assert "reformulation" not in coach(text, good=good)["praise"]
    assert "Deux mois" not in coach(text, good=good, hostility=["blame"], levels={"reaction": 1})["praise"]


def test_time_passing_is_no_reason() -> None:
    moved = react(heard=True, changes=[Change("patience", -9, "Le temps passe."), Change("trust", 2, "C'est clair.")])
    assert coach("Je vois.", moved, acts=["ask_open"])["why"] == "C'est clair."


def test_an_early_goodbye_is_neither_praised_nor_dressed_up() -> None:
    found = coach("Au revoir.", react(), good={"Au revoir": "closing"}, acts=["close"])
    assert "Au revoir" not in found["praise"] and found["better"] is None


def test_a_reply_that_is_only_hurtful_gets_no_invented_one() -> None:
    found = coach("Lisez le contrat.", react(), bad={"Lisez le contrat": "blame"}, hostility=["blame"])
    assert found["better"] is None
    assert "Lisez le contrat" in found["why"]


def test_hostility_without_a_marker_is_said_plainly() -> None:
    found = coach("Bien sûr, évidemment.", hostility=["sarcasm"])
    assert found["why"] == FR["why"]["sarcasm"]["plain"]


def test_a_known_wording_mends_an_impossible_promise() -> None:
    text = "Vous l'aurez demain, c'est garanti."
    found = coach(
        text,
        said="",
        good={"Vous l'aurez demain": "dated_commitment"},
        bad={"c'est garanti": "absolute_promise"},
        red_flags=["impossible_promise"],
        wording={"c'est garanti": "et je vous tiens au courant"},
    )
    assert found["better"] == "Vous l'aurez demain, et je vous tiens au courant."
    assert "c'est garanti" in found["why"]


def test_the_third_apology_is_cut() -> None:
    text = "Je suis désolé, vraiment désolé, encore désolé. Je vous rembourse avant 18 h."
    found = coach(text, good={"Je suis désolé": "apology", "vraiment désolé": "apology"},
                  bad={"encore désolé": "over_apology"})  # fmt: skip
    assert found["better"] == "Je suis désolé, vraiment désolé. Je vous rembourse avant 18 h."


def test_what_this_customer_lives_is_put_in_front() -> None:
    found = coach("Bonjour Madame, je regarde.", react(), good={"Bonjour Madame": "greeting"})
    assert found["better"] == "Bonjour Madame. Trois semaines, c’est long quand on attend. Je regarde."


def test_the_note_chooses_the_edit_that_shows_its_idea() -> None:
    text = "Bonjour, je regarde dès que possible."
    told = assess(text, good={"Bonjour": "greeting"}, acts=["commit"])
    edits = (Suggestion("acknowledge", "A", 60), Suggestion("date", "B", 55, "dès que possible"))
    for heard, better in ((False, "A"), (True, "B")):
        assert note.write(FR, text, replace(told, suggestions=edits), react(heard=heard), ())["better"] == better


def test_an_unclear_reply_is_told_so_without_a_marker() -> None:
    assert coach("Nonobstant ce qui précède.", levels={"clarity": 0})["why"] == FR["why"]["jargon"]["plain"]


def test_a_respectful_limit_is_not_called_cold() -> None:
    assert coach("Je vous aide, sans les injures.", react(), acts=["set_limit", "ask_open"])["better"] is None


def test_without_words_for_what_is_lived_nothing_is_put_in_front() -> None:
    assert coach("Je regarde.", react(), said="Alors ?")["better"] is None


def test_a_generic_acknowledgement_is_a_start() -> None:
    found = coach("Je comprends.", react(), good={"Je comprends": "understanding"}, levels={"interpretation": 1})
    assert "«\u00a0Je comprends\u00a0»" in found["why"]


def test_a_customer_who_feels_heard_is_not_consoled_again() -> None:
    assert coach("Je vous rembourse jeudi.", react(heard=True))["better"] is None


def test_a_precise_question_is_enough_attention() -> None:
    assert coach("À quelle heure devait-elle passer ?", react(), levels={"exploration": 2})["better"] is None


def test_a_hurried_customer_is_told_less() -> None:
    gush = "Quelle nuit, je comprends tellement votre fatigue après ce long voyage, vraiment."
    text = f"{gush} Voici votre clé, chambre 12. " + "Le petit-déjeuner est servi au rez-de-chaussée. " * 5
    found = coach(text, previous=hurried(), good={gush: "acknowledgement"})
    assert found["why"] == FR["why"]["long"]["plain"]
    assert found["better"] is not None and gush not in found["better"]
    assert "chambre 12" in found["better"]
    assert gush[:20] not in found["praise"]


def test_a_hurried_customer_is_not_consoled() -> None:
    found = coach("Voici votre clé.", react(need="efficient"), previous=hurried())
    assert found["better"] is None


def test_words_to_avoid_are_said_better() -> None:
    found = coach("C'est un problème, je regarde.", wording={"un problème": "un point à régler"})
    assert found["better"] == "C'est un point à régler, je regarde."
    assert "un problème" in found["why"] and "un point à régler" in found["why"]


def test_a_needless_word_is_left_out() -> None:
    found = coach("Franchement, je regarde.", wording={"Franchement": "(à retirer)"})
    assert found["better"] == "Je regarde."
    assert found["why"] in [words.format(quote="Franchement") for words in FR["why"]["needless"]]


def test_advice_is_never_pasted_into_the_sentence() -> None:
    found = coach("Je vous réponds sous peu.", wording={"sous peu": "donnez un délai"}, acts=["commit"])
    assert found["better"] == "Je vous réponds avant [le jour ou l’heure que vous pouvez tenir]."
    assert coach("C'est le SLA.", wording={"SLA": "dites ce que cela change"})["better"] is None


def test_words_that_help_are_never_replaced() -> None:
    text = "Je comprends mais c'est fini."
    found = coach(text, wording={"Je comprends mais": "et"}, good={"Je comprends": "understanding"})
    assert found["better"] is None


def test_a_word_without_a_better_one_is_left() -> None:
    found = coach("C'est la procédure.", wording={"la procédure": ""}, bad={"la procédure": "jargon"})
    assert found["better"] is None
    assert "«\u00a0la procédure\u00a0»" in found["why"]


def test_a_vague_promise_is_dated() -> None:
    found = coach("Je vous rappelle dès que possible.", acts=["commit"])
    assert found["better"] == "Je vous rappelle avant [l’heure que vous pouvez tenir]."
    assert "dès que possible" in found["why"]


def test_a_dated_promise_is_left_alone() -> None:
    assert coach("Je vous rappelle rapidement, avant 18 h.", acts=["commit", "commit_dated"])["better"] is None


def test_at_the_opening_a_question_is_suggested() -> None:
    assert coach("Je vois.", levels={"reaction": 2})["why"] == FR["why"]["silent"]["plain"]
    assert coach("Je vois.", levels={"reaction": 2}, acts=["ask_closed"])["why"] in FR["why"]["steady"]


def test_the_same_reply_gets_the_same_note() -> None:
    assert coach("Je regarde.", react()) == coach("Je regarde.", react())


# The catalogues.


def shape(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {key: shape(value) for key, value in plain.items()}
    return len(plain) if isinstance(plain, list) and not isinstance(plain[0], dict) else type(plain)


def test_both_languages_say_the_same_things() -> None:
    french, english = (shape(LIBRARY.read(f"coach/{lang}.yml")) for lang in LANGS)
    assert french == english


def sentences(plain: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(plain, dict):
        return [found for key, value in plain.items() for found in sentences(value, f"{path}.{key}")]
    if isinstance(plain, list):
        return [found for value in plain for found in sentences(value, path)]
    return [(path, str(plain))]


@pytest.mark.parametrize("lang", LANGS)
def test_everything_that_can_be_shown_has_a_name(lang: str) -> None:
    labels = LIBRARY.read(f"coach/{lang}.yml")["labels"]
    used = {path.stem for path in (LIBRARY.root / "lexicons" / lang).glob("*.yml") if _is_strategy(lang, path.stem)}
    assert not {*STRATEGIES, *used} - {*labels["strategies"]}
    assert not {*FEELINGS} - {*labels["feelings"]}
    assert not {*EMPATHY, *TONE, "empathy", "tone"} - {*labels["dimensions"]}
    assert not {*RED_FLAGS} - {*labels["red_flags"]}
    assert not {"served", "gave_up", "hung_up", "ended", "quick"} - {*labels["endings"]}


def _is_strategy(lang: str, name: str) -> bool:
    return "entries" in LIBRARY.read(f"lexicons/{lang}/{name}.yml")


def test_a_strategy_without_a_name_is_shown_in_plain_words() -> None:
    assert coach("Oui.", good={"Oui": "brand_new"})["markers"][0]["label"] == "brand new"


@pytest.mark.parametrize("lang", LANGS)
def test_every_advice_has_its_sentence(lang: str) -> None:
    why = LIBRARY.read(f"coach/{lang}.yml")["why"]
    for key in (*RED_FLAGS, *HOSTILITY, "negated_empathy", "over_apology", "stuffing", "pity", "parroting", "long",
                "cold", "generic", "absolute_promise", "bare_refusal", "pressure", "script", "jargon", "avoid",
                "vague", "silent"):  # fmt: skip
        assert why[key]["quoted"] and why[key]["plain"]


UNKIND = {
    "fr": ("il faut", "vous devez", "vous auriez dû", "calmez", "problème", "malheureusement", "faux", "mauvais"),
    "en": ("you must", "you should", "you have to", "calm down", "problem", "unfortunately", "wrong", "bad "),
}


@pytest.mark.parametrize("lang", LANGS)
def test_the_coach_obeys_its_own_rules(lang: str) -> None:
    for path, words in sentences(LIBRARY.read(f"coach/{lang}.yml")):
        assert not [word for word in UNKIND[lang] if word in words.lower()], (path, words)
        assert len(words) <= 130, (path, words)


def test_french_is_typeset_as_french() -> None:
    for path, words in [*sentences(FR), *sentences(LIBRARY.read("grids/default/fr.yml"))]:
        for mark in "?!:;»":
            assert f" {mark}" not in words, (path, words)
        assert "« " not in words, (path, words)


def test_two_hostile_markers_are_a_fault_even_where_the_whole_was_not_sure() -> None:
    bad = {"calmez-vous": "command", "c'est la procédure": "dismissal"}
    found = coach("Je comprends votre colère mais calmez-vous, c'est la procédure.", react(), bad=bad)
    alone = coach("Je comprends votre colère mais calmez-vous.", react(), bad={"calmez-vous": "command"})
    assert "calmez-vous" in found["why"] and "bon début" not in found["why"]
    assert "calmez-vous" not in alone["why"]
