"""What a reply asks for, offers and answers: its clauses held against the examples of the scenario being played.

Each scenario has its own classifier: ridge regression (Hoerl & Kennard 1970), one column per topic and one for
everything else, over the deep vectors of the encoder. It is learnt in seconds from a few ways to say each thing, in
both languages at once since the encoder puts them in one space; a clause may belong to no topic, a reply to several.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.clauses import phrase, words
from nlu.contract import LANGS, Lang, Topics
from nlu.strategies.lexicon import read_yaml

Vectors = npt.NDArray[np.float32]
KINDS = ("facts", "solutions", "doubts")
"""The parts of a scenario that hold topics, each with `examples`."""
UNKNOWN = "unknown"
NEITHER = "neither"
"""The topic of what asks for nothing and offers nothing."""

OWN = ("open", "vent", "press")
"""The customer's lines that tell its trouble."""
_SLOT = re.compile(r"\{\w+\}")

RIDGE = 0.1
"""Weight of the penalty: vectors are of length 1, and 0.03 and 0.3 do about as well."""
SURE = 0.35
"""A score from which a topic counts: 1 is what an example of it would ideally get, 0 everything else."""
STATED = 0.60
"""A score from which a fact is asked for by a sentence that has nothing of a question (« Je n’ai pas votre nom. »)."""
DOUBTFUL = 0.20
"""A score from which something was meant, without our being sure what."""


@dataclass(frozen=True)
class Example:
    """One way to say it. `topic` is `facts.<id>`, `solutions.<id>`, `doubts.<id>`, UNKNOWN or NEITHER."""

    text: str
    topic: str


@dataclass(frozen=True)
class Unit:
    """One sentence of a reply: its clauses, and the deep vectors of the whole, then of each if there are several."""

    clauses: tuple[str, ...]
    deep: Vectors

    @property
    def rows(self) -> Iterator[tuple[str, Vectors]]:
        """Each clause, with the mean of its own vector and the sentence's: a fragment alone is like too many things."""
        rows = (self.deep[1:] + self.deep[0]) / 2 if len(self.deep) > 1 else self.deep
        return zip(self.clauses, rows, strict=False)


@dataclass(frozen=True)
class Book:
    """The classifier of one scenario: `score = vector @ weights + bias`, a column per topic."""

    topics: tuple[str, ...]
    weights: Vectors
    bias: Vectors

    def scores(self, vector: Vectors) -> dict[str, float]:
        """How much a clause is about each topic: about 1 for an example of it, about 0 for the others."""
        return dict(zip(self.topics, (vector @ self.weights + self.bias).tolist(), strict=True))


def learn(examples: Sequence[Example], vectors: Vectors) -> Book:
    """The classifier of these examples, whose vectors are the rows of `vectors` (n × d, n ≥ 1).

    The dual form: as many unknowns as there are examples, which are fewer than dimensions.
    """
    topics = tuple(dict.fromkeys(example.topic for example in examples))
    wanted = np.array([[float(example.topic == topic) for topic in topics] for example in examples])
    mean = wanted.mean(axis=0)
    kernel = vectors.astype(np.float64) @ vectors.T
    dual = np.linalg.solve(kernel + RIDGE * np.eye(len(examples)), wanted - mean)
    return Book(topics, (vectors.T @ dual).astype(np.float32), mean.astype(np.float32))


@dataclass(frozen=True)
class Speech:
    """What tells a denial in one language, and what agents say that is about nothing in particular."""

    requests: tuple[list[str], ...]
    turns: frozenset[str]
    negations: frozenset[str]
    idioms: tuple[list[str], ...]
    neither: tuple[str, ...]

    def asks(self, sentence: str) -> bool:
        """Whether the sentence asks for something: by its mark, or by the words of a request."""
        return "?" in sentence or any(True for _ in phrase(words(sentence), self.requests))

    def denies(self, clause: str) -> bool:
        """Whether the clause denies something. An idiom (« n'hésitez pas », "no problem") denies nothing."""
        found = words(clause)
        harmless = {place for span in phrase(found, self.idioms) for place in span}
        return any(word in self.negations and place not in harmless for place, word in enumerate(found))


def speeches(entries: Mapping[str, Any]) -> dict[Lang, Speech]:
    """Read `topics.yml`."""
    return {
        lang: Speech(
            tuple(words(request) for request in entries[lang]["requests"]),
            frozenset(entries[lang]["turns"]),
            frozenset(entries[lang]["negations"]),
            tuple(words(idiom) for idiom in entries[lang]["idioms"]),
            tuple(entries[lang]["neither"]),
        )
        for lang in LANGS
    }


def examples(pages: Iterable[Mapping[str, Any]], neither: Iterable[str] = ()) -> list[Example]:
    """Every example in the pages of one scenario (`fr.yml`, `en.yml` and what stands beside them), none twice."""
    found = [Example(text, NEITHER) for text in neither]
    for page in pages:
        for kind in KINDS:
            for name, block in (page.get(kind) or {}).items():
                said = block.get("examples", ()) if isinstance(block, Mapping) else block
                found += [Example(text, f"{kind}.{name}") for text in said]
        for kind in (UNKNOWN, NEITHER):
            block = page.get(kind) or ()
            said = block.get("examples", ()) if isinstance(block, Mapping) else block
            found += [Example(text, kind) for text in said]
        found += [Example(_SLOT.sub("", text), NEITHER) for text in _own(page)]
    return list({example.text: example for example in found}.values())


def _own(page: Mapping[str, Any]) -> Iterator[str]:
    """What the customer says of its trouble: an agent who says it back asks for nothing and offers nothing."""
    lines = page.get("lines") or {}
    for kind in OWN:
        block = lines.get(kind) or ()
        yield from (text for some in block.values() for text in some) if isinstance(block, Mapping) else block
    for fact in (page.get("facts") or {}).values():
        yield from fact.get("says", ()) if isinstance(fact, Mapping) else ()


def pages(folder: Path) -> list[Mapping[str, Any]]:
    """The words of the scenario in `folder`, and what stands beside them: more examples, in either language."""
    names = [name for lang in LANGS for name in (f"{lang}.yml", f"examples.{lang}.yml")]
    return [read_yaml(folder / name) for name in names if (folder / name).exists()]


def folders(root: Path, own: str = "") -> list[Path]:
    """Where the scenarios lie: under `root`/scenarios, and in a folder of one's own, which wins over a same name."""
    shelves = [root / "scenarios", *([Path(own)] if own else [])]
    return list(
        {page.parent.name: page.parent for shelf in shelves for page in sorted(shelf.glob("*/scenario.yml"))}.values()
    )


def digest(scenarios: Iterable[Path]) -> str:
    """Sixteen hexadecimal digits that change when any example does, or any scenario comes or goes."""
    total = hashlib.sha256()
    for folder in scenarios:
        total.update(f"{folder.name}\0{_digest(examples(pages(folder)))}\0".encode())
    return total.hexdigest()[:16]


def _digest(found: Iterable[Example]) -> str:
    plain = "".join(f"{example.topic}\0{example.text}\0" for example in found)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def recall(kept: Path, slug: str, found: Sequence[Example], version: str, learn: Callable[[], Book]) -> Book:
    """What was learnt of these examples with this version of the encoder, else `learn`, kept for the next time."""
    path = kept / f"{slug}.{_digest(found)}.{version}.{RIDGE}.npz"
    if not path.exists():
        kept.mkdir(parents=True, exist_ok=True)
        for old in kept.glob(f"{slug}.*.npz"):
            old.unlink()
        made = path.with_suffix(f".{os.getpid()}")
        Shelf({slug: learn()}).save(made)
        made.replace(path)  # whole or not at all, whatever stops us on the way
    return Shelf.load(path).books[slug]


@dataclass
class _Heard:
    """The topics of one reply, as they are found."""

    found: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in (*KINDS, "declined")})
    unknown: bool = False
    doubtful: bool = False
    near: bool = False


def hear(units: Iterable[Unit], book: Book, speech: Speech) -> Topics:
    """What a reply is about, clause by clause; a solution in a clause that denies is declined.

    « Je ne peux pas vous rembourser, mais je vous offre un avoir » declines the refund and proposes the voucher.
    """
    heard = _Heard()
    for unit in units:
        sure, asks = False, speech.asks("".join(unit.clauses))
        for clause, vector in unit.rows:
            sure |= _note(clause, asks, book.scores(vector), heard, speech)
        if not sure and len(unit.deep) > 1:
            _note("".join(unit.clauses), asks, book.scores(unit.deep[0]), heard, speech)
    kept = {kind: tuple(dict.fromkeys(names)) for kind, names in heard.found.items()}
    told = any(kept.values()) or heard.unknown
    return Topics(
        asked=kept["facts"],
        proposed=kept["solutions"],
        declined=tuple(name for name in kept["declined"] if name not in kept["solutions"]),
        settled=kept["doubts"],
        unknown=heard.unknown and not kept["facts"],
        unsure=heard.doubtful and not told,
        near=heard.near or told,
    )


def _note(clause: str, asks: bool, scores: Mapping[str, float], heard: _Heard, speech: Speech) -> bool:
    """Add what one clause is about, of a sentence that asks or not; whether that was sure."""
    best = max(scores, key=lambda topic: scores[topic])
    if best == NEITHER or scores[best] < DOUBTFUL:
        heard.near |= max(score for topic, score in scores.items() if topic != NEITHER) >= DOUBTFUL
        return False
    heard.near = True
    kind, _, name = best.partition(".")
    if scores[best] < (STATED if kind in ("facts", UNKNOWN) and not asks else SURE):
        heard.doubtful |= asks or kind not in ("facts", UNKNOWN)
        return False
    if kind == UNKNOWN:
        heard.unknown = True
    else:
        heard.found["declined" if kind == "solutions" and speech.denies(clause) else kind].append(name)
    return True


def matches(found: Topics, wanted: str) -> bool:
    """Whether what was heard is the topic an example was written for, and that alone; of NEITHER, that nothing was."""
    heard = {f"facts.{name}" for name in found.asked} | {f"doubts.{name}" for name in found.settled}
    heard |= {f"solutions.{name}" for name in (*found.proposed, *found.declined)} | (
        {UNKNOWN} if found.unknown else set()
    )
    return heard == (set() if wanted == NEITHER else {wanted})


@dataclass(frozen=True)
class Shelf:
    """The books of every scenario, with what reads them."""

    books: Mapping[str, Book]

    def save(self, path: Path) -> None:
        """Write one file of arrays (`numpy.savez`), with the topics' names."""
        names = {slug: list(book.topics) for slug, book in self.books.items()}
        arrays = {
            f"{slug}/{part}": getattr(book, part) for slug, book in self.books.items() for part in ("weights", "bias")
        }
        with path.open("wb") as file:
            np.savez(file, topics=np.array(json.dumps(names)), **arrays)

    @classmethod
    def load(cls, path: Path) -> Shelf:
        """Read back what `save` wrote. Raises OSError, KeyError, ValueError or BadZipFile on anything else."""
        with np.load(path, allow_pickle=False) as file:
            names = json.loads(str(file["topics"]))
            return cls(
                {
                    slug: Book(tuple(named), file[f"{slug}/weights"], file[f"{slug}/bias"])
                    for slug, named in names.items()
                }
            )
