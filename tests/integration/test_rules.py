"""Rasa's own test of our rules, and that it fails where it must."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bot import model, settings
from bot.settings import ROOT, Settings
from tests.integration.room import environment, trained

WRONG = """
version: "3.1"
stories:
- story: a hint has no business in the lobby
  steps:
  - user: /hint
    intent: hint
  - action: drill_loop
"""


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    """Settings of a room that nobody opens."""
    return settings.load(environment(tmp_path))


def rasa_test(chosen: Settings, stories: Path) -> subprocess.CompletedProcess[str]:
    """`rasa test core` on these stories."""
    command = model.rasa(
        "test", "core", "--stories", str(stories), "--model", str(trained(chosen, chosen.var_dir)),
        "--out", str(chosen.var_dir / "results"), "--fail-on-prediction-errors",
    )  # fmt: skip
    return subprocess.run(
        command, cwd=ROOT, env=model.environment(chosen), capture_output=True, text=True, timeout=120, check=False
    )


def test_our_rules_do_what_our_stories_say(chosen: Settings) -> None:
    done = rasa_test(chosen, ROOT / "tests" / "rules")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_story_is_noticed(chosen: Settings, tmp_path: Path) -> None:
    (tmp_path / "test_wrong.yml").write_text(WRONG, encoding="utf-8")
    done = rasa_test(chosen, tmp_path / "test_wrong.yml")
    assert done.returncode != 0
    assert "WrongPredictionException" in done.stdout + done.stderr
