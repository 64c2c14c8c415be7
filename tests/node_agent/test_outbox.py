"""What waits for the hub."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node_agent.outbox import Outbox, Parcel
from node_agent.spool import Spool
from tests.node_agent.staging import TestClock, message, numbered


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    opened = Spool(tmp_path / "spool", 1_000_000, TestClock())
    opened.open()
    yield opened
    opened.close()


def test_fresh_messages_stay_in_memory_and_in_order(spool: Spool) -> None:
    outbox = Outbox(spool, queuemax=5)
    for one in numbered(3):
        outbox.put(one)
    assert spool.count == 0
    assert _taken(outbox, 3) == ["m0", "m1", "m2"]


def test_what_does_not_fit_into_memory_is_kept_on_disk(spool: Spool) -> None:
    outbox = Outbox(spool, queuemax=2)
    for one in numbered(5):
        outbox.put(one)
    assert spool.count == 3
    assert sorted(_taken(outbox, 5)) == ["m0", "m1", "m2", "m3", "m4"]


def test_everything_goes_to_disk_while_the_hub_is_away(spool: Spool) -> None:
    outbox = Outbox(spool, queuemax=5)
    outbox.put(message("before", seconds=1))
    outbox.keep_everything(Parcel(message("in flight", seconds=0)))
    outbox.put(message("after", seconds=2))
    assert spool.count == 3
    assert _taken(outbox, 3) == ["in flight", "before", "after"]


def test_a_kept_parcel_is_not_kept_twice(spool: Spool) -> None:
    outbox = Outbox(spool, queuemax=5)
    spool.keep(numbered(1))
    parcel = outbox.take()
    assert parcel is not None
    outbox.keep_everything(parcel)
    assert spool.count == 1


def test_an_accepted_parcel_leaves_the_disk(spool: Spool) -> None:
    outbox = Outbox(spool, queuemax=5)
    spool.keep(numbered(1))
    parcel = outbox.take()
    assert parcel is not None
    outbox.accepted(parcel)
    assert spool.count == 0


def test_fresh_messages_stay_in_memory_again_when_the_hub_is_back(spool: Spool) -> None:
    outbox = Outbox(spool, queuemax=5)
    outbox.keep_everything()
    outbox.hub_is_back()
    outbox.put(message())
    assert spool.count == 0


def test_fresh_and_kept_messages_take_turns(spool: Spool) -> None:
    outbox = Outbox(spool, queuemax=9)
    spool.keep(numbered(3))
    for number in range(3):
        outbox.put(message(f"fresh{number}", seconds=100))
    assert sorted(_taken(outbox, 2)) == ["fresh0", "m0"]
    assert sorted(_taken(outbox, 2)) == ["fresh1", "m1"]


def test_an_empty_outbox_has_nothing_to_take(spool: Spool) -> None:
    assert Outbox(spool, queuemax=1).take() is None


def _taken(outbox: Outbox, count: int) -> list[str]:
    texts = []
    for _ in range(count):
        parcel = outbox.take()
        assert parcel is not None
        texts.append(parcel.message.text)
        outbox.accepted(parcel)
    return texts
