"""The one entry point of perception: a reply in its context → an assessment. Rasa and the command line both use it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from spacy.tokens import Doc

from nlu import combiner, strategies
from nlu.combiner import Rules
from nlu.contract import Assessment, Context, Lang
from nlu.pipeline import Pipeline
from nlu.strategies import avoid, facts
from nlu.strategies.spans import Scene

NO_MODEL = "none"


class Reading(Protocol):
    """One inference: a distribution per head the model has, and the unit vector of the sentence."""

    @property
    def groups(self) -> dict[str, dict[str, float]]: ...
    @property
    def vector(self) -> tuple[float, ...]: ...


class Reader(Protocol):
    """Anything that reads a text as `nlu.encoder` does."""

    @property
    def version(self) -> str: ...
    def read(self, text: str) -> Reading: ...


class Scorer:
    """Assesses replies. `reader` may be None: the markers then judge alone."""

    def __init__(self, pipeline: Pipeline, reader: Reader | None, rules: Rules, versions: dict[str, str]) -> None:
        self._pipeline = pipeline
        self._reader = reader
        self._rules = rules
        self.versions = versions | {"model": reader.version if reader else NO_MODEL}
        self._customer = lru_cache(maxsize=256)(self._pipeline)

    def assess(self, text: str, context: Context, doc: Doc | None = None, reading: Reading | None = None) -> Assessment:
        """Assess `text`, any Unicode string of up to `MAX_TEXT` characters. Offsets index `text` as given.

        Whoever has read the text already (Rasa's components, one by one) hands over `doc` and `reading`.
        """
        lang = self.language(text, context)
        doc = doc if doc is not None and doc.lang_ == lang else self._pipeline(text, lang)
        scene = Scene(self._customer(context.customer, lang), context.need, context.phase)
        reading = reading or self.read(text)
        return combiner.combine(
            markers=strategies.markers(doc, scene),
            reading=reading,
            facts=facts.measure(doc, scene, lang),
            context=context,
            rules=self._rules,
            wording=avoid.wordings(doc, scene, text),
            versions=self.versions,
        )

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
        "rules": digest([root / "data" / "combiner.yml", here / "combiner.py", *sorted(here.glob("strategies/*.py"))]),
    }
    return Scorer(Pipeline(root), reader, Rules.load(root / "data" / "combiner.yml"), versions)


def digest(paths: Iterable[Path]) -> str:
    """Twelve hexadecimal digits that change when any of the files does."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:12]
