"""Each strategy in both languages: found in the agent's voice, not when negated, not when quoted."""

from __future__ import annotations

import pytest

from nlu import strategies
from nlu.contract import Context, Lang, Marker, Need
from nlu.pipeline import Pipeline
from nlu.scorer import Scorer
from nlu.strategies import avoid
from nlu.strategies.spans import Scene


def test_a_paraphrase_without_a_shared_word_is_a_reformulation(pipeline: Pipeline) -> None:
    said = pipeline("Je poireaute dehors avec mes gosses.", "fr")
    reply = pipeline("Rester sur le trottoir en famille, quel calvaire.", "fr")
    near, far = (
        [marker.strategy for marker in strategies.markers(reply, Scene(said, closeness={(0, len(reply.text)): near}))]
        for near in (0.6, 0.2)
    )
    assert "reformulation" in near and "reformulation" not in far


def test_an_echo_is_parroting_and_no_reformulation(pipeline: Pipeline) -> None:
    said = pipeline("The boiler broke on Friday and my baby is freezing.", "en")
    reply = pipeline("Right, freezing baby, broken, on Friday, the boiler.", "en")
    near, far = (
        {marker.strategy for marker in strategies.markers(reply, Scene(said, near=near))} for near in (0.8, 0.3)
    )
    assert "parroting" in near and "reformulation" not in near
    assert "parroting" not in far


FOUND: dict[str, tuple[list[str], list[str]]] = {
    "greeting": (
        ["Bonjour Madame, entrez.", "bjr, que puis-je faire ?"],
        ["Hello, come in.", "Good morning Mrs Bell."],
    ),
    "courtesy": (["Pouvez-vous signer ici, s'il vous plaît ?"], ["Could you sign here, please?", "pls sign here"]),
    "identification": (["Je m'appelle Claire, du service clients."], ["My name is Claire, I'm your adviser."]),
    "understanding": (["Je comprends.", "je comprend bien"], ["I understand.", "I completely understand"]),
    "acknowledgement": (
        ["Vous devez être épuisée.", "Il y a de quoi être en colère.", "Je le serais à moins.", "Quelle journée !"],
        ["You must be exhausted.", "Anyone would be furious.", "That sounds really frustrating.", "What a day."],
    ),
    "apology": (["Je suis désolé.", "Toutes mes excuses.", "dsl"], ["I'm sorry.", "My apologies.", "sry"]),
    "sincere_apology": (
        ["Je suis désolée que vous ayez attendu dehors."],
        ["I'm so sorry you had to wait outside.", "I hate that you walked into this."],
    ),
    "ownership": (["C'est notre erreur.", "Je m'en occupe."], ["That's our mistake.", "I'll take care of it."]),
    "repair": (["Je vous rembourse aujourd'hui."], ["I've refunded the fee.", "It's on us."]),
    "explanation": (["C'est parce que le virement a été bloqué."], ["That's because the transfer was held."]),
    "commitment": (["Je vous rappelle.", "Je vais vérifier."], ["I'll call you back.", "Let me check."]),
    "dated_commitment": (
        ["Je vous rappelle avant 18 h.", "D'ici mardi, je vous envoie le badge."],
        ["I'll call you back by 5 pm.", "By Tuesday I'll send the badge."],
    ),
    "options": (["Vous préférez un échange ou un avoir ?"], ["Would you prefer a refund or a swap?"]),
    "open_question": (["Comment cela s'est-il passé ?"], ["How did it happen?"]),
    "generic_question": (["Que puis-je faire pour vous ?"], ["How can I help you?"]),
    "closed_question": (["Votre numéro de dossier ?"], ["Your account number?"]),
    "name": (["Bien sûr, Madame Diallo."], ["Of course, Mrs Okafor."]),
    "recognition": (["Vous avez bien fait de le signaler."], ["You did the right thing."]),
    "thanks": (["Merci de votre patience."], ["Thank you for waiting."]),
    "transparency": (["Je préfère vous le dire : ce sera long."], ["I want to be honest with you."]),
    "check_understanding": (["Ai-je bien compris ?"], ["Have I got that right?"]),
    "closing": (["Bonne journée à vous.", "Au revoir."], ["Have a lovely day.", "Take care."]),
    "limit": (
        ["Je veux vous aider ; je ne peux pas continuer si vous m'insultez."],
        ["I want to help; I can't continue while you swear at me."],
    ),
    "bare_refusal": (["Ce n'est pas possible."], ["That's not possible."]),
    "refusal_with_way_out": (
        ["Je ne peux pas ouvrir, mais je vous propose un autre rendez-vous."],
        ["I can't do that today, but I can book you in tomorrow."],
    ),
    "care": (["Asseyez-vous, prenez votre temps."], ["Take a seat, I'm here with you."]),
    "blame": (["Il fallait lire le contrat.", "Vous n'avez pas lu la notice."], ["You should have read the contract."]),
    "accusation": (["C'est votre faute."], ["It's your own fault."]),
    "command": (["Calmez-vous.", "Baissez d'un ton !"], ["Calm down.", "Lower your voice!"]),
    "dismissal": (["Ce n'est pas mon problème.", "Il y a pire."], ["Not my problem.", "There's nothing I can do."]),
    "negated_empathy": (
        ["Je ne vois pas pourquoi vous êtes en colère.", "Il n'y a pas de quoi s'énerver."],
        ["I don't see why you're angry.", "There's no reason to get upset."],
    ),
    "sarcasm": (["J'ai oublié ma baguette magique."], ["Let me get my crystal ball."]),
    "jargon": (["Nonobstant la clause 4, le back-office tranchera."], ["Pursuant to clause 4, it stays."]),
    "avoid": (["Malheureusement, c'est complet."], ["Unfortunately we are full."]),
    "pressure": (["Vous me faites perdre mon temps."], ["You're wasting my time."]),
    "absolute_promise": (["Ça n'arrivera plus jamais."], ["I guarantee it'll never happen again."]),
    "script": (["Votre satisfaction est notre priorité."], ["Your call is important to us."]),
    "pity": (["Ma pauvre dame, je vous plains."], ["Oh you poor, poor thing."]),
    "insult": (["Vous êtes vraiment stupide."], ["You are so stupid."]),
    "discrimination": (["Rentrez dans votre pays."], ["Go back to your own country."]),
    "disclosure": (["Ne le répétez pas, il habite au 12."], ["You didn't hear it from me, but he moved."]),
    "unsafe": (["Doublez la dose."], ["Just double the dose."]),
}
CLEAN: dict[str, tuple[list[str], list[str]]] = {
    "greeting": (
        ["Vous lui direz bonjour de ma part quand vous la verrez."],
        ["I would like you to pass it on and say hello."],
    ),
    "apology": (
        ["Vous n'avez pas à vous excuser.", "Vous dites « je suis désolé » à chaque fois."],
        ["I'm not sorry at all.", 'You said "I\'m sorry" twice.'],
    ),
    "understanding": (
        ["Je ne comprends pas.", "Je comprends pas."],
        ["I don't understand.", "I do not understand you."],
    ),
    "acknowledgement": (["Vous n'êtes pas fatiguée."], ["You are not upset."]),
    "accusation": (
        ["Je ne dis pas que c'est votre faute.", "Ce n'est pas votre faute.", "Il a dit « c'est votre faute »."],
        ["I'm not saying it's your fault.", "It isn't your fault.", 'They told you "it\'s your fault", I know.'],
    ),
    "blame": (["Rien ne dit que vous auriez dû prévenir."], ["Nobody says you should have called."]),
    "command": (
        ["Signez ici, s'il vous plaît.", "« Calmez-vous » ne sert à rien."],
        ["Please sign here.", "Sit down a minute."],
    ),
    "dismissal": (["C'est mon problème autant que le vôtre."], ["It is my problem now."]),
    "negated_empathy": (["Je vois pourquoi vous êtes en colère."], ["I see why you're angry."]),
    "insult": (["Personne n'a le droit de dire « idiot »."], ['Nobody may call you "idiot".']),
    "commitment": (["Je ne vous rappelle pas."], ["I will not call you back."]),
    "absolute_promise": (
        ["Je ne vous promets pas que ça n'arrivera plus jamais."],
        ["I can't promise everything will be perfect."],
    ),
    "ownership": (["Ce n'est pas notre erreur."], ["That's not our mistake."]),
    "refusal_with_way_out": (["C'est possible."], ["That is possible."]),
}
LANGS: tuple[Lang, Lang] = ("fr", "en")


def marks(pipeline: Pipeline, text: str, lang: Lang, customer: str = "", need: Need = "warm") -> list[Marker]:
    return list(strategies.markers(pipeline(text, lang), Scene(pipeline(customer, lang), need)))


def names(pipeline: Pipeline, text: str, lang: Lang, customer: str = "", need: Need = "warm") -> set[str]:
    return {marker.strategy for marker in marks(pipeline, text, lang, customer, need)}


def rows(table: dict[str, tuple[list[str], list[str]]]) -> list[tuple[str, Lang, str]]:
    return [
        (name, lang, text)
        for name, both in table.items()
        for lang, texts in zip(LANGS, both, strict=True)
        for text in texts
    ]


@pytest.mark.parametrize(("strategy", "lang", "text"), rows(FOUND))
def test_a_strategy_is_found(pipeline: Pipeline, strategy: str, lang: Lang, text: str) -> None:
    found = [marker for marker in marks(pipeline, text, lang) if marker.strategy == strategy]
    assert found, names(pipeline, text, lang)
    assert all(marker.note and 0 <= marker.start < marker.end <= len(text) for marker in found)


@pytest.mark.parametrize(("strategy", "lang", "text"), rows(CLEAN))
def test_negated_or_quoted_it_is_not(pipeline: Pipeline, strategy: str, lang: Lang, text: str) -> None:
    assert strategy not in names(pipeline, text, lang)


def test_every_strategy_has_its_examples() -> None:
    seen = {"commitment", "question", "refusal"} | set(FOUND) | {"parroting", "personalisation", "reformulation"}
    assert set(strategies.STRATEGIES) - seen == {"stuffing", "wordy"}


@pytest.mark.parametrize(
    ("lang", "text", "words"),
    [
        ("fr", "Malheureusement   c'est complet.", "Malheureusement"),
        ("fr", "Oui… « non »\u00a0! Malheureusement, c'est complet.", "Malheureusement"),
        ("en", "Well,\n\nunfortunately we’re full 😀.", "unfortunately"),
    ],
)
def test_offsets_index_the_text_as_typed(pipeline: Pipeline, lang: Lang, text: str, words: str) -> None:
    spans = [text[mark.start : mark.end] for mark in marks(pipeline, text, lang) if mark.strategy == "avoid"]
    assert spans == [words]


@pytest.mark.parametrize(
    ("lang", "text", "customer"),
    [
        ("fr", "Ce problème, on le règle ensemble.", "J'ai un problème avec ma box."),
        ("en", "That problem is on me now.", "I have a problem with my router."),
    ],
)
def test_the_customer_s_own_word_is_never_a_fault(pipeline: Pipeline, lang: Lang, text: str, customer: str) -> None:
    doc, scene = pipeline(text, lang), Scene(pipeline(customer, lang))
    assert avoid.wordings(doc, scene, text) == ()
    alone = avoid.wordings(doc, Scene(pipeline("", lang)), text)
    assert alone and all(found.better and text[found.start : found.end] == found.text for found in alone)


@pytest.mark.parametrize(
    ("lang", "customer", "copy", "own_words"),
    [
        (
            "fr",
            "Cela fait neuf jours que je suis sans internet et mon chef commence à râler.",
            "Donc cela fait neuf jours que vous êtes sans internet et votre chef commence à râler.",
            "Neuf jours de coupure, et un chef qui s'impatiente en plus.",
        ),
        (
            "en",
            "I waited forty minutes outside in the rain with two kids.",
            "So you waited forty minutes outside in the rain with two kids.",
            "Forty minutes getting soaked, and little ones to keep warm.",
        ),
    ],
)
def test_a_copy_is_parroting_and_other_words_reformulate(
    pipeline: Pipeline, lang: Lang, customer: str, copy: str, own_words: str
) -> None:
    assert {"parroting"} == names(pipeline, copy, lang, customer) & {"parroting", "reformulation"}
    assert {"reformulation"} == names(pipeline, own_words, lang, customer) & {"parroting", "reformulation"}


@pytest.mark.parametrize(
    ("lang", "customer", "text"),
    [
        ("fr", "Mon vélo a disparu du garage.", "Votre vélo, je le cherche."),
        ("en", "My bike is gone.", "Your bike, yes."),
    ],
)
def test_a_detail_of_the_case_is_personal(pipeline: Pipeline, lang: Lang, customer: str, text: str) -> None:
    found = [mark for mark in marks(pipeline, text, lang, customer) if mark.strategy == "personalisation"]
    assert [text[mark.start : mark.end] for mark in found] == [text.split()[1].strip(",")]


@pytest.mark.parametrize(
    ("lang", "customer", "text"),
    [
        ("fr", "Bonjour… Écoutez, je n'ai pas mon badge, monsieur.", "Bonjour Monsieur Delorme."),
        ("en", "Hello. I have lost my badge, sorry.", "Hello, good evening. Sorry."),
    ],
)
def test_a_greeting_handed_back_is_no_detail_of_the_case(
    pipeline: Pipeline, lang: Lang, customer: str, text: str
) -> None:
    assert not names(pipeline, text, lang, customer) & {"personalisation", "reformulation"}


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("fr", "Désolé, vraiment désolé, je suis désolé, encore pardon. Excusez-moi."),
        ("en", "Sorry, really sorry. I'm so sorry. Apologies again. I apologise."),
    ],
)
def test_the_third_apology_costs(pipeline: Pipeline, lang: Lang, text: str) -> None:
    found = [mark for mark in marks(pipeline, text, lang) if "apology" in mark.strategy]
    assert [mark.polarity for mark in found[:3]] == [1, 1, -1]
    assert found[2].strategy == "over_apology"


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("fr", "Je comprends, je vous comprends, vraiment je comprends, je suis désolé, je comprends."),
        ("en", "I understand, I hear you, I really understand, I'm so sorry, I understand."),
    ],
)
def test_piled_sympathy_is_stuffing(pipeline: Pipeline, lang: Lang, text: str) -> None:
    assert "stuffing" in names(pipeline, text, lang)


@pytest.mark.parametrize("lang", LANGS)
def test_length_costs_with_a_hurried_person_only(pipeline: Pipeline, lang: Lang) -> None:
    text = "Voici la clé de votre chambre. " * 12 if lang == "fr" else "Here is the key to your room. " * 12
    assert "wordy" in names(pipeline, text, lang, need="efficient")
    assert "wordy" not in names(pipeline, text, lang, need="warm")


def test_a_verb_is_not_taken_for_a_trade_word(scorer: Scorer) -> None:
    """« ont » is a verb long before it is a box on the wall (ONT)."""
    found = scorer.perceive("Vos deux appels ont été notés.", Context(lang="fr")).wording
    assert not found
