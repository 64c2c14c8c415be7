from pathlib import Path

from services.core.spool import Record
from services.recorder.room import Room
from tests.pictures import HeldClock


def test_recording_pauses_below_the_limit_and_goes_on_when_there_is_half_as_much_again() -> None:
    free = iter((3.1, 2.9, 4.4, 4.5, 3.0))
    told: list[Record] = []
    room = Room(Path("/"), 3, HeldClock(), told.append, lambda _: next(free))
    seen = []
    for _ in range(5):
        room.look()
        seen.append(room.is_there())
    assert seen == [True, False, False, True, True]
    assert [(one["event"], one["of"]) for one in told] == [("recording_paused", "hub"), ("recording_resumed", "hub")]
    assert "2.9 %" in told[0]["detail"]


def test_a_disk_that_cannot_be_looked_at_changes_nothing() -> None:
    def gone(_: Path) -> float:
        raise OSError(5, "Input/output error")

    room = Room(Path("/"), 3, HeldClock(), lambda _: None, gone)
    room.look()
    assert room.is_there()


def test_an_event_that_cannot_be_stored_does_not_keep_recording_from_pausing() -> None:
    def full(_: Record) -> None:
        raise OSError(28, "No space left on device")

    room = Room(Path("/"), 3, HeldClock(), full, lambda _: 1.0)
    room.look()
    assert not room.is_there()
