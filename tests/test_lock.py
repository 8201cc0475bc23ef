"""requirements.lock: every package pinned with hashes, none of the loose ranges left out, no address of an index."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", LOCK, re.MULTILINE))


def loose() -> list[Requirement]:
    """The ranges of pyproject.toml."""
    page = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.findall(r"^(?:dependencies|dev) = \[\n(.*?)^\]", page, re.MULTILINE | re.DOTALL)
    return [Requirement(line) for block in listed for line in re.findall(r'^\s+"([^"]+)"', block, re.MULTILINE)]


def test_every_range_is_pinned_inside_it() -> None:
    assert len(loose()) > 20
    for wanted in loose():
        assert wanted.specifier.contains(PINS[canonicalize_name(wanted.name)]), wanted


def test_every_pin_has_a_hash() -> None:
    blocks = re.split(r"^(?=[\w.-]+(?:\[[\w,-]+\])?==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(PINS)
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_no_address() -> None:
    assert not re.search(r"https?://|--index|--find-links|file:", LOCK)
