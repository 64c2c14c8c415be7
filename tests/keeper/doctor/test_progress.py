from services.keeper.doctor.progress import Progress
from tests.pictures import HeldClock


def test_it_speaks_every_two_seconds_at_most() -> None:
    said: list[str] = []
    clock = HeldClock()
    progress = Progress(said.append, clock.monotonic)
    for done in range(1, 13):
        clock.pass_by(0.5)
        progress.at(done * 1000, 50_000, "images")
    assert said == [f"{done},000 of 50,000 images checked …" for done in (4, 8, 12)]


def test_a_quick_examination_says_nothing() -> None:
    said: list[str] = []
    clock = HeldClock()
    Progress(said.append, clock.monotonic).at(5, None, "files")
    assert said == []
