"""The one entry point of perception: a reply in its context → an assessment. Rasa and the command line both use it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from spacy.tokens import Doc

from nlu import combiner, grounds, strategies, suggestions
from nlu.combiner import Facts, Rules
from nlu.contract import LANGS, Assessment, Context, Lang, Marker, Wording
from nlu.pipeline import Pipeline
from nlu.strategies import avoid, facts
from nlu.strategies.lexicon import read_yaml
from nlu.strategies.spans import Scene, place, sentences

NO_MODEL = "none"


class Reading(Protocol):
    """One inference: a distribution per head the model has, the unit vector of the text, and that of any part."""

    @property
    def groups(self) -> dict[str, dict[str, float]]: ...
    @property
    def vector(self) -> tuple[float, ...]: ...
    def part(self, start: int, end: int) -> tuple[float, ...] | None: ...


class Reader(Protocol):
    """Anything that reads a text as `nlu.encoder` does."""

    @property
    def version(self) -> str: ...
    @property
    def average(self) -> tuple[float, ...]: ...
    def read(self, text: str) -> Reading: ...


@dataclass(frozen=True)
class Perception:
    """What was found in one reply: markers, measures, words to avoid, its sentences, and the model's reading."""

    markers: tuple[Marker, ...]
    facts: Facts
    wording: tuple[Wording, ...]
    sentences: tuple[tuple[int, int], ...]
    reading: Reading | None


class Scorer:
    """Assesses replies. `reader` may be None: the markers then judge alone."""

    def __init__(
        self,
        pipeline: Pipeline,
        reader: Reader | None,
        rules: Rules,
        versions: dict[str, str],
        words: Mapping[Lang, Mapping[str, Any]],
    ) -> None:
        self._words = words
        self._pipeline = pipeline
        self._reader = reader
        self._rules = rules
        self.versions = versions | {"model": reader.version if reader else NO_MODEL}
        self._customer = lru_cache(maxsize=256)(self._pipeline)
        self._heard = lru_cache(maxsize=256)(self._vector)

    def assess(self, text: str, context: Context, doc: Doc | None = None, reading: Reading | None = None) -> Assessment:
        """Assess `text`, any Unicode string of up to `MAX_TEXT` characters. Offsets index `text` as given.

        Whoever has read the text already (Rasa's components, one by one) hands over `doc` and `reading`.
        """
        seen = self.perceive(text, context, doc, reading)
        found = combiner.combine(
            seen.markers, seen.reading, seen.facts, context, self._rules, seen.wording, self.versions
        )
        return replace(found, judged=grounds.judged(found, seen.sentences, self._rules))

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
        reading = reading or self.read(text)
        scene = self._scene(context, lang, reading)
        return Perception(
            markers=strategies.markers(doc, scene),
            facts=facts.measure(doc, scene, lang),
            wording=avoid.wordings(doc, scene, text),
            sentences=tuple(place(doc, sentence.start, sentence.end) for sentence in sentences(doc)),
            reading=reading,
        )

    def _scene(self, context: Context, lang: Lang, reading: Reading | None) -> Scene:
        """What surrounds the reply. The customer's line is read by the model once, however many replies answer it."""
        customer = self._customer(context.customer, lang)
        if reading is None or self._reader is None or not context.customer.strip():
            return Scene(customer, context.need, context.phase)
        theirs = self._heard(context.customer)
        near = cosine(reading.vector, theirs)

        def closeness(start: int, end: int) -> float | None:
            part = reading.part(start, end)
            return cosine(part, theirs) if part else None

        special = near - cosine(reading.vector, self._reader.average)
        return Scene(customer, context.need, context.phase, near, special, closeness)

    def _vector(self, text: str) -> tuple[float, ...]:
        assert self._reader is not None
        return self._reader.read(text).vector

    def language(self, text: str, context: Context) -> Lang:
        """The language of the reply; when it does not tell, the one asked for, or else the customer's."""
        default = context.lang or self._pipeline.detect(context.customer)
        return self._pipeline.detect(text, default)

    def read(self, text: str) -> Reading | None:
        """What the model says of `text`; None without a model, or without words."""
        return self._reader.read(text) if self._reader and text.strip() else None

    def document(self, text: str, lang: Lang) -> Doc:
        """What spaCy sees, for those who build further on it."""
        return self._pipeline(text, lang)


def load(root: Path, reader: Reader | None = None, model: bool = True, sentiment: str = "") -> Scorer:
    """Compose a scorer from a project's `data/`, with `reader`, or else the encoder that ships when `model` is true.

    `sentiment` names another model for the sentiment group (the setting SENTIMENT_MODEL).
    Raises ValueError when a lexicon or `combiner.yml` is wrong, EncoderError when the model's folder is.
    """
    if reader is None and model:
        # Loading TensorFlow takes seconds and memory: only those who want the model pay for it.
        from nlu import encoder

        reader = encoder.load(sentiment=sentiment)
    here = Path(__file__).parent
    versions = {
        "lexicons": digest(sorted((root / "data" / "lexicons").glob("*/*.yml"))),
        "rules": digest(
            [
                root / "data" / "combiner.yml",
                root / "data" / "calibration.yml",
                here / "combiner.py",
                *sorted(here.glob("strategies/*.py")),
            ]
        ),
    }
    words = {lang: read_yaml(root / "data" / "suggestions" / f"{lang}.yml") for lang in LANGS}
    return Scorer(Pipeline(root), reader, Rules.load(root / "data" / "combiner.yml"), versions, words)


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """The cosine (−1 to 1) of two unit vectors; 0 when either is empty."""
    return math.fsum(a * b for a, b in zip(one, other, strict=False))


def digest(paths: Iterable[Path]) -> str:
    """Twelve hexadecimal digits that change when any of the files does."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:12]
