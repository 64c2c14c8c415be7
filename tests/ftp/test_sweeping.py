import os
from pathlib import Path

from prometheus_client import REGISTRY

from services.ftp.incoming import sweep
from services.ftp.sweeping import Sweeping
from tests.pictures import HeldClock


def put(folder: Path, name: str, at: float) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"half")
    os.utime(file, (at, at))
    return file


def test_cut_uploads_go_when_nobody_resumes_them_and_fresh_ones_stay(tmp_path: Path) -> None:
    old, fresh = put(tmp_path, "front/2026/old.jpg", 1000), put(tmp_path, "front/fresh.jpg", 2000)
    seen: list[Path] = []
    sweep(tmp_path, 1500, seen.append)
    assert (old.exists(), fresh.exists(), seen) == (False, True, [old])


def test_empty_folders_go_but_never_a_users_own(tmp_path: Path) -> None:
    (tmp_path / "front" / "2026").mkdir(parents=True)
    for folder in (tmp_path / "front" / "2026", tmp_path / "front"):
        os.utime(folder, (1000, 1000))
    sweep(tmp_path, 1500, lambda _: None)
    assert [path.name for path in tmp_path.rglob("*")] == ["front"]


def test_each_one_that_goes_is_counted(tmp_path: Path) -> None:
    clock = HeldClock()
    put(tmp_path, "front/old.jpg", clock.now().timestamp() - 3601)
    before = REGISTRY.get_sample_value("ftp_dropped_total") or 0.0

    class Once:
        """Lets the loop come round once."""

        def __init__(self) -> None:
            self.rounds = 0

        def is_set(self) -> bool:
            return self.rounds > 0

        def wait(self, seconds: float) -> None:
            self.rounds += 1

    Sweeping(tmp_path, clock, 3600).work(Once(), lambda: None)  # type: ignore[arg-type]
    assert REGISTRY.get_sample_value("ftp_dropped_total") == before + 1
