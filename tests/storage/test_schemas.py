"""The schemas that editors read: they ask of a scenario what the loader asks, and say it in an author's words."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft7Validator, RefResolver  # type: ignore[import-untyped]

from actions.coaching import trial
from actions.coaching.feelings import BANDS, FEELINGS
from actions.coaching.page import ScenarioError
from actions.coaching.scenario import EXAMPLES, GRANTS, HINTS, KINDS, SKILLS, TRADES, parse
from actions.coaching.temper import DIFFICULTIES, SPEECHES
from actions.storage.library import Library
from nlu import topics
from nlu.contract import ACTS, LANGS, Need

Json = dict[str, Any]

DATA = Path(__file__).resolve().parents[2] / "data"
LIBRARY = Library(DATA)
PATTERNS = {"scenario": "scenario.yml", "words": "[a-z][a-z].yml", "examples": "examples.*.yml", "trial": "trial.*.yml"}
"""Schema → the files it is for, in the folder of a scenario."""
FILES = [(kind, path) for kind, pattern in PATTERNS.items() for path in sorted(DATA.glob(f"scenarios/*/{pattern}"))]
SCHEMAS: dict[str, Json] = {
    kind: json.loads((DATA / f"schemas/{kind}.schema.json").read_text(encoding="utf-8")) for kind in PATTERNS
}
VALIDATORS = {
    kind: Draft7Validator(schema, resolver=RefResolver(f"{(DATA / 'schemas').as_uri()}/", schema))
    for kind, schema in SCHEMAS.items()
}

GONE = object()
"""Instead of a value: the key is not there."""


def faults(kind: str, page: object) -> list[str]:
    """What the schema says is wrong, and where."""
    found = VALIDATORS[kind].iter_errors(page)
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in found]


def at(page: Any, path: str) -> Any:
    """What stands at a dotted path; `*` is the first key there is."""
    for key in path.split("."):
        page = page[next(iter(page)) if key == "*" else key]
    return page


def put(pages: dict[str, Json], kind: str, path: str, value: object) -> None:
    """Put `value` at a dotted path of one page."""
    before, _, key = path.rpartition(".")
    block = at(pages[kind], before) if before else pages[kind]
    key = next(iter(block)) if key == "*" else key
    if value is GONE:
        del block[key]
    else:
        block[key] = copy.deepcopy(value)


def load(pages: dict[str, Json]) -> None:
    """Read a scenario and its trial as the room does. Raises ScenarioError."""
    scenario = parse(pages["scenario"], pages["words"], "en", LIBRARY.read("customer.yml"))
    trial.parse(pages["trial"], "en", scenario)


@pytest.fixture
def pages() -> dict[str, Json]:
    """A scenario in one language that a test may spoil."""
    logic, words = LIBRARY.pages("late-refund", "en")
    script = LIBRARY.trial("late-refund", "en")
    return copy.deepcopy({"scenario": dict(logic), "words": dict(words), "trial": dict(script)})


def test_no_file_of_a_scenario_is_left_out() -> None:
    assert sorted(path for _, path in FILES) == sorted(DATA.glob("scenarios/*/*.yml"))
    assert len(FILES) == len(LIBRARY.slugs()) * (1 + 3 * len(LANGS))


@pytest.mark.parametrize(("kind", "path"), FILES, ids=lambda each: getattr(each, "name", each))
def test_every_file_names_its_schema_and_keeps_to_it(kind: str, path: Path) -> None:
    first, _ = path.read_text(encoding="utf-8").split("\n", 1)
    assert first == f"# yaml-language-server: $schema=../../schemas/{kind}.schema.json"
    assert faults(kind, LIBRARY.read(path)) == []


@pytest.mark.parametrize("kind", PATTERNS)
def test_the_schemas_are_schemas(kind: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[kind])


def keys(schema: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """Every key an author may write, with what is said of it."""
    for name, each in schema.get("properties", {}).items():
        yield f"{path}.{name}", each
        yield from keys(each, f"{path}.{name}")
    if isinstance(each := schema.get("additionalProperties"), dict):
        yield f"{path}.*", each
        yield from keys(each, f"{path}.*")
    for name, each in schema.get("definitions", {}).items():
        yield from keys(each, f"{path}.{name}")


@pytest.mark.parametrize("kind", PATTERNS)
def test_every_key_is_described_in_one_sentence(kind: str) -> None:
    described = {path: each.get("description", "") for path, each in [("", SCHEMAS[kind]), *keys(SCHEMAS[kind])]}
    assert len(described) > 5
    sentence = re.compile(r"[A-Z](?:(?![.!?] [A-Z]).)*\.")
    assert [path for path, text in described.items() if not sentence.fullmatch(text)] == []


ENUMS: list[tuple[str, str, Collection[str]]] = [
    ("scenario", "properties.trade.enum", TRADES),
    ("scenario", "properties.kinds.items.enum", KINDS),
    ("scenario", "properties.difficulties.items.enum", DIFFICULTIES),
    ("scenario", "properties.solutions.additionalProperties.properties.grants.enum", GRANTS),
    ("scenario", "properties.doubts.additionalProperties.properties.settled_by.items.enum", ACTS),
    ("scenario", "definitions.need.enum", get_args(Need)),
    ("scenario", "definitions.skill.enum", SKILLS),
]
NAMES: list[tuple[str, str, Collection[str]]] = [
    ("scenario", "properties.persona.properties.start.properties", FEELINGS),
    ("scenario", "properties.persona.properties.start.required", FEELINGS),
    ("scenario", "properties.persona.properties.sensitivities.properties", FEELINGS),
    ("scenario", "properties.moments.additionalProperties.properties.start.properties", FEELINGS),
    ("words", "properties.bands.properties", BANDS),
    ("words", "properties.lines.properties", SPEECHES),
    ("words", "definitions.lines.properties", ("any", *BANDS)),
    ("words", "properties.hints.properties", HINTS),
    ("words", "properties.hints.required", HINTS),
    ("examples", "properties", (*topics.KINDS, topics.UNKNOWN, topics.NEITHER)),
    ("trial", "properties.agents.properties", trial.AGENTS),
    ("trial", "properties.agents.required", trial.AGENTS),
    ("trial", "definitions.guided.properties", (*trial.KINDS, "doubts", "limit")),
]


@pytest.mark.parametrize(("kind", "path", "names"), [*ENUMS, *NAMES])
def test_the_names_are_those_of_the_code(kind: str, path: str, names: Collection[str]) -> None:
    assert sorted(at(SCHEMAS[kind], path)) == sorted(names)


def test_no_other_names_are_listed() -> None:
    def enums(part: object, path: str) -> Iterator[str]:
        entries = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
        for key, each in entries:
            yield from [f"{path}.{key}"] if key == "enum" else enums(each, f"{path}.{key}")

    found = {path for kind, schema in SCHEMAS.items() for path in enums(schema, kind)}
    assert found == {f"{kind}.{path}" for kind, path, _ in ENUMS}


def test_as_much_is_asked_for_as_in_the_code() -> None:
    words, guided = SCHEMAS["words"]["properties"], SCHEMAS["trial"]["definitions"]["guided"]["properties"]
    asked = {kind: words[kind]["additionalProperties"]["properties"]["examples"]["minItems"] for kind in EXAMPLES}
    assert asked == EXAMPLES
    assert {kind: guided[kind]["minItems"] for kind in trial.KINDS} == trial.KINDS
    assert at(SCHEMAS["trial"], "definitions.unguided.properties.say.minItems") == trial.SAY
    agents = SCHEMAS["trial"]["properties"]["agents"]["properties"]
    assert tuple(name for name in agents if agents[name]["$ref"].endswith("/guided")) == trial.GUIDED


FEELS = {"anger": 50, "anxiety": 50, "trust": 50, "patience": 50, "effort": 50}
SPOILT: list[tuple[str, str, object]] = [
    ("scenario", "slug", 12),
    ("scenario", "slug", " "),
    ("scenario", "version", 0),
    ("scenario", "version", 10_001),
    ("scenario", "versoin", 2),
    ("scenario", "trade", "bakery"),
    ("scenario", "kinds", ["kind"]),
    ("scenario", "skills", []),
    ("scenario", "skills", ["own", "own"]),
    ("scenario", "skills", "own"),
    ("scenario", "minutes", 61),
    ("scenario", "minutes", True),
    ("scenario", "minutes", GONE),
    ("scenario", "need", "tepid"),
    ("scenario", "shift", {"need": "warm"}),
    ("scenario", "difficulties", ["easy"]),
    ("scenario", "grid", GONE),
    ("scenario", "persona.sensitivities", GONE),
    ("scenario", "persona.sensitivities.trust", 0.1),
    ("scenario", "persona.sensitivities.joy", 1),
    ("scenario", "persona.start.trust", GONE),
    ("scenario", "persona.start.anger", 101),
    ("scenario", "facts", None),
    ("scenario", "facts.*.opens", True),
    ("scenario", "solutions", GONE),
    ("scenario", "solutions", {}),
    ("scenario", "solutions.*.grants", "gift"),
    ("scenario", "solutions.*.needs", "order_number"),
    ("scenario", "doubts.*.settled_by", ["smile"]),
    ("scenario", "moments.*.trains", GONE),
    ("scenario", "moments.*.replies", 4),
    ("scenario", "moments.*.start", {**FEELS, "anger": -1}),
    ("scenario", "moments.*.told", None),
    ("words", "title", GONE),
    ("words", "title", "  "),
    ("words", "title", 12),
    ("words", "title", "Open {name"),
    ("words", "title", "Close }, then {name}"),
    ("words", "subtitle", "No"),
    ("words", "brief.may_grant", []),
    ("words", "brief.knows", ["Twice", "Twice"]),
    ("words", "brief.constraint", " "),
    ("words", "facts.*.label", None),
    ("words", "facts.*.value", ""),
    ("words", "facts.*.cues", ["number"]),
    ("words", "facts.*.examples", ["1", "2", "3", "4", "5"]),
    ("words", "facts.*.says", []),
    ("words", "facts.*.again", GONE),
    ("words", "solutions", GONE),
    ("words", "solutions.*.examples", ["1", "2", "3", "4", "5"]),
    ("words", "solutions.*.accept", "Yes"),
    ("words", "doubts.*.examples", ["1", "2", "3", "4"]),
    ("words", "doubts.*.asks", ["When?"]),
    ("words", "unknown.examples", ["1", "2", "3"]),
    ("words", "unknown.says", ["No idea."]),
    ("words", "lines.press", GONE),
    ("words", "lines.shout", ["Hey!"]),
    ("words", "lines.open", ["One", "Two"]),
    ("words", "lines.open", {"any": ["One", "Two"]}),
    ("words", "lines.open", {"any": ["One"], "tense": ["Two"]}),
    ("words", "lines.open", {"any": ["One", "Two", "Three"], "tense": []}),
    ("words", "lines.open", {}),
    ("words", "lines.soften", []),
    ("words", "lines.soften", "Ah."),
    ("words", "lines.soften", {"bored": ["Ah."]}),
    ("words", "bands", {"bored": "Bored"}),
    ("words", "hints.closing", GONE),
    ("words", "model.weak.customer", GONE),
    ("words", "model.fair", {"customer": "A", "reply": "B", "why": "C"}),
    ("words", "moments.*.line", GONE),
    ("words", "moments.*.strong.why", ""),
    ("trial", "agents", GONE),
    ("trial", "notes", "No"),
    ("trial", "agents.gaming", GONE),
    ("trial", "agents.gaming.say", ["1", "2", "3", "4", "5"]),
    ("trial", "agents.gaming.hear", ["1", "2"]),
    ("trial", "agents.kind", {"say": ["1", "2", "3", "4", "5", "6"]}),
    ("trial", "agents.decent.hear", ["1"]),
    ("trial", "agents.decent.propose", ["1", "1"]),
    ("trial", "agents.cold.close", []),
    ("trial", "agents.cold.say", ["1"]),
    ("trial", "agents.excellent.doubts.*", []),
]


@pytest.mark.parametrize(("kind", "path", "value"), SPOILT)
def test_what_the_loader_refuses_is_refused(kind: str, path: str, value: object, pages: dict[str, Json]) -> None:
    load(pages)
    put(pages, kind, path, value)
    with pytest.raises(ScenarioError, match=f"'{path.partition('.')[0]}"):
        load(pages)
    assert faults(kind, pages[kind])


def test_some_solution_must_be_full(pages: dict[str, Json]) -> None:
    for name, solution in pages["scenario"]["solutions"].items():
        solution["grants"] = "trap"
        pages["words"]["solutions"][name].setdefault("refuse", ["No, thank you."])
    with pytest.raises(ScenarioError, match="nothing the customer would accept"):
        load(pages)
    assert faults("scenario", pages["scenario"])


FINE: list[tuple[str, str, object]] = [
    ("scenario", "author", GONE),
    ("scenario", "kinds", []),
    ("scenario", "persona.sensitivities", {}),
    ("scenario", "persona.sensitivities", {"trust": 0.2, "effort": 3}),
    ("scenario", "facts.*", {}),
    ("scenario", "doubts.*", {}),
    ("scenario", "moments.*.start", {"anger": 100}),
    ("words", "title", "For {name}, {{almost}} on time"),
    ("words", "title", "A lone } is a brace"),
    ("words", "brief.constraint", ""),
    ("words", "unknown.examples", ["{", "{nobody}", "}", "{}"]),
    ("words", "lines.open", ["One", "Two", "Three"]),
    ("words", "lines.open", {"any": ["One", "Two", "Three"]}),
    ("words", "lines.open", {"any": ["One"], "tense": ["Two", "Three"]}),
    ("words", "lines.open", {"any": ["One"], "tense": ["One"], "angry": ["One"]}),
    ("words", "lines.soften", {}),
    ("words", "bands", {"anxious": "Embarrassed"}),
    ("words", "moments.*.weak.customer", "And now?"),
    ("trial", "paraphrases", GONE),
]


@pytest.mark.parametrize(("kind", "path", "value"), FINE)
def test_what_the_loader_takes_is_taken(kind: str, path: str, value: object, pages: dict[str, Json]) -> None:
    put(pages, kind, path, value)
    load(pages)
    assert faults(kind, pages[kind]) == []


@pytest.mark.parametrize(
    "page",
    [
        {"nether": ["Hello."]},
        {"facts": ["Which?"]},
        {"facts": {"amount": "How much?"}},
        {"unknown": [" "]},
        {"neither": [1]},
    ],
)
def test_more_examples_are_lists_of_words(page: Json) -> None:
    assert faults("examples", page)
    assert faults("trial", {**LIBRARY.trial("late-refund", "en"), "paraphrases": page})
