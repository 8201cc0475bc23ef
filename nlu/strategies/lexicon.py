"""Lexicons: what each strategy looks like in one language, kept as data and found in one pass over a Doc.

A lexicon file holds `notes`, one sentence of why for each strategy it feeds, and `entries`: lists of `patterns` with
their `kind` (the strategy, when it is not the file's own name), `better` (a better wording) and their own `note`.
A pattern is words, compared by NORM: lower-cased, without accents or hyphens, short forms spelled out. In it

- `{one|other words|}` is any of these (an empty one makes them optional);
- `_` is one word, `*` up to five, `#` a number, `@feeling` a word of the list `feeling` in `words.yml`;
- a leading `^` means only at the start of a sentence, a trailing `$` only at its end.

Plain phrases go to spaCy's PhraseMatcher. The others are templates: alternatives of several words in a row would be
millions of rows for spaCy's Matcher, so each is one regular expression over the norms, tried only at its first words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from spacy.attrs import NORM
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

GAP = 5
"""Words that `*` may stand for, at most."""

_PIECE = re.compile(r"\{[^{}]*\}|[^\s{}]+")
_WORD = r"[\w'][^ ]* "
_NUMBER = r"(?:[^ ]*\d[^ ]*|{words}) "
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'"})


@dataclass(frozen=True)
class Entry:
    """One line of evidence: the `lexicon` (file) it stands in and the strategy it shows."""

    lexicon: str
    strategy: str
    note: str = ""
    better: str = ""


@dataclass(frozen=True)
class Hit:
    """Where an entry was found: tokens `[start, end)`."""

    start: int
    end: int
    entry: Entry


@dataclass(frozen=True)
class Template:
    """A compiled pattern: `regex` matches norms followed each by a space; `first`, `last` tie it to a sentence."""

    regex: re.Pattern[str]
    entry: Entry
    first: bool
    last: bool


def fold(word: str) -> str:
    """Lower-case `word`, drop its accents and outer hyphens, straighten its apostrophes."""
    decomposed = unicodedata.normalize("NFKD", word.translate(_APOSTROPHES).lower())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return bare.replace("œ", "oe").replace("æ", "ae").replace(" ", "").strip("-") or word


def read_yaml(path: Path) -> Any:
    """Read one YAML file. Raises ValueError naming the file when it does not parse."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not valid YAML: {error}") from error


class Lexicon:
    """Every lexicon of one language, compiled for `nlp`. Raises ValueError naming the file of a wrong entry."""

    def __init__(self, nlp: Language, folder: Path) -> None:
        self._nlp = nlp
        self.notes: dict[str, str] = {}
        self.words: dict[str, tuple[str, ...]] = {
            name: tuple(dict.fromkeys(" ".join(self._norms(word)) for word in words))
            for name, words in read_yaml(folder / "words.yml")["lists"].items()
        }
        self._phrases = PhraseMatcher(nlp.vocab, attr="NORM")
        self._plain: dict[str, Entry] = {}
        self._templates: dict[str, list[Template]] = {}
        for path in sorted(folder.glob("*.yml")):
            file = read_yaml(path)
            self.notes.update(file.get("notes", {}))
            for index, plain in enumerate(file.get("entries", ())):
                self._add(path, index, plain)

    def _add(self, path: Path, index: int, plain: dict[str, Any]) -> None:
        unknown = set(plain) - {"kind", "note", "better", "patterns"}
        if unknown or not plain.get("patterns"):
            raise ValueError(f"{path}, entry {index + 1}: needs `patterns`, and does not know {sorted(unknown)}")
        strategy = plain.get("kind", path.stem)
        entry = Entry(path.stem, strategy, plain.get("note") or self.notes.get(strategy, ""), plain.get("better", ""))
        key = f"{path.stem}:{index}"
        self._plain[key] = entry
        for pattern in plain["patterns"]:
            if not re.search(r"[{}*#@^$]|(?<!\w)_(?!\w)", pattern):
                self._phrases.add(key, [self._nlp.make_doc(pattern)])
                continue
            try:
                template = self._template(pattern, entry)
            except (KeyError, re.error) as error:
                raise ValueError(f"{path}, entry {index + 1}: wrong pattern {pattern!r} ({error})") from error
            for word in self._openings(pattern):
                self._templates.setdefault(word, []).append(template)

    def _norms(self, text: str) -> list[str]:
        """The norms of some words. An elided one (« n' ») is only split off when something follows it."""
        if text.endswith(("'", "’")):
            return [token.norm_ for token in self._nlp.make_doc(text + "on")][:-1]
        return [token.norm_ for token in self._nlp.make_doc(text)]

    def _pieces(self, pattern: str) -> list[list[str]]:
        """A pattern as a row of alternatives."""
        plain = pattern.removeprefix("^").removesuffix("$").replace("-{", " {").replace("}-", "} ")
        return [
            [" ".join(choice.split()) for choice in piece[1:-1].split("|")] if piece.startswith("{") else [piece]
            for piece in _PIECE.findall(plain)
        ]

    def _template(self, pattern: str, entry: Entry) -> Template:
        pieces = self._pieces(pattern)
        source = "".join(
            "(?:" + "|".join(self._source(choice, index == len(pieces) - 1) for choice in choices) + ")"
            for index, choices in enumerate(pieces)
        )
        return Template(re.compile(source), entry, pattern.startswith("^"), pattern.endswith("$"))

    def _source(self, choice: str, at_end: bool) -> str:
        """The regular expression of one alternative. A gap at the end takes what it can, others as little."""
        source = ""
        for words in re.split(r"(?:^|(?<= ))([*_#]|@\w+)(?:$|(?= ))", choice):
            if words == "*":
                source += f"(?:{_WORD}){{0,{GAP}}}" + ("" if at_end else "?")
            elif words == "_":
                source += _WORD
            elif words == "#":
                source += _NUMBER.format(words="|".join(map(re.escape, self.words["number"])))
            elif words.startswith("@"):
                source += "(?:" + "|".join(map(re.escape, self.words[words[1:]])) + ") "
            else:
                source += "".join(re.escape(norm) + " " for norm in self._norms(words.strip()))
        return source

    def _openings(self, pattern: str) -> set[str]:
        """The norms that a match may begin with; the empty string stands for any."""
        words: set[str] = set()
        for choices in self._pieces(pattern):
            for choice in filter(None, choices):
                if choice[0] in "*_#":
                    words.add("")
                elif choice[0] == "@":
                    words.update(word.split()[0] for word in self.words[choice.split()[0][1:]])
                else:
                    words.add(self._norms(choice)[0])
            if "" not in choices:
                break
        return words

    def find(self, doc: Doc) -> dict[str, list[Hit]]:
        """The hits of each lexicon in `doc`, in order of the text; of two that overlap the longer one."""
        found: dict[str, list[Hit]] = {}
        for hit in (*self._plain_hits(doc), *self._template_hits(doc)):
            found.setdefault(hit.entry.lexicon, []).append(hit)
        return {lexicon: _longest(hits) for lexicon, hits in found.items()}

    def _plain_hits(self, doc: Doc) -> Iterator[Hit]:
        strings = doc.vocab.strings
        for key, start, end in self._phrases(doc):
            yield Hit(start, end, self._plain[strings[key]])

    def _template_hits(self, doc: Doc) -> Iterator[Hit]:
        norms = [token.norm_.replace(" ", "") or "-" for token in doc]
        text = "".join(norm + " " for norm in norms)
        ends: dict[int, int] = {}
        offset = 0
        for index, norm in enumerate(norms):
            ends[offset] = index
            offset += len(norm) + 1
        ends[offset] = len(norms)
        for offset, start in list(ends.items())[:-1]:
            for template in (*self._templates.get(norms[start], ()), *self._templates.get("", ())):
                match = template.regex.match(text, offset)
                if not match or match.end() == offset:
                    continue
                end = ends[match.end()]
                if (template.first and not _opens(doc, start)) or (template.last and not _closes(doc, end)):
                    continue
                yield Hit(start, end, template.entry)


def set_norms(nlp: Language, short: dict[str, str]) -> None:
    """Make NORM of every word its folded form, `short` forms (« bjr », "pls") spelled out."""
    spelled = {fold(word): fold(full) for word, full in short.items() if " " not in full}

    def norm(text: str) -> str:
        folded = fold(text)
        return spelled.get(folded, folded)

    nlp.vocab.lex_attr_getters[NORM] = norm
    for lexeme in nlp.vocab:
        lexeme.norm_ = norm(lexeme.norm_)


def _opens(doc: Doc, start: int) -> bool:
    while start > 0 and not doc[start].is_sent_start:
        start -= 1
        if not (doc[start].is_punct or doc[start].is_quote):
            return False
    return True


def _closes(doc: Doc, end: int) -> bool:
    while end < len(doc) and not doc[end].is_sent_start:
        if not (doc[end].is_punct or doc[end].is_quote):
            return False
        end += 1
    return True


def _longest(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    taken: set[int] = set()
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start, hit.entry.strategy, hit.entry.note)):
        words = range(hit.start, hit.end)
        if taken.isdisjoint(words):
            taken.update(words)
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)
