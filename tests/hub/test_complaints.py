import pytest
import structlog

from services.hub.complaints import Complaints
from tests.pictures import HeldClock


def test_a_flood_of_refusals_is_one_line_with_a_number() -> None:
    clock = HeldClock()
    complaints = Complaints(clock)
    with structlog.testing.capture_logs() as lines:
        for _ in range(1000):
            complaints.say("not a JPEG", "192.168.7.9")
        complaints.say("too large", "192.168.7.8")
        clock.pass_by(10)
        complaints.say("not a JPEG", "192.168.7.9")
    told = [(line["reason"], line["peer"], line["more_since_last_line"]) for line in lines]
    assert told == [
        ("not a JPEG", "192.168.7.9", 0),
        ("too large", "192.168.7.8", 0),
        ("not a JPEG", "192.168.7.9", 999),
    ]


def test_a_later_flood_counts_from_its_own_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = HeldClock()
    complaints = Complaints(clock)
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            clock.pass_by(11)
            complaints.say("too fast", "")
    assert [line["more_since_last_line"] for line in lines] == [0, 0, 0]
