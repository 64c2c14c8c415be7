from pathlib import Path

from services.hub.gate import DailyCap

DAY = "2026-05-01"


def test_the_cap_counts_what_is_on_disk_so_a_restart_forgets_nothing(tmp_path: Path) -> None:
    day = tmp_path / DAY
    day.mkdir()
    for number in range(3):
        (day / f"Front-Door-2026-05-01T08.08.49.00000{number}.jpg").touch()
    (day / "Front-Door-2026-05-01T08.08.49.000009.txt").touch()
    cap = DailyCap(tmp_path, 4)
    cap.prepare(DAY)
    assert [cap.allows("Front Door", DAY) for _ in range(3)] == [True, False, False]
    assert cap.allows("Back Door", DAY)
    assert cap.allows("Front Door", "2026-05-02")


def test_a_picture_that_could_not_be_stored_is_not_counted(tmp_path: Path) -> None:
    cap = DailyCap(tmp_path, 1)
    assert cap.allows("A", DAY)
    cap.give_back("A")
    assert cap.allows("A", DAY)
    assert not cap.allows("A", DAY)


def test_the_first_refusal_of_each_day_is_told_apart(tmp_path: Path) -> None:
    cap = DailyCap(tmp_path, 1)
    for day in (DAY, "2026-05-02"):
        cap.allows("A", day)
        assert [cap.is_first_refusal("A") for _ in range(3)] == [True, False, False]
        assert cap.is_first_refusal("B")


def test_without_a_cap_all_are_taken(tmp_path: Path) -> None:
    cap = DailyCap(tmp_path, 0)
    assert all(cap.allows("A", DAY) for _ in range(10_000))
