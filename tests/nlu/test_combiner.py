"""Levels, hostility, confidence and score from markers and heads, on the real rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.combiner import LEVELS, SILENCE, Evidence, Facts, Heard, Rules, combine, features, hostile_features
from nlu.contract import ACTS, HOSTILITY, Assessment, Context, Marker, Need, Phase, Wording

PATH = Path(__file__).resolve().parents[2] / "data" / "combiner.yml"
RULES = Rules.load(PATH)
COSTING = {*RULES.red_flags, "blame", "command", "sarcasm", "dismissal", "negated_empathy", "stuffing", "parroting"}


def head(level: int, chance: float = 0.9) -> dict[str, float]:
    rest = (1 - chance) / 2
    return {str(each): chance if each == level else rest for each in range(3)}


def assess(
    *strategies: str,
    heads: Heard = SILENCE,
    facts: tuple[str, ...] = (),
    words: int = 20,
    need: Need = "warm",
    phase: Phase = "middle",
    wording: int = 0,
) -> Assessment:
    costs = set(RULES.red_flags) | {
        "blame",
        "command",
        "sarcasm",
        "dismissal",
        "negated_empathy",
        "stuffing",
        "parroting",
    }
    markers = [Marker(0, 1, name, -1 if name in costs else +1) for name in strategies]
    avoided = tuple(Wording(0, 1, "x", "y") for _ in range(wording))
    return combine(markers, heads, Facts("fr", words, frozenset(facts)), Context("", "fr", need, phase), RULES, avoided)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (("acknowledgement", "dated_commitment"), ("understanding", "commitment")),
        (("sincere_apology",), ("apology",)),
        (("open_question",), ("closed_question",)),
        (("commitment",), ()),
        ((), ("command",)),
        ((), ("blame",)),
        (("acknowledgement",), ("acknowledgement", "sarcasm")),
        (("apology", "understanding"), ("apology", "understanding", "stuffing")),
        (("reformulation",), ("parroting",)),
        (("bare_refusal",), ("bare_refusal", "dismissal")),
    ],
)
def test_a_better_reply_scores_higher(better: tuple[str, ...], worse: tuple[str, ...]) -> None:
    assert assess(*better).score > assess(*worse).score


def test_nothing_found_is_no_empathy_and_a_neutral_tone() -> None:
    found = assess(facts=("nothing_shared",))
    assert set(found.empathy.values()) == {0}
    assert found.tone["level"] == 1


def test_no_words_is_the_lowest_and_neutral() -> None:
    found = assess(facts=("wordless",), words=0)
    assert found.score == 0
    assert found.empathy["level"] == 0 and found.sentiment["label"] == "neutral"
    assert found.hostility == () and found.red_flags == ()


@pytest.mark.parametrize("flag", sorted(RULES.red_flags))
def test_a_red_flag_leaves_at_most_ten(flag: str) -> None:
    found = assess(flag, "acknowledgement", "sincere_apology", "repair", "open_question", "dated_commitment")
    assert found.score <= 10
    assert found.red_flags == (RULES.red_flags[flag],)


@pytest.mark.parametrize("game", ["stuffing", "negated_empathy", "sarcasm"])
def test_games_cost_even_when_the_model_is_taken_in(game: str) -> None:
    heads = Heard({name: head(2, 0.98) for name in LEVELS})
    fair = assess("acknowledgement", "sincere_apology", heads=heads)
    assert assess("acknowledgement", "sincere_apology", game, heads=heads).score <= fair.score - 5
    assert assess("acknowledgement", "sincere_apology", game).empathy["level"] <= 1


def test_parroting_is_no_interpretation() -> None:
    assert assess("parroting").empathy["interpretation"] == 0


@pytest.mark.parametrize(("flag", "denied"), [("insult", True), ("absolute_promise", False)])
def test_a_kind_tone_denies_words_that_only_look_like_a_red_flag(flag: str, denied: bool) -> None:
    kind, rude = (Heard({"tone": head(level, 0.98)}) for level in (2, 0))
    assert assess(flag, heads=rude).red_flags == (RULES.red_flags[flag],)
    assert (assess(flag, heads=kind).red_flags == ()) is denied
    assert (assess(flag, heads=kind).markers == ()) is denied


def test_the_model_is_heard_where_it_has_a_head() -> None:
    low, high = (assess("commitment", heads=Heard({"warmth": head(level, 0.98)})) for level in (0, 2))
    assert (low.tone["warmth"], high.tone["warmth"]) == (0, 2)
    assert low.tone["clarity"] == high.tone["clarity"]


def test_hostility_needs_less_of_the_model_when_a_marker_shows_it() -> None:
    def shown(chance: float, *strategies: str) -> tuple[str, ...]:
        heads = {kind: {"no": 1.0, "yes": 0.0} for kind in HOSTILITY} | {"command": {"no": 1 - chance, "yes": chance}}
        return assess(*strategies, heads=Heard({**heads, "tone": head(0)})).hostility

    chances = [n / 100 for n in range(101)]
    alone, helped = ([chance for chance in chances if shown(chance, *marked)] for marked in ((), ("command",)))
    assert set(alone) < set(helped) and "command" in shown(1.0)
    assert assess("command").hostility == ("command",) and assess().hostility == ()


def test_length_loses_with_a_hurried_person() -> None:
    brief = assess("commitment", facts=("brief", "hurried"), words=8, need="efficient")
    wordy = assess("commitment", "wordy", facts=("long", "hurried"), words=80, need="efficient")
    assert brief.score >= wordy.score + 20


def test_acts_count_where_the_contact_stands() -> None:
    assert assess("greeting", phase="opening").score > assess("greeting", phase="closing").score
    assert assess("closing", phase="closing").score > assess("closing", phase="opening").score


def test_words_to_avoid_cost_a_little_and_no_more() -> None:
    assert assess("commitment").score > assess("commitment", wording=1).score
    assert assess("commitment", wording=9).score == assess("commitment", wording=90).score


def test_acts_come_in_the_order_of_the_contract() -> None:
    found = assess("closing", "greeting", "dated_commitment", "open_question", "dismissal").acts
    assert list(found) == sorted(found, key=ACTS.index)
    assert set(found) == {"greet", "ask_open", "commit", "commit_dated", "deflect", "close"}


def test_confidence_is_between_0_and_1_and_higher_when_model_and_margin_agree() -> None:
    sure = assess("insult", heads=Heard({"tone": head(0, 0.99)})).confidence["tone"]
    torn = assess(heads=Heard({"tone": {"0": 0.3, "1": 0.4, "2": 0.3}})).confidence["tone"]
    assert 0 <= torn < sure <= 1
    assert set(assess().confidence) == set(LEVELS)


def test_sentiment_is_the_model_s_and_otherwise_the_words() -> None:
    heads = Heard({"sentiment": {"negative": 0.1, "neutral": 0.2, "positive": 0.7}})
    assert assess("insult", heads=heads).sentiment["label"] == "positive"
    assert assess("insult").sentiment["label"] == "negative"
    assert assess("recognition", "care", "closing").sentiment["label"] == "positive"
    assert sum(assess().sentiment[label] for label in ("negative", "neutral", "positive")) == pytest.approx(1, abs=1e-3)


def test_an_unknown_word_in_the_rules_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "combiner.yml"
    wrong.write_text(PATH.read_text(encoding="utf-8").replace("[greet]", "[salute]"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"combiner\.yml: unknown act salute"):
        Rules.load(wrong, scales=False)


def test_every_effect_says_why() -> None:
    from nlu.strategies.lexicon import read_yaml

    plain = read_yaml(PATH)
    for row in (*plain["effects"].values(), *plain["ceilings"].values()):
        assert row["why"]


def test_a_scale_weighs_the_whole_its_sentences_and_its_words() -> None:
    heard = Heard({"tone": head(1)}, {(0, 5): {"tone": head(0)}, (6, 9): {"tone": head(2)}}, {"tone": head(2)})
    found = features("tone", (), heard, Facts("fr"), Context(), RULES)
    assert found["bag_2"] > 0 > found["head_2"] and found["head_1"] > 0
    assert found["best"] == found["last"] > found["first"] == found["worst"]
    assert not {"head_1", "bag_1", "best"} & set(features("tone", (), SILENCE, Facts("fr"), Context(), RULES))


def test_the_worst_sentence_shows_hostility() -> None:
    kind, rude = ({"blame": {"no": 1 - chance, "yes": chance}} for chance in (0.01, 0.95))
    evidence = Evidence((), Facts("fr"))
    mixed, calm = (
        hostile_features("blame", evidence, Heard(kind, {(0, 5): kind, (6, 9): last}, kind), RULES)
        for last in (rude, kind)
    )
    assert mixed["worst"] > 0 > calm["worst"] and mixed["head_1"] == calm["head_1"] == calm["bag_1"]


def test_a_reformulation_whose_sentence_tells_nothing_is_none() -> None:
    def kept(level: int) -> bool:
        heard = Heard({"interpretation": head(2)}, {(0, 5): {"interpretation": head(level, 0.98)}})
        return "reformulate" in assess("reformulation", heads=heard).acts

    assert kept(2) and not kept(0)
    assert "reformulate" in assess("reformulation").acts
