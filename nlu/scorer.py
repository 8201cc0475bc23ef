"""The one entry point of perception: a reply in its context → an assessment. Rasa and the command line both use it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from spacy.tokens import Doc

from nlu import combiner, grounds, strategies, suggestions, topics
from nlu.bag import Bag
from nlu.clauses import cut
from nlu.combiner import SILENCE, Facts, Groups, Heard, Rules
from nlu.contract import LANGS, Assessment, Context, Lang, Marker, Topics, Wording
from nlu.pipeline import Pipeline
from nlu.spelling import written_out
from nlu.strategies import avoid, facts
from nlu.strategies.lexicon import read_yaml
from nlu.strategies.spans import Scene, place, sentences
from nlu.topics import Book, Speech, Unit, Vectors

NO_MODEL = "none"
Place = tuple[int, int]
Text = str | tuple[str, ...]
"""A text, or the clauses that make it up."""


class Reading(Protocol):
    """One inference: a distribution per head the model has, the unit vector and the deep vectors, of the text and of
    some parts of it."""

    @property
    def groups(self) -> dict[str, dict[str, float]]: ...
    @property
    def vector(self) -> tuple[float, ...]: ...
    @property
    def parts(self) -> Mapping[Place, Reading]: ...
    @property
    def deep(self) -> Vectors: ...


class Reader(Protocol):
    """Anything that reads a text as `nlu.encoder` does."""

    @property
    def version(self) -> str: ...
    @property
    def average(self) -> tuple[float, ...]: ...
    def read(self, text: Text, parts: Mapping[Place, Text] = ...) -> Reading: ...
    def embed(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(frozen=True)
class Perception:
    """What was found in one reply: markers, measures, words to avoid, its sentences, and what the models say of it."""

    markers: tuple[Marker, ...]
    facts: Facts
    wording: tuple[Wording, ...]
    sentences: tuple[Place, ...]
    reading: Reading | None
    words: Groups = field(default_factory=dict)
    doc: Doc | None = None

    @property
    def told(self) -> dict[Place, Reading]:
        """Each sentence as the model reads it by itself; empty without a model, or in a reply too long for that."""
        return told(self.sentences, self.reading)

    @property
    def heard(self) -> Heard:
        """All that the models say."""
        if self.reading is None:
            return SILENCE
        return Heard(self.reading.groups, {place: part.groups for place, part in self.told.items()}, self.words)


class Scorer:
    """Assesses replies. `reader` may be None: the markers then judge alone."""

    def __init__(
        self,
        pipeline: Pipeline,
        reader: Reader | None,
        bag: Bag | None,
        rules: Rules,
        versions: dict[str, str],
        words: Mapping[Lang, Mapping[str, Any]],
        speech: Mapping[Lang, Speech],
    ) -> None:
        self._words = words
        self._speech = speech
        self._pipeline = pipeline
        self._reader = reader
        self._bag = bag
        self._rules = rules
        model = "+".join(each.version for each in (reader, bag) if each is not None)
        self.versions = versions | {"model": model or NO_MODEL}
        self._customer = lru_cache(maxsize=256)(self._pipeline)
        self._heard = lru_cache(maxsize=256)(self._vector)

    def assess(
        self,
        text: str,
        context: Context,
        doc: Doc | None = None,
        reading: Reading | None = None,
        book: Book | None = None,
    ) -> Assessment:
        """Assess `text`, any Unicode string of up to `MAX_TEXT` characters. Offsets index `text` as given.

        Whoever has read the text already (Rasa's components, one by one) hands over `doc` and `reading`. With the
        `book` of a scenario, the topics are told too.
        """
        seen = self.perceive(text, context, doc, reading)
        found = self.weigh(seen, context)
        if book is None or seen.doc is None:
            return found
        return replace(found, topics=self.topics(text, seen.doc, seen.reading, book))

    def weigh(self, seen: Perception, context: Context) -> Assessment:
        """What all that was found in a reply comes to."""
        heard = seen.heard
        found = combiner.combine(seen.markers, heard, seen.facts, context, self._rules, seen.wording, self.versions)
        return replace(found, judged=grounds.judged(found, seen.sentences, heard.parts, self._rules))

    def suggest(self, text: str, context: Context, assessment: Assessment) -> Assessment:
        """`assessment`, of this `text`, with the edits that score higher when the whole reply is scored again.

        Each costs one more inference. An edit that would bring in another fault is not kept either.
        """
        kept = []
        for edit in suggestions.propose(text, assessment, context, self._words[assessment.lang]):
            again = self.assess(edit.text, context)
            faults = {*again.hostility, *again.red_flags} - {*assessment.hostility, *assessment.red_flags}
            if again.score > assessment.score and not faults:
                kept.append(replace(edit, score=again.score))
        return replace(assessment, suggestions=tuple(kept))

    def perceive(
        self, text: str, context: Context, doc: Doc | None = None, reading: Reading | None = None
    ) -> Perception:
        """All that is found in `text`, before it is weighed."""
        lang = self.language(text, context)
        doc = doc if doc is not None and doc.lang_ == lang else self._pipeline(text, lang)
        reading = reading or self.read(text, doc)
        places = _places(doc)
        scene = self._scene(context, lang, reading, told(places, reading))
        return Perception(
            markers=strategies.markers(doc, scene),
            facts=facts.measure(doc, scene, lang),
            wording=avoid.wordings(doc, scene, text),
            doc=doc,
            sentences=places,
            reading=reading,
            words=self._bag.read(written_out(text, self._pipeline.short[lang])) if self._bag and reading else {},
        )

    def _scene(self, context: Context, lang: Lang, reading: Reading | None, told: Mapping[Place, Reading]) -> Scene:
        """What surrounds the reply. The customer's line is read by the model once, however many replies answer it."""
        customer = self._customer(context.customer, lang)
        if reading is None or self._reader is None or not context.customer.strip():
            return Scene(customer, context.need, context.phase)
        theirs = self._heard(context.customer)
        near = cosine(reading.vector, theirs)
        closeness = {place: cosine(part.vector, theirs) for place, part in told.items()}
        special = near - cosine(reading.vector, self._reader.average)
        return Scene(customer, context.need, context.phase, near, special, closeness)

    def _vector(self, text: str) -> tuple[float, ...]:
        assert self._reader is not None
        return self._reader.read(text).vector

    def language(self, text: str, context: Context) -> Lang:
        """The language of the reply; when it does not tell, the one asked for, or else the customer's."""
        default = context.lang or self._pipeline.detect(context.customer)
        return self._pipeline.detect(text, default)

    def read(self, text: str, doc: Doc | None = None) -> Reading | None:
        """What the model says of `text`, and of each sentence of `doc`; None without a model, or without words."""
        if self._reader is None or not text.strip():
            return None
        if doc is None:
            return self._reader.read(text)
        clauses = self._clauses(text, doc)
        if len(clauses) == 1:
            return self._reader.read(next(iter(clauses.values())))
        return self._reader.read(written_out(text, self._pipeline.short[doc.lang_]), clauses)

    def learn(self, folder: Path, kept: Path | None = None) -> Book | None:
        """The classifier of the scenario in `folder`, learnt from its examples; None without a model.

        In the folder `kept`, what was learnt is kept from one time to the next: a scenario takes seconds to learn.
        """
        reader = self._reader
        if reader is None:
            return None
        found = topics.examples(topics.pages(folder), [text for each in self._speech.values() for text in each.neither])

        def learn() -> Book:
            return topics.learn(found, reader.embed([example.text for example in found]))

        return topics.recall(kept, folder.name, found, reader.version, learn) if kept else learn()

    def topics(self, text: str, doc: Doc, reading: Reading | None, book: Book) -> Topics:
        """What `text` asks for, offers and answers in the scenario of `book`; nothing without a model."""
        clauses = self._clauses(text, doc)
        parts = told(tuple(clauses), reading)
        units = (Unit(clauses[place], part.deep) for place, part in parts.items())
        return topics.hear(units, book, self._speech[doc.lang_])

    def _clauses(self, text: str, doc: Doc) -> dict[Place, tuple[str, ...]]:
        """The clauses of each sentence, by its place, abbreviations written out; an only sentence is the whole text."""
        short, turns, places = self._pipeline.short[doc.lang_], self._speech[doc.lang_].turns, _places(doc)
        spans = {place: slice(*place) if len(places) > 1 else slice(None) for place in places}
        return {place: cut(written_out(text[span], short), turns) for place, span in spans.items()}

    def document(self, text: str, lang: Lang) -> Doc:
        """What spaCy sees, for those who build further on it."""
        return self._pipeline(text, lang)


def load(
    root: Path,
    reader: Reader | None = None,
    bag: Bag | None = None,
    model: bool = True,
    sentiment: str = "",
    scales: bool = True,
) -> Scorer:
    """Compose a scorer from a project's `data/`, with `reader` and `bag`, or else those that ship when `model` is true.

    `sentiment` names another model for the sentiment group (the setting SENTIMENT_MODEL). Without `scales`, which are
    fitted on what a scorer perceives, it can perceive but not weigh.
    Raises ValueError when a lexicon or `combiner.yml` is wrong, EncoderError when the model's folder is.
    """
    if reader is None and model:
        # Loading TensorFlow takes seconds and memory: only those who want the model pay for it.
        from nlu import encoder

        reader = encoder.load(sentiment=sentiment)
    if bag is None and model:
        bag = Bag.load()
    here = Path(__file__).parent
    versions = {
        "lexicons": digest(sorted((root / "data" / "lexicons").glob("*/*.yml"))),
        "rules": digest(
            [
                root / "data" / "combiner.yml",
                *([root / "data" / "calibration.yml"] if scales else []),
                here / "combiner.py",
                *sorted(here.glob("strategies/*.py")),
            ]
        ),
    }
    words = {lang: read_yaml(root / "data" / "suggestions" / f"{lang}.yml") for lang in LANGS}
    speech = topics.speeches(read_yaml(root / "data" / "topics.yml"))
    rules = Rules.load(root / "data" / "combiner.yml", scales)
    return Scorer(Pipeline(root), reader, bag, rules, versions, words, speech)


def told(places: Sequence[Place], reading: Reading | None) -> dict[Place, Reading]:
    """The reading of each of a reply's sentences; an only sentence is what the whole says."""
    if reading is not None and len(places) == 1:
        return {places[0]: reading}
    return {place: reading.parts[place] for place in places if place in reading.parts} if reading else {}


def _places(doc: Doc) -> tuple[Place, ...]:
    """Where its sentences stand in the text as typed."""
    return tuple(place(doc, sentence.start, sentence.end) for sentence in sentences(doc))


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """The cosine (−1 to 1) of two unit vectors; 0 when either is empty."""
    return math.fsum(a * b for a, b in zip(one, other, strict=False))


def digest(paths: Iterable[Path]) -> str:
    """Twelve hexadecimal digits that change when any of the files does."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:12]
