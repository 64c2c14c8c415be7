from services.hub.pace import Pace


def test_a_hub_is_busy_when_messages_are_there_at_once_round_after_round() -> None:
    pace = Pace()
    for _ in range(10):
        pace.note(at_once=True)
    assert not pace.is_busy()
    for _ in range(40):
        pace.note(at_once=True)
    assert pace.is_busy()
    for _ in range(20):
        pace.note(at_once=False)
    assert not pace.is_busy()


def test_a_hub_that_waits_every_other_time_is_not() -> None:
    pace = Pace()
    for number in range(1000):
        pace.note(at_once=bool(number % 2))
        assert not pace.is_busy()
