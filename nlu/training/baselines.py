"""What the scorer has to beat: the commonest label, bags of words, the transformer alone, the markers alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from nlu.contract import HOSTILITY
from nlu.training.corpora import Row

SEED = 20261122


def label(row: Row, name: str) -> Any:
    """What our labels say of one dimension; of a kind of hostility, whether it is there."""
    labels = row["labels"]
    return int(name in labels["hostility"]) if name in HOSTILITY else labels[name]


def majority(train: Sequence[Row], test: Sequence[Row], name: str) -> list[Any]:
    """The commonest label of the train split, whatever the reply."""
    return [Counter(label(row, name) for row in train).most_common(1)[0][0]] * len(test)


def bag_of_words(train: Sequence[Row], test: Sequence[Row], name: str) -> list[Any]:
    """TF-IDF of words, word pairs and letter runs of the reply, then logistic regression with balanced classes."""
    model = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
        ),
        LogisticRegression(C=10, max_iter=2000, class_weight="balanced", random_state=SEED),
    )
    model.fit([row["text"] for row in train], [label(row, name) for row in train])
    return list(model.predict([row["text"] for row in test]))
