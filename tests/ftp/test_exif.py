import io
import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from services.ftp.exif import taken_at

ROME = ZoneInfo("Europe/Rome")
NEAR = datetime(2026, 11, 20, 13, 24, tzinfo=UTC)
AT = datetime(2026, 11, 20, 13, 23, 5, tzinfo=UTC)


def picture(**fields: str) -> bytes:
    """A JPEG with these fields in its inner EXIF block."""
    names = {"taken": 0x9003, "offset": 0x9011, "fraction": 0x9291}
    exif = Image.Exif()
    inner = exif.get_ifd(0x8769)
    inner.update({names[name]: value for name, value in fields.items()})
    file = io.BytesIO()
    Image.new("RGB", (16, 16)).save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_the_time_of_a_picture_is_the_houses_where_no_offset_is_given() -> None:
    assert taken_at(picture(taken="2026:11:20 14:23:05"), ROME, NEAR) == AT


def test_an_offset_and_a_fraction_count() -> None:
    data = picture(taken="2026:11:20 08:23:05", offset="-05:00", fraction="25")
    assert taken_at(data, ROME, NEAR) == AT.replace(microsecond=250000)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "yesterday", "", "2026:11:20"])
def test_what_is_no_time_says_none(taken: str) -> None:
    assert taken_at(picture(taken=taken), ROME, NEAR) is None


@pytest.mark.parametrize("offset", ["   :  ", "+25:00", "CET"])
def test_an_offset_that_is_none_leaves_the_houses_time(offset: str) -> None:
    assert taken_at(picture(taken="2026:11:20 14:23:05", offset=offset), ROME, NEAR) == AT


@pytest.mark.parametrize(("taken", "offset"), [("9999:12:31 23:59:59", "-12:00"), ("0001:01:01 00:00:00", "+14:00")])
def test_a_time_at_the_end_of_all_years_says_none(taken: str, offset: str) -> None:
    assert taken_at(picture(taken=taken, offset=offset), ROME, NEAR) is None


def test_a_picture_without_exif_says_none() -> None:
    assert taken_at(picture(), ROME, NEAR) is None


def test_no_torn_block_does_harm() -> None:
    whole = picture(taken="2026:11:20 14:23:05", offset="+01:00", fraction="5")
    dice = random.Random(5)
    for _ in range(3000):
        torn = bytearray(whole[: dice.randrange(20, 200)])
        for _ in range(dice.randrange(6)):
            torn[dice.randrange(len(torn))] = dice.randrange(256)
        taken_at(bytes(torn), ROME, NEAR)
