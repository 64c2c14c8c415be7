import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.hub import metrics
from services.hub.event_log import EventLog
from tests.disks import small_disk
from tests.pictures import HeldClock


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_line_is_byte_for_byte_as_stock_imagehub_writes_it(tmp_path: Path, berlin: None) -> None:
    log = EventLog(tmp_path, HeldClock())
    log.write("Driveway RPiCam7|motion|moving|FrontDoor", datetime(2026, 11, 20, 7, 8, 49, 709999, UTC))
    log.write("Füße|Temp|21.0 C", datetime(2026, 11, 20, 7, 8, 50, 0, UTC))
    log.close()
    assert (tmp_path / "imagehub.log").read_bytes() == (
        b"2026-11-20 08:08:49,709 ~ Driveway RPiCam7|motion|moving|FrontDoor\n"
        + "2026-11-20 08:08:50,000 ~ Füße|Temp|21.0 C\n".encode()
    )


def test_a_newline_is_written_out(tmp_path: Path) -> None:
    log = EventLog(tmp_path, HeldClock())
    log.write("A|motion|moving\n2026-01-01 00:00:00,000 ~ Fake node|motion|moving\r\u2028x\x1b[2J")
    log.close()
    (line,) = (tmp_path / "imagehub.log").read_text().splitlines()
    assert re.fullmatch(r"[^~]+ ~ A\|motion\|moving\\u000a2026.*moving\\u000d\\u2028x\\u001b\[2J", line)


def test_the_log_of_an_earlier_day_is_put_aside(tmp_path: Path) -> None:
    log = EventLog(tmp_path, HeldClock())
    log.write("first")
    log._handler.rolloverAt = 0
    log.write("second")
    log.close()
    (old,) = tmp_path.glob("imagehub.log.????-??-??")
    assert old.read_text().endswith("first\n")
    assert (tmp_path / "imagehub.log").read_text().endswith("second\n")
    assert log._handler.backupCount == 995


def test_a_full_disk_costs_lines_and_nothing_else(tmp_path: Path) -> None:
    before = metrics.total(metrics.log_lines_lost)
    with small_disk(tmp_path / "small", "64k") as folder:
        log = EventLog(folder, HeldClock())
        (folder / "filler").write_bytes(bytes(60_000))
        for _ in range(20):
            log.write("x" * 900)
        assert metrics.total(metrics.log_lines_lost) > before
        (folder / "filler").unlink()
        log.write("again")
        assert (folder / "imagehub.log").read_text().endswith("again\n")
        log.close()
