"""Every setting, in one table: name, default, help. The real environment wins over `.env`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from nlu.contract import Lang

ROOT = Path(__file__).resolve().parent.parent
KEY_LENGTH = 32
"""Characters below which a signing key of ours is too easy to guess (RFC 7518, section 3.2: 256 bits)."""


class SettingError(ValueError):
    """A setting that cannot be used; the message names it and says what to do."""


@dataclass(frozen=True)
class Setting:
    """One line of the table. `default` may name the data folder as `{var}`."""

    name: str
    default: str
    help: str


TABLE = (
    Setting("HOST", "127.0.0.1", "Address the web door listens on. Keep it on loopback behind your reverse proxy."),
    Setting("PORT", "8000", "Port of the web door."),
    Setting("RASA_PORT", "5005", "Port of the Rasa server, on loopback only."),
    Setting("ACTION_PORT", "5055", "Port of the action server, on loopback only."),
    Setting("VAR_DIR", "var", "Folder for the database, the generated secrets and the logs."),
    Setting("DATABASE_URL", "sqlite:///{var}/visavis.db", "Database of people and drills; SQLite or PostgreSQL."),
    Setting("TRACKER_URL", "sqlite:///{var}/rasa.db", "Database of Rasa's tracker store."),
    Setting("SQLITE_SYNCHRONOUS", "NORMAL", "NORMAL: a power cut may lose the last commits. FULL: nothing does."),
    Setting("DATA_DIR", "data", "Folder of scenarios, grids, lexicons and coach words."),
    Setting("SCENARIOS_DIR", "", "A folder of your own scenarios, beside ours; of two with one name, yours is played."),
    Setting("MODEL_DIR", "models", "Folder of trained Rasa models."),
    Setting("SENTIMENT_MODEL", "", "Another local folder or hub model for sentiment; empty keeps our own."),
    Setting("DEMO_ACCOUNTS", "yes", "yes makes a demo agent and a demo lead, with generated passwords."),
    Setting("COOKIE_SECURE", "no", "yes sends the session cookie over HTTPS only: set it behind TLS."),
    Setting("PUBLIC_URL", "", "Address people reach the room at, for links. Empty: made of HOST and PORT."),
    Setting("SUPPORT_FR", "", "Where to find support in your company, a line in French, shown after a hard drill."),
    Setting("SUPPORT_EN", "", "The same line in English."),
    Setting("EMBED_ORIGINS", "", "Sites that may embed the chat, by origin, with commas between. Empty: none."),
    Setting("EMBED_KEY", "", "Key of 32 characters or more with which those sites' back ends sign their tokens."),
    Setting("LRS_URL", "", "xAPI endpoint of your learning record store. Empty: nothing is told to anyone."),
    Setting("LRS_KEY", "", "Key (user name) of the learning record store."),
    Setting("LRS_SECRET", "", "Secret (password) of the learning record store."),
    Setting("LOG_LEVEL", "WARNING", "How much the processes write to their logs: DEBUG, INFO, WARNING, ERROR."),
    Setting("SLACK_BOT_TOKEN", "", "Slack bot token (xoxb-…). Empty: the Slack door stays closed."),
    Setting("SLACK_SIGNING_SECRET", "", "Slack signing secret, for requests over HTTP."),
    Setting("SLACK_APP_TOKEN", "", "Slack app token (xapp-…): Socket Mode instead of HTTP."),
    Setting("SLACK_API_URL", "", "Another address for Slack's Web API, for tests."),
)  # fmt: skip

SECRETS = ("SECRET_KEY", "RASA_TOKEN", "ACTION_TOKEN")
"""Generated into `<VAR_DIR>/secrets.env` at first start; each can also be given by the environment."""


@dataclass(frozen=True)
class Settings:
    """The settings in force. Attributes are the table's names in lower case, already typed."""

    host: str
    port: int
    rasa_port: int
    action_port: int
    var_dir: Path
    database_url: str
    tracker_url: str
    sqlite_synchronous: str
    data_dir: Path
    scenarios_dir: Path | None
    model_dir: Path
    sentiment_model: str
    demo_accounts: bool
    cookie_secure: bool
    public_url: str
    support: Mapping[Lang, str]
    embed_origins: frozenset[str]
    embed_key: str
    lrs_url: str
    lrs_key: str
    lrs_secret: str
    log_level: str
    slack_bot_token: str
    slack_signing_secret: str
    slack_app_token: str
    slack_api_url: str
    secret_key: str
    rasa_token: str
    action_token: str

    @property
    def rasa_url(self) -> str:
        """Where the door finds Rasa."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def action_url(self) -> str:
        """Where Rasa finds the action server."""
        return f"http://127.0.0.1:{self.action_port}"

    def environment(self) -> dict[str, str]:
        """What the processes we start need to read; the same names as in the table."""
        return {
            "HOST": self.host,
            "PORT": str(self.port),
            "RASA_PORT": str(self.rasa_port),
            "ACTION_PORT": str(self.action_port),
            "VAR_DIR": str(self.var_dir),
            "DATABASE_URL": self.database_url,
            "TRACKER_URL": self.tracker_url,
            "SQLITE_SYNCHRONOUS": self.sqlite_synchronous,
            "DATA_DIR": str(self.data_dir),
            "SCENARIOS_DIR": str(self.scenarios_dir or ""),
            "MODEL_DIR": str(self.model_dir),
            "SENTIMENT_MODEL": self.sentiment_model,
            "PUBLIC_URL": self.public_url,
            "SUPPORT_FR": self.support["fr"],
            "SUPPORT_EN": self.support["en"],
            "EMBED_ORIGINS": ",".join(sorted(self.embed_origins)),
            "EMBED_KEY": self.embed_key,
            "LRS_URL": self.lrs_url,
            "LRS_KEY": self.lrs_key,
            "LRS_SECRET": self.lrs_secret,
            "LOG_LEVEL": self.log_level,
            "SECRET_KEY": self.secret_key,
            "RASA_TOKEN": self.rasa_token,
            "ACTION_TOKEN": self.action_token,
            "ACTION_URL": f"{self.action_url}/webhook",
        }


def load(environment: Mapping[str, str] | None = None, root: Path = ROOT) -> Settings:
    """Read the table from `environment` (the process's own by default), then `.env` under `root`, then the defaults.

    Secrets that nobody gave are generated once into `<VAR_DIR>/secrets.env`. Raises SettingError with one sentence.
    """
    given = {**dotenv_values(root / ".env"), **(os.environ if environment is None else environment)}
    values = {line.name: (given.get(line.name) or "").strip() or line.default for line in TABLE}
    var = _folder(root / values["VAR_DIR"])
    values = {name: value.replace("{var}", str(var)) for name, value in values.items()}
    kept = _secrets(var / "secrets.env", given)
    return Settings(
        host=values["HOST"],
        port=_port("PORT", values),
        rasa_port=_port("RASA_PORT", values),
        action_port=_port("ACTION_PORT", values),
        var_dir=var,
        database_url=values["DATABASE_URL"],
        tracker_url=values["TRACKER_URL"],
        sqlite_synchronous=values["SQLITE_SYNCHRONOUS"],
        data_dir=root / values["DATA_DIR"],
        scenarios_dir=_shelf(root / values["SCENARIOS_DIR"]) if values["SCENARIOS_DIR"] else None,
        model_dir=root / values["MODEL_DIR"],
        sentiment_model=values["SENTIMENT_MODEL"],
        demo_accounts=_yes("DEMO_ACCOUNTS", values),
        cookie_secure=_yes("COOKIE_SECURE", values),
        public_url=_public(values),
        support={"fr": values["SUPPORT_FR"], "en": values["SUPPORT_EN"]},
        embed_origins=_origins(values),
        embed_key=_embed_key(values),
        lrs_url=_address("LRS_URL", values),
        lrs_key=values["LRS_KEY"],
        lrs_secret=values["LRS_SECRET"],
        log_level=values["LOG_LEVEL"].upper(),
        slack_bot_token=values["SLACK_BOT_TOKEN"],
        slack_signing_secret=values["SLACK_SIGNING_SECRET"],
        slack_app_token=values["SLACK_APP_TOKEN"],
        slack_api_url=values["SLACK_API_URL"],
        secret_key=kept["SECRET_KEY"],
        rasa_token=kept["RASA_TOKEN"],
        action_token=kept["ACTION_TOKEN"],
    )


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".writable"
        probe.touch()
        probe.unlink(missing_ok=True)  # another process may be probing too
    except OSError as error:
        raise SettingError(
            f"The folder {path} cannot be written ({error.strerror}): give yourself the right to, or set VAR_DIR."
        ) from error
    return path


def _shelf(path: Path) -> Path:
    if not path.is_dir():
        raise SettingError(f"SCENARIOS_DIR is “{path}”, which is not a folder: make it, or leave the setting empty.")
    return path


def _secrets(path: Path, given: Mapping[str, str | None]) -> dict[str, str]:
    kept = {name: value for name, value in dotenv_values(path).items() if value} if path.exists() else {}
    missing = [name for name in SECRETS if not given.get(name) and name not in kept]
    if missing:
        kept |= {name: secrets.token_urlsafe(32) for name in missing}
        path.touch(mode=0o600)
        path.write_text("".join(f"{name}={kept[name]}\n" for name in SECRETS if name in kept), encoding="utf-8")
    return {name: given.get(name) or kept[name] for name in SECRETS}


def _port(name: str, values: Mapping[str, str]) -> int:
    try:
        port = int(values[name])
    except ValueError:
        port = 0
    if not 1 <= port <= 65535:
        raise SettingError(f"{name} is “{values[name]}”: give a port between 1 and 65535.")
    return port


def _public(values: Mapping[str, str]) -> str:
    return _address("PUBLIC_URL", values) or f"http://{values['HOST']}:{values['PORT']}"


def _address(name: str, values: Mapping[str, str]) -> str:
    address = values[name].rstrip("/")
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise SettingError(f"{name} is “{values[name]}”: give a whole address, such as https://example.org/xapi.")
    return address


def _origins(values: Mapping[str, str]) -> frozenset[str]:
    origins = frozenset(origin.strip() for origin in values["EMBED_ORIGINS"].split(",") if origin.strip())
    for origin in origins:
        parts = urlsplit(origin)
        if f"{parts.scheme}://{parts.netloc}" != origin or parts.scheme not in ("http", "https") or "*" in origin:
            raise SettingError(
                f"EMBED_ORIGINS holds “{origin}”: write each site as its origin, such as https://intranet.example."
            )
    return origins


def _embed_key(values: Mapping[str, str]) -> str:
    key = values["EMBED_KEY"]
    if values["EMBED_ORIGINS"] and len(key) < KEY_LENGTH:
        raise SettingError(
            f"EMBED_KEY has {len(key)} characters: give one of {KEY_LENGTH} or more to the sites in EMBED_ORIGINS."
        )
    return key


def _yes(name: str, values: Mapping[str, str]) -> bool:
    answer = values[name].lower()
    if answer not in ("yes", "no"):
        raise SettingError(f"{name} is “{values[name]}”: write yes or no.")
    return answer == "yes"
