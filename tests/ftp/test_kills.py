"""Killed (kill -9) at each step of taking a file: nothing partial has a row, and sent again there is exactly one."""

import ftplib
import hashlib
import io
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from services.core.clock import SystemClock
from services.core.media import Media
from services.core.spool import SpoolReader
from services.ftp.records import writers
from services.intake.drain import Drain
from services.store.ftp_tables import upload
from services.store.tables import garbage, image
from tests.ftp.rig import PASSWORD, Rig, put
from tests.peers import wait_until
from tests.pictures import lively

pytestmark = pytest.mark.mariadb
ROOT = Path(__file__).parents[2]
FILES = {"c_20261120142305.jpg": lively(), "c_20261120142305.log": b"all is well"}


class Catalogue:
    """The rows that there are of what was taken, and the files of those."""

    def __init__(self, engine: Engine, rig: Rig) -> None:
        clock = SystemClock()
        self._engine = engine
        self._media = Media(rig.settings.media)
        self._drain = Drain(SpoolReader(rig.folder), self._media, engine, clock, lambda *_: None, writers(clock))

    def files(self) -> list[bytes]:
        while self._drain.drain():
            pass
        with self._engine.connect() as connection:
            rows = [row for of in (image, upload) for row in connection.execute(select(of.c.path, of.c.sha256))]
        files = [self._media.path(row.path).read_bytes() for row in rows]
        assert [hashlib.sha256(one).hexdigest() for one in files] == [row.sha256 for row in rows]
        return files

    def unknown(self) -> set[str]:
        """Files that neither a row nor the garbage knows."""
        with self._engine.connect() as connection:
            known = {path for of in (image, upload, garbage) for path in connection.scalars(select(of.c.path))}
        found = (one for name in ("images", "uploads") for one in (self._media.root / name).rglob("*") if one.is_file())
        return {str(one.relative_to(self._media.root)) for one in found if not one.name.startswith(".")} - known


def send_to_the_dying(folder: Path, step: str, when: str, name: str) -> None:
    folder.mkdir()
    command = [sys.executable, "-m", "tests.ftp.dying", str(folder), step, when]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as dying:
        wait_until((folder / "port").exists, "the intake")
        client = ftplib.FTP(timeout=30)
        client.connect("127.0.0.1", int((folder / "port").read_text()))
        client.login("front", PASSWORD)
        with pytest.raises((EOFError, OSError)):
            client.storbinary(f"STOR {name}", io.BytesIO(FILES[name]))
        client.close()
        assert dying.wait(20) == -signal.SIGKILL


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("step", "when"),
    [
        ("take", "before"),
        ("append", "before"),
        ("append", "after"),
        ("put", "after"),
        ("flush", "after"),
        ("close", "after"),
        ("answer", "before"),
    ],
)
def test_a_file_is_one_row_though_its_taking_was_killed(
    tmp_path: Path, engine: Engine, step: str, when: str, name: str
) -> None:
    putting = "place" if name.endswith(".jpg") else "adopt"
    send_to_the_dying(tmp_path / "house", putting if step == "put" else step, when, name)
    rig = Rig(tmp_path / "house")
    try:
        catalogue = Catalogue(engine, rig)
        assert catalogue.files() in ([], [FILES[name]])
        assert list((rig.folder / "whole").iterdir()) == []
        with rig.client() as client:
            assert put(client, name, FILES[name]).startswith("226")
        assert catalogue.files() == [FILES[name]]
        assert catalogue.unknown() == set()
        assert rig.partial() == []
    finally:
        rig.close()


def test_a_kill_in_mid_upload_leaves_what_has_come_and_the_resumed_upload_is_one_row(
    tmp_path: Path, engine: Engine
) -> None:
    (name, data), folder = next(iter(FILES.items())), tmp_path / "house"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.ftp.dying", str(folder), "take", "before"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as dying:
        wait_until((folder / "port").exists, "the intake")
        client = ftplib.FTP(timeout=30)
        client.connect("127.0.0.1", int((folder / "port").read_text()))
        client.login("front", PASSWORD)
        with client.transfercmd(f"STOR {name}") as sending:
            sending.sendall(data[:10_000])
            wait_until(lambda: any(one.stat().st_size for one in folder.rglob(name)), "some of it on the disk")
            dying.kill()
            dying.wait(20)
        client.close()
    rig = Rig(folder)
    try:
        catalogue = Catalogue(engine, rig)
        assert catalogue.files() == []
        with rig.client() as client:
            client.voidcmd("TYPE I")
            there = client.size(name)
            assert there
            assert put(client, name, data[there:], rest=there).startswith("226")
        assert catalogue.files() == [data]
    finally:
        rig.close()
