"""Teaching the bag of words (`nlu/bag.py`): logistic regression per dimension on the terms that tell most.

On dev it takes a tenth off the log-loss of the scales, above all where the transformer has heard too few examples of a
word. The terms are chosen by chi-squared: the full sixty thousand tell hardly more than the best eight thousand.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import chi2
from sklearn.linear_model import LogisticRegression

from nlu.bag import taught, terms
from nlu.heads import value
from nlu.training.corpora import Row

TERMS = 8000
"""Terms that are kept."""
SEEN = 3
"""Replies a term must stand in."""
STRENGTH = 10.0
"""Inverse strength of the ridge; chosen on dev."""
NEVER = -20.0
"""The log-odds of a value that no reply was labelled with."""

Floats = npt.NDArray[np.float64]


def teach(rows: Sequence[Row]) -> tuple[list[str], dict[str, Any]]:
    """The terms that are kept, in order, and the `rarity`, `weights` and `bias` of `nlu.bag.Bag`."""
    counter = _counter(min_df=SEEN)
    x = counter.fit_transform([row["text"] for row in rows])
    truth = {name: np.asarray([value(row["labels"], name) for row in rows]) for name in taught()}
    kept = _telling(x, list(truth.values()))
    counter = _counter(vocabulary=counter.get_feature_names_out()[kept])
    x = counter.fit_transform([row["text"] for row in rows])
    weights, bias = zip(*(_classifier(x, truth[name], values) for name, values in taught().items()), strict=True)
    return list(counter.get_feature_names_out()), {
        "rarity": counter.idf_.astype(np.float32),
        "weights": np.vstack(weights).astype(np.float16),
        "bias": np.concatenate(bias).astype(np.float32),
    }


def _counter(**chosen: Any) -> TfidfVectorizer:
    """TF-IDF as `nlu.bag.Bag.vector` reckons it."""
    return TfidfVectorizer(analyzer=lambda text: list(terms(text)), sublinear_tf=True, **chosen)


def _telling(x: Any, truths: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    """The columns that tell most of any group, in their order."""
    best = np.max([np.nan_to_num(chi2(x, truth)[0]) for truth in truths], axis=0)
    return np.sort(np.argsort(-best, kind="stable")[:TERMS])


def _classifier(x: Any, truth: npt.NDArray[Any], values: Sequence[str]) -> tuple[Floats, Floats]:
    """Weights (values × terms) and bias of one group; a value that no reply has is never said."""
    rows, free = np.zeros((len(values), x.shape[1])), np.full(len(values), NEVER)
    said = sorted(set(truth))
    if len(said) == 1:
        free[values.index(said[0])] = 0.0
        return rows, free
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(x, truth)
    weights, bias = model.coef_, model.intercept_
    if len(said) == 2:
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    for at, name in enumerate(model.classes_):
        rows[values.index(name)], free[values.index(name)] = weights[at], bias[at]
    return rows, free


def ship(folder: Path, known: Sequence[str], parts: dict[str, Any]) -> None:
    """Write the two files that `Bag.load` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "terms.json").write_text(json.dumps(known, ensure_ascii=False, indent=0), encoding="utf-8")
    save_file(parts, folder / "weights.safetensors")
