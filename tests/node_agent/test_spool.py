"""Messages kept on disk."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from node_agent.messages import Message
from node_agent.spool import Spool, SpoolError
from tests.node_agent.staging import TestClock, message, numbered, until


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def spool(tmp_path: Path, clock: TestClock) -> Iterator[Spool]:
    opened = Spool(tmp_path / "spool", 10_000, clock)
    opened.open()
    yield opened
    opened.close()


def drained(spool: Spool) -> list[str]:
    texts = []
    while found := spool.oldest():
        texts.append(found[1].text)
        spool.remove(found[0])
    return texts


def reopened(spool: Spool, tmp_path: Path) -> Spool:
    spool.close()
    again = Spool(tmp_path / "spool", 10_000, TestClock())
    again.open()
    return again


def test_a_message_comes_back_as_it_was(spool: Spool) -> None:
    kept = message("Straße|jpg", body=b"\xff\xd8\n\n\x00\xff\xd9")
    spool.keep([kept])
    found = spool.oldest()
    assert found is not None
    assert found[1] == kept


def test_the_order_is_that_of_capture_not_that_of_keeping(spool: Spool) -> None:
    spool.keep(reversed(numbered(5)))
    spool.keep([message("m2.5", seconds=2.5)])
    assert drained(spool) == ["m0", "m1", "m2", "m2.5", "m3", "m4"]


def test_messages_of_the_same_moment_keep_their_order(spool: Spool) -> None:
    spool.keep([message(f"same{number}") for number in range(12)])
    assert drained(spool) == [f"same{number}" for number in range(12)]


def test_what_is_kept_is_there_after_a_restart(spool: Spool, tmp_path: Path) -> None:
    spool.keep(numbered(3))
    again = reopened(spool, tmp_path)
    assert (again.count, drained(again)) == (3, ["m0", "m1", "m2"])
    again.close()


def test_an_unfinished_file_of_a_crash_is_swept_away(spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "spool" / "00000000000000001-1-000000000-abcd.msg.tmp").write_bytes(b'{"msg"')
    again = reopened(spool, tmp_path)
    assert again.count == 0
    assert not list((tmp_path / "spool").glob("*.tmp"))
    again.close()


def test_the_oldest_are_dropped_counted_and_logged_when_it_is_full(spool: Spool) -> None:
    with capture_logs() as logs:
        spool.keep([message(f"m{number}", seconds=number, body=b"x" * 3000) for number in range(5)])
    assert drained(spool) == ["m2", "m3", "m4"]
    assert spool.discards == {"full": 2}
    assert [(log["event"], log["reason"]) for log in logs] == [("spool_discarded", "full")]


def test_drops_are_logged_once_a_minute_but_all_counted(spool: Spool, clock: TestClock) -> None:
    with capture_logs() as logs:
        for second in range(0, 100, 10):
            clock.seconds = second
            spool.keep([message("big", seconds=second, body=b"x" * 9000)])
    assert spool.discards["full"] == 9
    assert [log["total"] for log in logs] == [1, 7]


def test_a_message_set_aside_lets_the_next_go_first(spool: Spool, clock: TestClock) -> None:
    spool.keep(numbered(2))
    first = spool.oldest()
    assert first is not None
    spool.set_aside(first[0], 60)
    assert _text(spool.oldest()) == "m1"
    clock.seconds = 60
    assert _text(spool.oldest()) == "m0"
    spool.set_aside(first[0], 60)
    spool.set_none_aside()
    assert _text(spool.oldest()) == "m0"


@pytest.mark.parametrize("content", [b"", b"not json\njpeg", b'{"other": 1}\njpeg'])
def test_a_damaged_file_is_counted_and_does_not_block_the_others(spool: Spool, tmp_path: Path, content: bytes) -> None:
    spool.keep(numbered(2))
    sorted((tmp_path / "spool").glob("*.msg"))[0].write_bytes(content)
    with capture_logs() as logs:
        assert drained(spool) == ["m1"]
    assert spool.discards == {"unreadable": 1}
    assert logs[0]["event"] == "spool_discarded"


def test_a_file_somebody_removed_is_counted(spool: Spool, tmp_path: Path) -> None:
    spool.keep(numbered(2))
    sorted((tmp_path / "spool").glob("*.msg"))[0].unlink()
    assert drained(spool) == ["m1"]
    assert spool.discards == {"unreadable": 1}


def test_a_message_that_the_disk_refuses_is_counted_and_the_agent_goes_on(spool: Spool, tmp_path: Path) -> None:
    for path in (tmp_path / "spool").iterdir():
        path.unlink()
    (tmp_path / "spool").rmdir()
    with capture_logs() as logs:
        spool.keep([message()])
    assert (spool.count, spool.discards) == (0, {"disk": 1})
    assert "make room" in logs[0]["detail"]


def test_two_agents_cannot_share_a_spool(spool: Spool, tmp_path: Path) -> None:
    with pytest.raises(SpoolError, match="in use by another agent"):
        Spool(tmp_path / "spool", 10_000, TestClock()).open()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpoolError, match=r"spool\.folder: .*file/spool cannot be used"):
        Spool(tmp_path / "file" / "spool", 10_000, TestClock()).open()


def test_a_message_is_flushed_before_it_gets_its_name_and_the_folder_after_it(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[tuple[bool, int]] = []
    real = os.fsync

    def watched(number: int) -> None:
        flushed.append((stat.S_ISDIR(os.fstat(number).st_mode), len(list((tmp_path / "spool").glob("*.msg")))))
        real(number)

    monkeypatch.setattr(os, "fsync", watched)
    spool.keep([message()])
    file, folder = flushed
    assert file == (False, 0)
    assert folder == (True, 1)


_WRITER = """
import itertools, sys
from pathlib import Path
from node_agent.clock import SystemClock
from node_agent.spool import Spool
from tests.node_agent.staging import message
spool = Spool(Path(sys.argv[1]), 10**9, SystemClock())
spool.open()
for number in itertools.count():
    spool.keep([message(f"m{number}", seconds=number, body=bytes(50_000))])
    print(number, flush=True)
"""


def test_every_message_it_has_reported_as_kept_survives_kill_9(tmp_path: Path) -> None:
    folder, said = tmp_path / "spool", tmp_path / "said"
    with said.open("w") as out, subprocess.Popen([sys.executable, "-c", _WRITER, str(folder)], stdout=out) as writer:
        until(lambda: len(said.read_text().splitlines()) >= 20, "twenty kept messages")
        os.kill(writer.pid, signal.SIGKILL)
    spool = Spool(folder, 10**9, TestClock())
    spool.open()
    texts = drained(spool)
    spool.close()
    reported = len(said.read_text().split("\n")) - 1
    assert texts == [f"m{number}" for number in range(len(texts))]
    assert reported <= len(texts) <= reported + 1


def _text(found: tuple[str, Message] | None) -> str:
    assert found is not None
    return found[1].text
