from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.ftp.named_time import named_time

ROME = ZoneInfo("Europe/Rome")
NEAR = datetime(2026, 11, 20, 13, 24, tzinfo=UTC)
AT = datetime(2026, 11, 20, 13, 23, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "path",
    [
        "a_b_20261120142305.jpg",
        "Front_01_20261120142305.jpg",
        "/front/MDAlarm_20261120-142305.jpg",
        "Schedule_20261120-142305.jpg",
        "192.168.1.64_01_20261120142305000_MOTION_DETECTION.jpg",
        "2026-11-20_14-23-05.jpg",
        "snap 2026.11.20 14.23.05.jpg",
        "image26-11-20_14-23-05-00.jpg",
        "Driveway-2026-11-20T14.23.05.000000.jpg",
        "2026-11-20/001/jpg/14/23/05[M][0@0][0].jpg",
        "2026-11-20/pic_001/14.23.05[M][0@0][0].jpg",
        "20261120/images/A14230500-1.jpg".replace("14230500-1", "142305-1"),
        "20261120/record/A142305_142310.264",
        "fetch_front-door_1795180985.jpg",
        "1795180985000.jpg",
        "/20260101/1/2026-11-20_14-23-05.jpg",
    ],
)
def test_the_names_that_cameras_give_are_read_as_the_houses_time(path: str) -> None:
    assert named_time(path, ROME, NEAR) == AT


@pytest.mark.parametrize(
    "path", ["snapshot.jpg", "cam1.jpg", "20261320142305.jpg", "12345678901234567890.jpg", "", "/"]
)
def test_a_name_without_a_time_says_none(path: str) -> None:
    assert named_time(path, ROME, NEAR) is None


def test_fractions_are_kept() -> None:
    assert named_time("c_20261120142305123.jpg", ROME, NEAR) == AT.replace(microsecond=123000)
    assert named_time("image26-11-20_14-23-05-12.jpg", ROME, NEAR) == AT.replace(microsecond=120000)


@pytest.mark.parametrize(("near", "hour"), [(0, 0), (2, 1)])
def test_of_the_hour_that_comes_twice_the_one_near_the_receipt_is_meant(near: int, hour: int) -> None:
    received = datetime(2026, 10, 25, near, 30, tzinfo=UTC)
    assert named_time("20261025023000.jpg", ROME, received) == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
