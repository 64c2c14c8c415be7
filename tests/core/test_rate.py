import pytest

from services.core import rate
from services.core.rate import RateLimit
from tests.pictures import HeldClock


def test_a_sender_may_burst_and_then_keeps_its_rate() -> None:
    clock = HeldClock()
    limit = RateLimit(clock, rate=10, burst=20)
    assert [limit.allows("a") for _ in range(25)].count(True) == 20
    clock.pass_by(1)
    assert [limit.allows("a") for _ in range(25)].count(True) == 10
    assert limit.allows("b")


def test_a_sender_that_is_refused_is_not_punished_for_asking() -> None:
    clock = HeldClock()
    limit = RateLimit(clock, rate=1, burst=1)
    assert limit.allows("a")
    for _ in range(9):
        clock.pass_by(0.1)
        assert not limit.allows("a")
    clock.pass_by(0.11)
    assert limit.allows("a")


def test_it_remembers_a_bounded_number_of_senders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "SENDERS_REMEMBERED", 10)
    limit = RateLimit(HeldClock(), 1)
    for number in range(1000):
        limit.allows(str(number))
    assert len(limit._buckets) == 10
