"""The simulated customer: what moves it, what it answers, how it ends."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import pytest

from actions.coaching.customer import Reaction, Verdict, begin, hint, play, react, verdict
from actions.coaching.feelings import Feelings, satisfaction
from actions.coaching.move import MOVES
from actions.coaching.scenario import HINTS, Scenario
from actions.coaching.temper import DIFFICULTIES
from actions.coaching.verdict import pleasing
from nlu.contract import ACTS, HOSTILITY, LANGS, RED_FLAGS, Assessment, Lang
from tests.coaching.agents import LEVELS, LIBRARY, SAID, perceive, script

SHOP = LIBRARY.scenario("late-refund", "fr")
NIGHT = LIBRARY.scenario("night-arrival", "fr")
EVERY = [LIBRARY.scenario(slug, lang) for slug in LIBRARY.slugs() for lang in LANGS]

GOOD = (2, 2, 2, 2)
LISTENED = (
    "Trois semaines sans cet argent, ça pèse. Racontez-moi ?",
    perceive("fr", (2, 2, 2), GOOD, ("reformulate", "ask_open")),
)
AGAIN = ("Et deux promesses pour rien, en plus.", perceive("fr", (1, 2, 0), GOOD, ("acknowledge", "reformulate")))
NUMBER = ("Quel est votre numéro de commande ?", perceive("fr", (0, 0, 0), GOOD, ("ask_closed",)))
REFUND = ("Je vous rembourse aujourd'hui.", perceive("fr", (0, 0, 0), GOOD, ("propose",)))
COLD = ("Le dossier est en cours.", perceive("fr", (0, 0, 0), (0, 1, 1, 1), ("explain",)))
Reply = tuple[str, Assessment]  # fmt: skip


def name(scenario: Scenario) -> str:
    return f"{scenario.slug}-{scenario.lang}"


def after(*replies: Reply, difficulty: str = "demanding", scenario: Scenario = SHOP, seed: int = 1) -> Reaction:
    return react(scenario, difficulty, seed, replies)


def moved(reaction: Reaction, feeling: str) -> int:
    return sum(change.delta for change in reaction.changes if change.feeling == feeling)


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
@pytest.mark.parametrize("scenario", EVERY, ids=name)
def test_agents_end_in_order(scenario: Scenario, difficulty: str) -> None:
    for seed in range(5):
        ends = [
            after(*script(scenario, level), difficulty=difficulty, scenario=scenario, seed=seed) for level in LEVELS
        ]
        finals = [satisfaction(end.feelings) for end in ends]
        assert finals == sorted(finals, reverse=True) and len(set(finals)) == len(finals), (seed, finals)
        assert ends[0].ending == "served"
        assert ends[-1].ending == "hung_up"


@pytest.mark.parametrize("scenario", EVERY, ids=name)
def test_a_good_drill_lasts_a_few_replies(scenario: Scenario) -> None:
    for difficulty in DIFFICULTIES:
        reactions, _ = play(scenario, difficulty, 3, script(scenario, "excellent"))
        assert 4 <= len(reactions) <= 8
        assert reactions[-2].move == "accept" and reactions[-1].move == "thank"


def test_harder_customers_are_harder() -> None:
    finals = [satisfaction(after(*script(SHOP, "decent"), difficulty=level).feelings) for level in DIFFICULTIES]
    assert finals == sorted(finals, reverse=True)
    assert begin(SHOP, "hard", 1).feelings.patience < begin(SHOP, "calm", 1).feelings.patience


def test_it_opens() -> None:
    opening = begin(SHOP, "demanding", 1)
    assert (opening.move, opening.phase, opening.need, opening.over) == ("open", "opening", "warm", False)
    assert (opening.band, opening.band_label) == ("angry", "Colère")
    assert opening.line in SHOP.lines["open"]["any"]
    assert react(SHOP, "demanding", 1, []) == opening


def test_seeds_choose_the_words() -> None:
    assert len({begin(SHOP, "demanding", seed).line for seed in range(20)}) == len(SHOP.lines["open"]["any"])
    assert after(LISTENED, NUMBER, seed=7) == after(LISTENED, NUMBER, seed=7)


def test_an_unknown_difficulty_is_refused() -> None:
    with pytest.raises(KeyError):
        begin(SHOP, "impossible", 1)


def test_understanding_calms() -> None:
    reaction = after(LISTENED)
    assert moved(reaction, "anger") < 0 < moved(reaction, "trust")
    assert reaction.feelings.heard


def test_a_feeling_ignored_comes_back_louder() -> None:
    once, twice = after(COLD), after(COLD, COLD)
    said = [sum(c.delta for c in r.changes if c.feeling == "patience" and "émotion" in c.why) for r in (once, twice)]
    assert moved(once, "anger") > 0
    assert said[1] < said[0] < 0


def test_a_solution_before_listening_lands_badly() -> None:
    reaction = after(REFUND)
    assert reaction.move == "refuse"
    assert reaction.line in SHOP.lines["too_soon"]["any"]
    assert moved(reaction, "trust") < 0
    assert "Vous avez proposé le remboursement lancé aujourd’hui avant d’avoir écouté." in {
        c.why for c in reaction.changes
    }


def test_an_efficient_customer_takes_the_solution_at_once() -> None:
    asked = ("Bonsoir, à quel nom ?", perceive("fr", (0, 1, 0), GOOD, ("greet", "ask_closed")))
    key = (
        "Voici votre clé, la fiche attendra demain.",
        perceive("fr", (0, 0, 0), GOOD, ("propose", "explain", "commit")),
    )
    assert after(asked, key, difficulty="calm", scenario=NIGHT).move == "accept"


def test_gushing_at_a_hurried_customer_costs() -> None:
    sympathy = perceive("fr", (2, 2, 2), GOOD, ("greet", "acknowledge", "apologise", "ask_open"))
    gushing = ("Oh là là, quelle aventure, je vous plains de tout cœur, " * 5 + "racontez-moi ?", sympathy)
    brief = ("Bonsoir, on fait vite, à quel nom ?", perceive("fr", (1, 1, 0), GOOD, ("greet", "ask_closed")))
    assert moved(after(gushing, scenario=NIGHT), "patience") < -10
    assert satisfaction(after(brief, scenario=NIGHT).feelings) > satisfaction(after(gushing, scenario=NIGHT).feelings)


def test_a_needless_question_to_a_hurried_customer_costs() -> None:
    asked = ("Vous avez des bagages ?", perceive("fr", (0, 0, 0), GOOD, ("ask_closed",)))
    assert any("Une question de trop" in change.why for change in after(asked, scenario=NIGHT).changes)


def test_sympathy_that_moves_nothing_ends_by_costing() -> None:
    sorry = ("Comme je vous comprends.", perceive("fr", (1, 1, 0), GOOD, ("acknowledge",)))
    trust = [after(*[sorry] * times).feelings.trust for times in range(1, 7)]
    assert trust[1] > trust[0]
    assert trust[-1] < trust[2]
    assert after(*[sorry] * 14).ending == "gave_up"


def test_a_third_apology_costs() -> None:
    sorry = ("Pardon. Que s'est-il passé ?", perceive("fr", (1, 0, 1), GOOD, ("apologise", "ask_open")))
    whys = [[c.why for c in after(*[sorry] * times).changes] for times in (2, 3)]
    assert not any("Une excuse de trop" in why for why in whys[0])
    assert any("Une excuse de trop" in why for why in whys[1])


def test_repeating_the_customers_words_is_no_reformulation() -> None:
    line = begin(SHOP, "demanding", 1).line
    parrot = (line, perceive("fr", (0, 2, 0), GOOD, ("reformulate",)))
    reaction = after(parrot)
    assert not reaction.feelings.heard
    assert moved(reaction, "anger") > 0


def test_it_answers_what_it_is_asked_several_at_once() -> None:
    both = ("Votre numéro de commande, et la date du renvoi ?", perceive("fr", (0, 0, 0), GOOD, ("ask_closed",)))
    reaction = after(LISTENED, both)
    assert reaction.move == "answer"
    assert "48 213" in reaction.line and "le 2" in reaction.line


def test_an_open_question_brings_the_story_out() -> None:
    reaction = after(("Je vous écoute.", perceive("fr", (0, 1, 1), GOOD, ("ask_open",))))
    assert reaction.move == "answer"
    assert "machine à café" in reaction.line


def test_asked_twice_it_notices() -> None:
    reaction = after(LISTENED, NUMBER, NUMBER)
    assert any("Vous avez redemandé" in change.why for change in reaction.changes)
    assert moved(reaction, "effort") > 0


def test_a_missing_fact_is_offered_with_a_remark() -> None:
    reaction = after(LISTENED, AGAIN, REFUND)
    assert reaction.move == "answer"
    assert reaction.line in SHOP.facts["order_number"].offered


def test_a_doubt_is_spoken_answered_then_it_accepts() -> None:
    tested = after(LISTENED, AGAIN, NUMBER, REFUND)
    assert tested.move == "test"
    dated = (
        "Vendredi avant midi, et voici pourquoi.",
        perceive("fr", (0, 1, 0), GOOD, ("commit_dated", "explain", "own")),
    )
    accepted = after(LISTENED, AGAIN, NUMBER, REFUND, dated)
    assert (accepted.move, accepted.phase, accepted.over) == ("accept", "closing", False)
    assert accepted.feelings.answered
    goodbye = ("Bonne journée.", perceive("fr", (1, 0, 0), GOOD, ("close",)))
    end = after(LISTENED, AGAIN, NUMBER, REFUND, dated, goodbye)
    assert (end.move, end.over, end.ending) == ("thank", True, "served")


def test_a_trap_is_refused_and_costs_trust() -> None:
    wait = ("Il faut attendre encore un peu.", perceive("fr", (0, 1, 0), GOOD, ("propose",)))
    reaction = after(LISTENED, wait)
    assert reaction.move == "refuse"
    assert reaction.line in SHOP.solutions["wait_more"].refuse


def test_a_promise_taken_back_costs_double() -> None:
    no = ("Je ne peux pas vous rembourser aujourd'hui.", perceive("fr", (0, 0, 0), (1, 1, 1, 1), ("refuse",)))
    bare = after(LISTENED, NUMBER, no)
    broken = after(LISTENED, NUMBER, REFUND, no)
    assert "refund_now" in after(LISTENED, NUMBER, REFUND).feelings.promises
    assert "refund_now" not in broken.feelings.promises
    assert moved(broken, "trust") < 2 * moved(bare, "trust") < 0


def test_off_the_point_it_asks_to_clarify() -> None:
    weather = ("Il fait beau chez nous.", perceive("fr"))
    assert after(LISTENED, weather).move == "clarify"
    other = ("I am happy to look into it for you.", perceive("en", (1, 1, 0), GOOD, ("propose",)))
    assert after(LISTENED, other).move == "clarify"


def test_taking_leave_before_it_is_settled_costs() -> None:
    bye = ("Bonne journée, au revoir.", perceive("fr", (0, 0, 0), GOOD, ("close",)))
    reaction = after(LISTENED, AGAIN, bye)
    assert reaction.move == "press"
    assert moved(reaction, "trust") < 0


@pytest.mark.parametrize("flag", ["insult", "discrimination"])
def test_it_hangs_up_on_the_unacceptable(flag: str) -> None:
    reaction = after(LISTENED, ("…", perceive("fr", red_flags=(flag,))))
    assert (reaction.move, reaction.over, reaction.ending) == ("hang_up", True, "hung_up")


@pytest.mark.parametrize("kind", HOSTILITY)
def test_hostility_hurts(kind: str) -> None:
    reaction = after(("Calmez-vous.", perceive("fr", hostility=(kind,))))
    assert moved(reaction, "anger") > 5 and moved(reaction, "trust") < -5
    assert not reaction.over


def test_a_polite_limit_does_no_harm() -> None:
    limit = ("Je veux vous aider, sans être insultée.", perceive("fr", (1, 1, 0), GOOD, ("set_limit",)))
    assert moved(after(limit), "anger") <= 0


def test_unsure_levels_move_nothing() -> None:
    doubtful = dict.fromkeys(
        ("reaction", "interpretation", "exploration", "warmth", "courtesy", "calm", "clarity"), 0.2
    )
    strong = ("Hum.", perceive("fr", (2, 2, 2), (0, 0, 0, 0), ("explain",), confidence=doubtful))
    plain = ("Hum.", perceive("fr", (1, 0, 0), (1, 1, 1, 1), ("explain",)))
    assert moved(after(strong), "anger") == 0
    assert not after(strong).feelings.heard
    assert after(strong).feelings.trust <= after(plain).feelings.trust


def test_an_ended_drill_stays_ended() -> None:
    insult = ("…", perceive("fr", red_flags=("insult",)))
    assert after(insult, LISTENED, REFUND) == after(insult)


def test_a_reaction_survives_json() -> None:
    for reaction in play(SHOP, "hard", 2, script(SHOP, "decent"))[0]:
        plain = json.loads(json.dumps(reaction.to_json()))
        assert Reaction.from_json(plain) == reaction
        assert plain["feelings"]["satisfaction"] == satisfaction(reaction.feelings)


@pytest.mark.parametrize(
    ("replies", "stands"),
    [
        ((), "opening"),
        ((COLD,), "unheard"),
        ((LISTENED, AGAIN), "unsolved"),
        ((LISTENED, AGAIN, NUMBER, REFUND), "doubtful"),
        (tuple(script(SHOP, "excellent")[:3]), "closing"),
    ],
)
def test_the_hint_fits_where_the_contact_stands(replies: Sequence[Reply], stands: str) -> None:
    assert hint(SHOP, "demanding", 1, replies) == SHOP.hints[HINTS.index(stands)]


def test_satisfaction_runs_from_0_to_100() -> None:
    assert satisfaction(Feelings(0, 0, 100, 100, 0, heard=True)) == 100
    assert satisfaction(Feelings(100, 100, 0, 0, 100)) == 0
    assert Feelings(0, 0, 100, 100, 0).satisfaction == 90


def test_feelings_stay_within_bounds() -> None:
    assert Feelings(95, 0, 5, 0, 0).moved("anger", 20).anger == 100
    assert Feelings(95, 0, 5, 0, 0).moved("trust", -20).trust == 0


@pytest.mark.parametrize("scenario", EVERY, ids=name)
def test_verdicts_follow_the_agents(scenario: Scenario) -> None:
    given = [verdict(scenario, "demanding", 1, script(scenario, level)) for level in LEVELS]
    assert [one.csat for one in given] == sorted((one.csat for one in given), reverse=True)
    assert given[0].csat == 5 and given[-1].csat == 1
    assert given[0].recommend >= 9 and given[-1].recommend <= 3
    for one in given:
        assert 1 <= one.effort <= 7 and 0 <= one.recommend <= 10
        assert len(set(one.reasons)) == 3


def test_a_verdict_is_always_marked_as_simulated() -> None:
    assert verdict(SHOP, "calm", 1, ()).to_json()["simulated"] is True
    assert isinstance(verdict(SHOP, "calm", 1, [COLD]), Verdict)


def scramble(scenario: Scenario, lang: Lang, seed: int) -> list[Reply]:
    """Twenty replies in no order: acts at random, other language, nothing at all, hostility now and then."""
    chance = random.Random(seed)
    texts = [text for said in SAID[scenario.slug, lang].values() for text in said]
    texts += ["…", "Non.", "Le ciel est bleu ce matin.", "I rather like trains, don't you?", "🙂", "😡😡😡"]
    return [
        (
            chance.choice(texts),
            perceive(
                chance.choice([lang] * 9 + ["fr"]),
                [chance.choice((0, 0, 1, 2)) for _ in range(3)],
                [chance.choice((0, 1, 1, 2, 2)) for _ in range(4)],
                chance.sample(ACTS, chance.randint(0, 3)),
                hostility=chance.sample(HOSTILITY, 1) if chance.random() < 0.06 else (),
                red_flags=chance.sample(RED_FLAGS, 1) if chance.random() < 0.02 else (),
            ),
        )
        for _ in range(20)
    ]


@pytest.mark.parametrize("scenario", EVERY, ids=name)
def test_whatever_is_said_no_line_comes_twice_and_the_drill_ends(scenario: Scenario) -> None:
    for seed in range(40):
        difficulty = DIFFICULTIES[seed % 3]
        reactions, _ = play(scenario, difficulty, seed, scramble(scenario, scenario.lang, seed))
        said = [reaction.line for reaction in reactions]
        assert all(said) and len(set(said)) == len(said)
        assert len(reactions) <= scenario.temper.replies + 1
        assert reactions[-1].over and reactions[-1].ending in ("served", "gave_up", "hung_up")
        assert {reaction.move for reaction in reactions} <= set(MOVES)
        assert all(change.delta and change.why for reaction in reactions for change in reaction.changes)


@pytest.mark.parametrize("scenario", EVERY, ids=name)
@pytest.mark.parametrize("difficulty", ["calm", "demanding", "hard"])
@pytest.mark.parametrize("level", LEVELS)
def test_the_reasons_of_a_verdict_agree_with_its_rating(scenario: Scenario, level: str, difficulty: str) -> None:
    effects = scenario.temper.effects
    glad = {effect.reason for name, effect in effects.items() if pleasing(name, scenario)}
    sad = {effect.reason for effect in effects.values()} - glad
    replies = script(scenario, level)
    for size in range(len(replies) + 1):
        told = verdict(scenario, difficulty, 1, replies[:size])
        assert len({*told.reasons}) == 3
        assert told.csat <= 3 or not sad & {*told.reasons}
        assert told.csat >= 3 or not glad & {*told.reasons}


def test_nobody_who_is_still_upset_is_pleased() -> None:
    told, _ = play(SHOP, "demanding", 1, [REFUND])
    assert told[-1].band in ("angry", "anxious") and verdict(SHOP, "demanding", 1, [REFUND]).csat <= 2
