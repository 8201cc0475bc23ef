"""`visavis run` as a person starts and stops it."""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from bot import launcher, model, settings
from bot.settings import ROOT
from tests.integration.room import environment, listening, trained, until, visavis


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings for one room that is started several times; its model is ready."""
    folder = tmp_path_factory.mktemp("launch")
    chosen = environment(folder)
    trained(settings.load(chosen), folder)
    return chosen


class Started:
    """`visavis run` under way, its words in a file."""

    def __init__(self, given: dict[str, str], folder: Path) -> None:
        self._file = folder / "said.txt"
        with self._file.open("wb") as output:
            self.process = subprocess.Popen(
                visavis("run"), cwd=ROOT, env={**os.environ, **given, "COLUMNS": "200"}, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    @property
    def said(self) -> str:
        """What it has printed."""
        return self._file.read_text(encoding="utf-8")

    def ready(self) -> bool:
        """Whether it says so, to its last line; it may not stop before."""
        assert self.process.poll() is None, self.said
        said = self.said
        return "ready: http://" in said and "Ctrl-C" in said

    def family(self) -> list[psutil.Process]:
        """Its servers and theirs."""
        children: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return children


@pytest.fixture
def running(given: dict[str, str], tmp_path: Path) -> Iterator[Started]:
    """`visavis run`, killed at the end if the test did not stop it."""
    started = Started(given, tmp_path)
    yield started
    if started.process.poll() is None:
        started.process.terminate()
        started.process.wait(3 * launcher.GRACE)


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_it_starts_stops_when_asked_and_leaves_nothing(
    given: dict[str, str], running: Started, asked: signal.Signals
) -> None:
    until(running.ready, launcher.PATIENCE)
    address = f"http://{given['HOST']}:{given['PORT']}"
    assert f"ready: {address}" in running.said
    assert "demo agent: camille / " in running.said
    assert httpx.get(f"{address}/api/health", timeout=10).status_code == 200
    assert httpx.get(address, timeout=10, follow_redirects=True).status_code == 200
    assert listening(running.process.pid) == {"127.0.0.1"}
    family = running.family()
    assert len(family) >= 3

    running.process.send_signal(asked)
    assert running.process.wait(3 * launcher.GRACE) == 0
    assert psutil.wait_procs(family, timeout=1)[1] == []
    assert "Stopped." in running.said
    assert "Traceback" not in running.said
    # The model was there: neither the first start nor the second trained one.
    assert not (Path(given["VAR_DIR"]) / "logs" / "train.log").exists()


def test_it_stops_while_it_starts(running: Started) -> None:
    until(lambda: len(running.family()) >= 3)
    family = running.family()
    running.process.terminate()
    assert running.process.wait(4 * launcher.GRACE) == 0
    assert psutil.wait_procs(family, timeout=1)[1] == []
    assert "ready" not in running.said
    assert "Traceback" not in running.said


def test_a_second_start_keeps_accounts_and_secrets(given: dict[str, str]) -> None:
    folder = Path(given["VAR_DIR"])
    kept = {name: (folder / name).read_text(encoding="utf-8") for name in ("secrets.env", "demo.json")}
    assert settings.load(given) == settings.load(given)
    assert {name: (folder / name).read_text(encoding="utf-8") for name in kept} == kept


def refused(given: dict[str, str]) -> str:
    """The one sentence of a start that fails; nothing is left running."""
    environ = {**os.environ, **given, "COLUMNS": "1000"}
    done = subprocess.run(
        visavis("run"), cwd=ROOT, env=environ, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode not in (0, None)
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    assert len(said) == 1, said
    return said[0]


@pytest.mark.parametrize("name", ["PORT", "RASA_PORT", "ACTION_PORT"])
def test_a_port_in_use(given: dict[str, str], name: str) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        said = refused({**given, name: str(port)})
    assert f"Port {port} on 127.0.0.1 cannot be used" in said
    assert name in said


def test_a_port_that_is_none(given: dict[str, str]) -> None:
    assert "PORT is “eighty”" in refused({**given, "PORT": "eighty"})


def test_a_folder_that_cannot_be_written(given: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    assert "cannot be written" in refused({**given, "VAR_DIR": str(tmp_path / "a-file" / "var")})


def test_a_truncated_model(given: dict[str, str], tmp_path: Path) -> None:
    good = model.path(settings.load(given))
    broken = tmp_path / good.name
    broken.write_bytes(good.read_bytes()[:5000])
    assert f"The Rasa model {broken} is damaged" in refused({**given, "MODEL_DIR": str(tmp_path)})


def test_a_hollow_model_that_only_rasa_can_tell(given: dict[str, str], tmp_path: Path) -> None:
    hollow = tmp_path / model.path(settings.load(given)).name
    with tarfile.open(hollow, "w:gz") as archive:
        member = tarfile.TarInfo("metadata.json")
        member.size = 2
        archive.addfile(member, io.BytesIO(b"{}"))
    assert f"The Rasa model {hollow} is damaged" in refused({**given, "MODEL_DIR": str(tmp_path)})


def test_a_database_that_cannot_be_opened(given: dict[str, str], tmp_path: Path) -> None:
    shutil.copy(__file__, tmp_path / "not-a.db")
    said = refused({**given, "DATABASE_URL": f"sqlite:///{tmp_path}/not-a.db"})
    assert "The database of DATABASE_URL cannot be opened" in said
