"""The trained Rasa model: its name tells what it was made of, so a stale one is noticed without asking Rasa."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from actions.storage.library import Library
from bot.settings import ROOT, Settings

TRAINING_DATA = ("data/nlu", "data/rules")
SOURCES = ("config.yml", "domain.yml", *TRAINING_DATA, "data/lexicons", "data/combiner.yml", "data/topics.yml", "nlu")
HEARD = ("fr.yml", "en.yml", "examples.fr.yml", "examples.en.yml")
"""The files of a scenario that hold examples of what agents say: the model learns them."""
LEFT_OUT = ("__pycache__", "training", "README.md")


class ModelError(RuntimeError):
    """A model that cannot be trained or read; the message says what to do."""


def path(settings: Settings) -> Path:
    """Where the model made of the present files is, or will be."""
    digest = hashlib.sha256(settings.sentiment_model.encode())
    for source in _files():
        digest.update(str(source.relative_to(ROOT)).encode() + b"\0" + source.read_bytes())
    for folder in Library(settings.data_dir, settings.scenarios_dir).folders().values():
        for page in (folder / name for name in HEARD):
            digest.update(f"{folder.name}/{page.name}\0".encode() + (page.read_bytes() if page.exists() else b""))
    return settings.model_dir / f"visavis-{digest.hexdigest()[:12]}.tar.gz"


def train(settings: Settings, log: Path) -> Path:
    """Train the model of the present files, writing Rasa's output to `log`; older models are removed.

    Raises ModelError when Rasa fails.
    """
    made = path(settings)
    name = made.name.removesuffix(".tar.gz")
    command = [
        "train",
        "--fixed-model-name",
        name,
        "--out",
        str(settings.model_dir),
        "--data",
        *TRAINING_DATA,
    ]
    with log.open("wb") as output:
        done = subprocess.run(
            rasa(*command), cwd=ROOT, env=environment(settings), stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode or not made.exists():
        raise ModelError(f"Rasa could not train its model; the reason stands at the end of {log}.")
    for old in settings.model_dir.glob("visavis-*.tar.gz"):
        if old != made:
            old.unlink()
    return made


def check(model: Path) -> None:
    """Raise ModelError when the archive is not whole: Rasa itself would start without it and stay silent."""
    try:
        with tarfile.open(model) as archive:
            names = archive.getnames()
    except (OSError, EOFError, tarfile.TarError) as error:
        raise ModelError(damaged(model)) from error
    if not any(name.endswith("metadata.json") for name in names):
        raise ModelError(damaged(model))


def rasa(*words: str) -> list[str]:
    """The command line of our Rasa."""
    return [sys.executable, "-m", "rasa", *words]


def environment(settings: Settings) -> dict[str, str]:
    """What Rasa and the action server find in their environment."""
    quiet = {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **settings.environment(), **quiet}


def damaged(model: Path) -> str:
    """What to tell somebody whose model Rasa cannot load."""
    return f"The Rasa model {model} is damaged: delete that file and start again, it will be trained anew."


def _files() -> Iterator[Path]:
    for source in SOURCES:
        found = ROOT / source
        for file in sorted(found.rglob("*")) if found.is_dir() else [found]:
            if file.is_file() and not set(file.relative_to(ROOT).parts) & set(LEFT_OUT):
                yield file
