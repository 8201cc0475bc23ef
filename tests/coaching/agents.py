"""Scripted agents for the simulated customer: what they say in each scenario, and how it would be perceived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from actions.coaching.scenario import Scenario
from actions.storage.library import Library
from nlu.contract import EMPATHY, TONE, Assessment, Lang

LIBRARY = Library(Path(__file__).resolve().parents[2] / "data")
LEVELS = ("excellent", "decent", "cold", "hostile")


def perceive(
    lang: Lang = "fr",
    empathy: Sequence[int] = (0, 0, 0),
    tone: Sequence[int] = (1, 1, 1, 1),
    acts: Iterable[str] = (),
    *,
    hostility: Iterable[str] = (),
    red_flags: Iterable[str] = (),
    confidence: dict[str, float] | None = None,
) -> Assessment:
    """An assessment made by hand: reaction, interpretation, exploration; warmth, courtesy, calm, clarity."""
    return Assessment(
        lang=lang,
        empathy=dict(zip(EMPATHY, empathy, strict=True)),
        tone=dict(zip(TONE, tone, strict=True)),
        sentiment={"label": "neutral"},
        hostility=tuple(hostility),
        acts=tuple(acts),
        red_flags=tuple(red_flags),
        confidence=confidence or {},
    )


SKILL: dict[str, dict[str, tuple[Sequence[int], Sequence[int], Sequence[str], Sequence[str]]]] = {
    "excellent": {
        "hear": ((2, 2, 2), (2, 2, 2, 2), ("greet", "reformulate", "acknowledge", "ask_open"), ()),
        "ask": ((1, 2, 1), (2, 2, 2, 2), ("acknowledge", "ask_closed"), ()),
        "solve": ((0, 1, 0), (2, 2, 2, 2), ("own", "explain", "propose", "commit_dated"), ()),
        "assure": ((0, 1, 0), (2, 2, 2, 2), ("explain", "commit_dated", "personalise"), ()),
        "part": ((1, 0, 0), (2, 2, 2, 2), ("check_understanding", "thank", "close"), ()),
    },
    "decent": {
        "hear": ((1, 1, 0), (1, 2, 2, 1), ("greet", "apologise", "ask_closed"), ()),
        "ask": ((0, 1, 1), (1, 1, 2, 1), ("ask_closed",), ()),
        "solve": ((1, 0, 0), (1, 1, 2, 1), ("propose", "commit"), ()),
        "assure": ((0, 1, 0), (1, 2, 2, 1), ("explain",), ()),
        "part": ((0, 0, 0), (1, 2, 2, 1), ("close",), ()),
    },
    "cold": {
        "hear": ((0, 0, 0), (0, 1, 1, 1), ("ask_closed",), ()),
        "ask": ((0, 0, 0), (0, 1, 1, 1), ("ask_closed",), ()),
        "solve": ((0, 0, 0), (0, 1, 1, 1), ("propose",), ()),
        "assure": ((0, 0, 0), (0, 0, 1, 1), ("deflect",), ()),
        "part": ((0, 0, 0), (0, 1, 1, 1), ("close",), ()),
    },
    "hostile": {
        "hear": ((0, 0, 0), (0, 0, 0, 1), ("ask_closed",), ("dismissal",)),
        "ask": ((0, 0, 0), (0, 0, 0, 1), ("ask_closed",), ("blame",)),
        "solve": ((0, 0, 0), (0, 0, 0, 0), ("refuse",), ("command", "blame")),
        "assure": ((0, 0, 0), (0, 0, 0, 0), ("deflect",), ("sarcasm",)),
        "part": ((0, 0, 0), (0, 0, 0, 0), ("refuse",), ("command",)),
    },
}
ORDER = ("hear", "ask", "solve", "assure", "solve", "assure", "part", "part")

SAID: dict[tuple[str, str], dict[str, Sequence[str]]] = {
    ("late-refund", "fr"): {
        "hear": ("Trois appels pour rien, je n'y croirais plus non plus. Racontez-moi, que s'est-il passé ?",),
        "ask": ("Ces courses-là, vous comptiez dessus. Quel est votre numéro de commande ?",),
        "solve": ("Je lance votre remboursement aujourd'hui.", "Votre remboursement part tout de suite, c'est validé."),
        "assure": ("Vous l'aurez vendredi : l'étiquette n'a pas été lue chez nous.", "Je vous écris vendredi à midi."),
        "part": ("Est-ce clair pour vous ? Bonne journée.", "Merci à vous, au revoir."),
    },
    ("late-refund", "en"): {
        "hear": ("Three calls for nothing, I'd have stopped believing it too. Tell me, what happened?",),
        "ask": ("You were relying on that money. Could you give me your order number?",),
        "solve": ("I'm sending your refund today.", "I'm putting your refund through right now, it's approved."),
        "assure": ("You'll see it on Friday: the label wasn't scanned here.", "I'll write to you on Friday at noon."),
        "part": ("Is that all clear? Have a good day.", "Thank you, goodbye."),
    },
    ("no-badge", "fr"): {
        "hear": ("Être coincée là devant tout le monde, ce n'est pas agréable. Que s'est-il passé ?",),
        "ask": ("On va arranger ça. Qui vous reçoit, et avez-vous une pièce d'identité ?",),
        "solve": ("Je vous fais un badge visiteur.", "Je vous prépare un badge visiteur, ici, au calme."),
        "assure": ("Cela prend cinq minutes ; c'est pour compter les gens en cas d'alerte.", "Vous y serez à l'heure."),
        "part": ("Tout est bon ? Bonne réunion.", "Bonne journée, Madame."),
    },
    ("no-badge", "en"): {
        "hear": ("Being stuck there in front of everyone is no fun. What happened?",),
        "ask": ("We'll sort it out. Who are you here to see, and have you got any ID on you?",),
        "solve": ("I'll make you a visitor's badge.", "I'm making up a visitor's badge for you, over here."),
        "assure": ("It takes five minutes; it's how we count people out in a fire.", "You'll be up there for ten."),
        "part": ("All good? Enjoy your meeting.", "Have a good day."),
    },
    ("night-arrival", "fr"): {
        "hear": ("Bonsoir, on fait vite. À quel nom ?",),
        "solve": ("Voici votre clé, le reste attendra demain.", "Tenez, voici votre clé."),
        "assure": ("Petit-déjeuner jusqu'à 10 h 30, rien à payer.", "Je vous appelle à neuf heures."),
        "part": ("Premier étage à droite. Bonne nuit.", "Dormez bien."),
    },
    ("night-arrival", "en"): {
        "hear": ("Evening, let's be quick. What name is it under?",),
        "solve": ("Here's your key, the rest can wait.", "There, here is your key."),
        "assure": ("Breakfast is until half past ten, nothing to pay.", "I'll ring you at nine."),
        "part": ("First floor on the right. Good night.", "Sleep well."),
    },
    ("cancelled-care", "fr"): {
        "hear": ("Apprendre ça par message, si loin d'elle, il y a de quoi s'affoler. Comment va votre mère ?",),
        "ask": ("La phlébite, voilà la crainte. Quel est le nom de votre mère, et quel soin attendait-elle ?",),
        "solve": ("J'envoie quelqu'un ce soir.", "Une infirmière passera ce soir chez elle, c'est fait."),
        "assure": ("Sophie sera là à dix-neuf heures ; sa collègue a eu un accident.", "Je vous écris à vingt heures."),
        "part": ("Est-ce que tout est clair ? Courage à votre mère.", "Bonne soirée à vous deux."),
    },
    ("cancelled-care", "en"): {
        "hear": ("Getting that in a text from so far away would alarm anyone. How is she?",),
        "ask": ("A clot is what you're dreading. What's your mother's name, and what care was she due?",),
        "solve": ("I'm sending someone this evening.", "A replacement nurse is on her way tonight, it's done."),
        "assure": ("Sophie will knock at seven; her colleague had an accident.", "I'll text you at eight."),
        "part": ("Is that all clear? Our best to your mum.", "Good evening to you both."),
    },
}  # fmt: skip

UNWILLING: dict[str, dict[str, Sequence[str]]] = {
    "fr": {
        "solve": ("C'est comme ça, point. Il fallait lire les conditions.",),
        "assure": ("Oh, quelle tragédie. Adressez-vous ailleurs.",),
        "part": ("Bon, ça suffit.",),
    },
    "en": {
        "solve": ("That's how it is, full stop. You should have read the terms.",),
        "assure": ("Oh, what a tragedy. Try somewhere else.",),
        "part": ("Right, that's enough.",),
    },
}


def script(scenario: Scenario, level: str) -> list[tuple[str, Assessment]]:
    """The replies of an agent of this level. A hostile one offers nothing."""
    said = SAID[scenario.slug, scenario.lang]
    if level == "hostile":
        said = {**said, **UNWILLING[scenario.lang]}
    replies, used = [], dict.fromkeys(said, 0)
    for kind in ORDER if scenario.need == "warm" else ("hear", *ORDER[2:]):
        empathy, tone, acts, hostility = SKILL[level][kind]
        text = said[kind][used[kind] % len(said[kind])]
        used[kind] += 1
        replies.append((text, perceive(scenario.lang, empathy, tone, acts, hostility=hostility)))
    return replies
