"""bot/settings.py, and the two documents that repeat its table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import ROOT, SECRETS, TABLE, SettingError, load

EMPTY: dict[str, str] = {}


def test_the_page_lists_exactly_the_table() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", page, re.MULTILINE)
    assert rows == [(line.name, f"`{line.default}`" if line.default else "empty", line.help) for line in TABLE]
    assert all(f"`{name}`" in page for name in SECRETS)


def test_the_example_lists_exactly_the_table() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    entries = re.findall(r"^# (.+)\n# (\w+)=(.*)$", example, re.MULTILINE)
    told = [(name, default, said) for said, name, default in entries if name not in SECRETS]
    assert told == [(line.name, line.default, line.help) for line in TABLE]
    assert all(re.search(rf"^# {name}=$", example, re.MULTILINE) for name in SECRETS)


def test_defaults(tmp_path: Path) -> None:
    found = load(EMPTY, tmp_path)
    assert (found.host, found.port, found.rasa_port, found.action_port) == ("127.0.0.1", 8000, 5005, 5055)
    assert found.var_dir == tmp_path / "var"
    assert found.database_url == f"sqlite:///{tmp_path}/var/visavis.db"
    assert found.demo_accounts is True and found.cookie_secure is False
    assert (found.rasa_url, found.action_url) == ("http://127.0.0.1:5005", "http://127.0.0.1:5055")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=8100\nRASA_PORT=6005\n", encoding="utf-8")
    found = load({"PORT": "8200"}, tmp_path)
    assert (found.port, found.rasa_port) == (8200, 6005)


def test_blank_is_the_default(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=\nHOST\n", encoding="utf-8")
    found = load({"RASA_PORT": "  "}, tmp_path)
    assert (found.host, found.port, found.rasa_port) == ("127.0.0.1", 8000, 5005)


def test_secrets_are_generated_once(tmp_path: Path) -> None:
    first, second = load(EMPTY, tmp_path), load(EMPTY, tmp_path)
    assert first == second
    chosen = [first.secret_key, first.rasa_token, first.action_token]
    assert len(set(chosen)) == 3 and all(len(secret) >= 32 for secret in chosen)
    assert load(EMPTY, tmp_path / "elsewhere").secret_key != first.secret_key


def test_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    load(EMPTY, tmp_path)
    assert (tmp_path / "var/secrets.env").stat().st_mode & 0o777 == 0o600


def test_a_given_secret_is_neither_replaced_nor_written(tmp_path: Path) -> None:
    found = load({"SECRET_KEY": "shared between machines"}, tmp_path)
    assert found.secret_key == "shared between machines"
    assert "SECRET_KEY" not in (tmp_path / "var/secrets.env").read_text(encoding="utf-8")


def test_a_missing_secret_is_added_to_those_there(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var/secrets.env").write_text("RASA_TOKEN=kept\n", encoding="utf-8")
    found = load(EMPTY, tmp_path)
    assert found.rasa_token == "kept" and found.action_token
    assert load(EMPTY, tmp_path) == found


def test_no_secret_has_a_default() -> None:
    assert not {line.name for line in TABLE} & set(SECRETS)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "eighty", "80.5"])
@pytest.mark.parametrize("name", ["PORT", "RASA_PORT", "ACTION_PORT"])
def test_a_wrong_port(tmp_path: Path, name: str, port: str) -> None:
    with pytest.raises(SettingError) as caught:
        load({name: port}, tmp_path)
    assert str(caught.value) == f"{name} is “{port}”: give a port between 1 and 65535."


@pytest.mark.parametrize("name", ["DEMO_ACCOUNTS", "COOKIE_SECURE"])
def test_neither_yes_nor_no(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingError) as caught:
        load({name: "maybe"}, tmp_path)
    assert str(caught.value) == f"{name} is “maybe”: write yes or no."


def test_yes_in_capitals(tmp_path: Path) -> None:
    assert load({"COOKIE_SECURE": "YES"}, tmp_path).cookie_secure is True


@pytest.mark.parametrize("folder", ["taken", "taken/below"])
def test_a_folder_that_cannot_be_written(tmp_path: Path, folder: str) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(SettingError) as caught:
        load({"VAR_DIR": folder}, tmp_path)
    said = str(caught.value)
    assert said.startswith(f"The folder {tmp_path / folder} cannot be written (") and "VAR_DIR" in said
    assert "\n" not in said


def test_the_servers_are_told_the_same(tmp_path: Path) -> None:
    told = load({"PORT": "8100", "SENTIMENT_MODEL": "somebody/else"}, tmp_path).environment()
    names = {line.name for line in TABLE} | set(SECRETS)
    assert set(told) - names == {"ACTION_URL"}
    assert told["PORT"] == "8100" and told["ACTION_URL"] == "http://127.0.0.1:5055/webhook"
    again = load({**told, "DEMO_ACCOUNTS": "yes", "COOKIE_SECURE": "no"}, tmp_path / "another root")
    assert again == load({"PORT": "8100", "SENTIMENT_MODEL": "somebody/else"}, tmp_path)


def test_two_processes_may_look_at_the_folder_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one removes the probe right after we made it."""
    touch = Path.touch

    def vanish(self: Path, mode: int = 0o666, exist_ok: bool = True) -> None:
        touch(self, mode, exist_ok)
        if self.name == ".writable":
            self.unlink()

    monkeypatch.setattr(Path, "touch", vanish)
    assert load({"VAR_DIR": str(tmp_path / "var")}, tmp_path).var_dir == tmp_path / "var"


def test_addresses_of_others(tmp_path: Path) -> None:
    given = {
        "EMBED_ORIGINS": "https://a.example, http://b.example:8080",
        "EMBED_KEY": "k" * 32,
        "LRS_URL": "http://l/x/",
    }
    found = load(given, tmp_path)
    assert found.embed_origins == {"https://a.example", "http://b.example:8080"} and found.lrs_url == "http://l/x"
    assert found.public_url == "http://127.0.0.1:8000"
    assert load({"PUBLIC_URL": "https://room.example/"}, tmp_path).public_url == "https://room.example"
    assert load(found.environment(), tmp_path) == found


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LRS_URL", "lrs.example", "whole address"),
        ("PUBLIC_URL", "ftp://room", "whole address"),
        ("EMBED_ORIGINS", "*", "its origin"),
        ("EMBED_ORIGINS", "https://*.example", "its origin"),
        ("EMBED_ORIGINS", "https://a.example/path", "its origin"),
        ("EMBED_KEY", "short", "32 or more"),
    ],
)
def test_an_address_or_a_key_that_cannot_be_used(tmp_path: Path, name: str, value: str, said: str) -> None:
    with pytest.raises(SettingError, match=said):
        load({"EMBED_ORIGINS": "https://a.example", "EMBED_KEY": "k" * 32, **{name: value}}, tmp_path)
