"""bot/model.py"""

from __future__ import annotations

import io
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from bot import model
from bot.settings import ROOT, Settings, load


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that keep everything in the test's own folder."""
    return load({"VAR_DIR": str(tmp_path / "var"), "MODEL_DIR": str(tmp_path / "models")})


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """An archive as Rasa writes it."""
    path = tmp_path / "whole.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in (("metadata.json", b"{}"), ("components/data.bin", bytes(range(256)) * 400)):
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def script(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Put a little program in the place of Rasa."""
    monkeypatch.setattr(model, "rasa", lambda *words: [sys.executable, "-c", code, *words])


def test_the_name_follows_what_it_is_made_of(settings: Settings) -> None:
    made = model.path(settings)
    assert made.parent == settings.model_dir and made.name.startswith("visavis-") and made.name.endswith(".tar.gz")
    assert model.path(settings) == made
    assert model.path(replace(settings, sentiment_model="another")) != made
    assert model.path(replace(settings, port=9000)) == made


def test_everything_a_model_is_made_of_counts(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    monkeypatch.setattr(model, "ROOT", tmp_path)
    files = [tmp_path / source if Path(source).suffix else tmp_path / source / "one.txt" for source in model.SOURCES]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    names = {model.path(settings)}
    for number, file in enumerate(files, start=2):
        file.write_text("changed", encoding="utf-8")
        names.add(model.path(settings))
        assert len(names) == number, file
    (tmp_path / "nlu/one.txt").rename(tmp_path / "nlu/two.txt")
    assert model.path(settings) not in names


def test_what_training_and_compiling_leave_does_not_count(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    monkeypatch.setattr(model, "ROOT", tmp_path)
    monkeypatch.setattr(model, "SOURCES", ("nlu",))
    for folder in ("nlu/__pycache__", "nlu/training"):
        (tmp_path / folder).mkdir(parents=True)
    before = model.path(settings)
    for name in ("nlu/__pycache__/heads.pyc", "nlu/training/heads.py", "nlu/README.md"):
        (tmp_path / name).touch()
    assert model.path(settings) == before


def test_every_source_exists() -> None:
    assert [source for source in model.SOURCES if not (ROOT / source).exists()] == []


def test_a_whole_archive(whole: Path) -> None:
    model.check(whole)


@pytest.mark.parametrize("damage", ["cut", "garbage", "empty", "flipped", "other", "absent", "folder"])
def test_a_damaged_archive(whole: Path, tmp_path: Path, damage: str) -> None:
    content = whole.read_bytes()
    path = tmp_path / f"{damage}.tar.gz"
    middle = len(content) // 2
    match damage:
        case "cut":
            path.write_bytes(content[:middle])
        case "garbage":
            path.write_bytes(b"not an archive" * 100)
        case "empty":
            path.touch()
        case "flipped":
            path.write_bytes(content[:40] + bytes(255 - byte for byte in content[40:]))
        case "other":
            with tarfile.open(path, "w:gz") as archive:
                archive.add(__file__, "notes.txt")
        case "folder":
            path.mkdir()
    with pytest.raises(model.ModelError) as caught:
        model.check(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_training_makes_the_model_and_removes_older_ones(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.model_dir.mkdir()
    older, other = settings.model_dir / "visavis-000000000000.tar.gz", settings.model_dir / "mine.tar.gz"
    older.touch()
    other.touch()
    wanted = model.path(settings)
    script(monkeypatch, f"open({str(wanted)!r}, 'w').close(); print('trained')")
    assert model.train(settings, tmp_path / "train.log") == wanted
    assert sorted(settings.model_dir.iterdir()) == sorted([other, wanted])
    assert (tmp_path / "train.log").read_text(encoding="utf-8") == "trained\n"


@pytest.mark.parametrize("code", ["import sys; print('why'); sys.exit(1)", "pass"])
def test_training_that_fails(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path, code: str) -> None:
    settings.model_dir.mkdir()
    older = settings.model_dir / "visavis-000000000000.tar.gz"
    older.touch()
    script(monkeypatch, code)
    with pytest.raises(model.ModelError) as caught:
        model.train(settings, tmp_path / "train.log")
    assert str(tmp_path / "train.log") in str(caught.value)
    assert older.exists()


def test_what_the_processes_find(settings: Settings) -> None:
    found = model.environment(settings)
    assert found["RASA_TELEMETRY_ENABLED"] == "false"
    assert found["RASA_TOKEN"] == settings.rasa_token and found["PYTHONPATH"] == str(ROOT)
