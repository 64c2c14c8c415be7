from services.keeper.patience import FORGET_S, Patience
from tests.pictures import HeldClock


def rings(patience: Patience[str], clock: HeldClock, seconds: int) -> list[int]:
    """The seconds at which one thing is due, asked about every second."""
    at = []
    for second in range(seconds):
        if patience.due(["a"]):
            patience.rung(["a"])
            at.append(second)
        clock.pass_by(1)
    return at


def test_it_rings_at_once_and_then_ever_more_seldom_but_never_stops() -> None:
    clock = HeldClock()
    assert rings(Patience(clock), clock, 260) == [0, 5, 15, 35, 75, 135, 195, 255]


def test_each_thing_has_its_own_patience() -> None:
    clock = HeldClock()
    patience: Patience[str] = Patience(clock)
    patience.rung(["a"])
    assert patience.due(["a", "b"]) == ["b"]


def test_what_was_not_rung_stays_due() -> None:
    patience: Patience[str] = Patience(HeldClock())
    assert patience.due(["a"]) == ["a"]
    assert patience.due(["a"]) == ["a"]


def test_what_has_not_been_asked_about_for_long_is_forgotten() -> None:
    clock = HeldClock()
    patience: Patience[str] = Patience(clock)
    for _ in range(5):
        patience.rung(["a"])
    clock.pass_by(FORGET_S + 1)
    assert patience.due([]) == []
    assert patience.due(["a"]) == ["a"]
    patience.rung(["a"])
    clock.pass_by(5)
    assert patience.due(["a"]) == ["a"]
