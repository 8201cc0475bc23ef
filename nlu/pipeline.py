"""Our own spaCy pipelines: sentences, lookups lemmas, and who says what under which negation.

Built from `spacy.blank`; a trained `fr_core_news_*` or `en_core_web_*` is used for tagging when one is installed.
Token extensions: `negated` (inside a negation's scope), `person` (whose action this clause tells: "agent", "customer"
or ""), `quoted` (between quotation marks). Doc extensions: `hits` (what the lexicons found), `lexicon`, `offsets`,
`cues` (words that negate).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast, get_type_hints

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.util import get_installed_models

from nlu import language
from nlu.contract import LANGS, Lang
from nlu.strategies.lexicon import Lexicon, fold, read_yaml, set_norms

TRAINED: dict[Lang, str] = {"fr": "fr_core_news_", "en": "en_core_web_"}
SENTENCE_ENDS = [".", "!", "?", "…", "...", "?!", "!?", "!!", "??", "!!!", "???", "。", "！", "？"]
NEGATION_REACH = 9
"""Words a negation reaches, at most, inside its clause."""

_UNPRINTABLE = dict.fromkeys(range(55296, 57344), "�")
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "\u00ad": "-", "\u200b": " ", "\ufeff": " "})


def _extend() -> None:
    for name in ("hits", "lexicon", "offsets", "negated", "cues", "persons", "quoted"):
        Doc.set_extension(name, default=None, force=True)
    Token.set_extension("negated", getter=lambda token: token.i in token.doc._.negated, force=True)
    Token.set_extension("quoted", getter=lambda token: token.i in token.doc._.quoted, force=True)
    Token.set_extension("person", getter=lambda token: token.doc._.persons.get(token.i, ""), force=True)


_extend()


Class = TypeVar("Class", bound=type)


def _factory(name: str) -> Callable[[Class], Class]:
    """Register a spaCy factory. spaCy 3.4 reads real annotations only, so the postponed ones are resolved first."""

    def register(component: Class) -> Class:
        start = vars(component)["__init__"]
        start.__annotations__ = get_type_hints(start)
        return cast(Class, Language.factory(name)(component))

    return register


@_factory("quotation")
class Quotation:
    """Flags the words between quotation marks: they are somebody else's."""

    def __init__(self, nlp: Language, name: str, opening: list[str], closing: list[str]) -> None:
        self._opening, self._closing = frozenset(opening), frozenset(closing)

    def __call__(self, doc: Doc) -> Doc:
        quoted: set[int] = set()
        start: int | None = None
        for token in doc:
            if start is not None and token.text in self._closing:
                quoted.update(range(start, token.i + 1))
                start = None
            elif start is None and token.text in self._opening:
                start = token.i
        doc._.quoted = quoted
        return doc


@_factory("clauses")
class Clauses:
    """Cuts sentences into clauses, then tells each clause's subject and what its negation covers.

    In French the scope opens at « ne », or just before a lone « pas » (« je comprends pas »); in English after the cue.
    """

    def __init__(self, nlp: Language, name: str, scopes: dict[str, Any]) -> None:
        words = {key: frozenset(fold(word) for word in scopes.get(key, ())) for key in scopes}
        self._breaks = words.get("breaks", frozenset())
        self._cues = words.get("cues", frozenset())
        self._late = words.get("late_cues", frozenset())
        self._agent = words.get("agent", frozenset())
        self._customer = words.get("customer", frozenset())
        self._not_cues = frozenset(tuple(pair.split()) for pair in scopes.get("not_cues", ()))

    def __call__(self, doc: Doc) -> Doc:
        negated: dict[int, int] = {}
        persons: dict[int, str] = {}
        for start, end in self._cut(doc):
            negated |= self._scope(doc, start, end)
            if person := self._subject(doc, start, end):
                persons.update(dict.fromkeys(range(start, end), person))
        doc._.negated, doc._.persons = negated, persons
        doc._.cues = {token.i for token in doc if token.norm_ in self._cues or token.norm_ in self._late}
        return doc

    def _cut(self, doc: Doc) -> Iterable[tuple[int, int]]:
        start = 0
        for token in doc:
            if token.i > start and (token.is_sent_start or token.is_punct or token.norm_ in self._breaks):
                yield start, token.i
                start = token.i
        if start < len(doc):
            yield start, len(doc)

    def _scope(self, doc: Doc, start: int, end: int) -> dict[int, int]:
        """The tokens that the clause's first negation covers, each with the index of its cue."""
        passed = start
        for index in range(start, end):
            norm = doc[index].norm_
            pair = (norm, doc[index + 1].norm_) if index + 1 < end else (norm,)
            if pair in self._not_cues:
                passed = index + 3  # the pair, and the second half of « n'hésitez pas »
            if index < passed:
                continue
            if norm in self._cues:
                return dict.fromkeys(range(index, min(end, index + NEGATION_REACH)), index)
            if norm in self._late:
                return dict.fromkeys(range(max(start, index - 2), min(end, index + NEGATION_REACH)), index)
        return {}

    def _subject(self, doc: Doc, start: int, end: int) -> str:
        for index in range(start, end):
            if doc[index].norm_ in self._agent:
                return "agent"
            if doc[index].norm_ in self._customer:
                return "customer"
        return ""


class Pipeline:
    """`pipeline(text, lang)` gives an annotated Doc. Building it reads `root/data/lexicons` once."""

    def __init__(self, root: Path) -> None:
        folder = root / "data" / "lexicons"
        self._profiles = language.load(folder)
        self._nlp: dict[Lang, Language] = {}
        self._lexicons: dict[Lang, Lexicon] = {}
        self.short: dict[str, Mapping[str, str]] = {}
        """By language, abbreviations and the words they stand for."""
        for lang in LANGS:
            words = read_yaml(folder / lang / "words.yml")
            nlp = _build(lang, words)
            self.short[lang] = words["sms"]
            set_norms(nlp, {**words["sms"], **words["short"]})
            self._nlp[lang], self._lexicons[lang] = nlp, Lexicon(nlp, folder / lang)

    def detect(self, text: str, default: Lang = "fr") -> Lang:
        """Name the language of `text`, `default` when it does not tell."""
        return language.detect(text, self._profiles, default)

    def __call__(self, text: str, lang: Lang) -> Doc:
        """Annotate `text`, any Unicode string. Tokens are placed in the text as typed by `spans.place`."""
        plain, offsets = _plain(text)
        doc = self._nlp[lang](plain)
        doc._.offsets = offsets
        doc._.lexicon = self._lexicons[lang]
        doc._.hits = self._lexicons[lang].find(doc)
        return doc


def _build(lang: Lang, words: dict[str, Any]) -> Language:
    installed = sorted(name for name in get_installed_models() if name.startswith(TRAINED[lang]))
    if installed:
        nlp = spacy.load(installed[0], exclude=["ner", "senter", "parser", "lemmatizer"])
    else:
        nlp = spacy.blank(lang)
    nlp.add_pipe("sentencizer", config={"punct_chars": SENTENCE_ENDS})
    lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    lemmatizer.initialize(lambda: [], nlp=nlp)
    nlp.add_pipe("quotation", config={key: words["quotation"][key] for key in ("opening", "closing")})
    nlp.add_pipe("clauses", config={"scopes": words["scopes"]})
    return nlp


def _plain(text: str) -> tuple[str, tuple[int, ...] | None]:
    """What spaCy reads: one plain space for any white space, plain apostrophes, no lone surrogates.

    With it, the offset in `text` of each of its characters, or None where they are the same.
    """
    same = text.translate(_UNPRINTABLE).translate(_STRAIGHT)
    plain = "".join(" " if letter.isspace() else letter for letter in same)
    if not plain.startswith(" ") and "  " not in plain:
        return plain, None
    offsets: list[int] = []
    letters: list[str] = []
    for index, letter in enumerate(plain):
        if letter != " " or (letters and letters[-1] != " "):
            letters.append(letter)
            offsets.append(index)
    return "".join(letters), (*offsets, len(text))
