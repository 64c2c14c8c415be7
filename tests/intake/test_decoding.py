from collections.abc import Callable
from contextlib import suppress
from random import Random

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import decoding
from services.intake.decoding import Damaged, TooManyPixels, check
from services.intake.jpeg import NotAJpeg, Size, Truncated
from tests.pictures import jpeg

END = b"\xff\xd9"
PLAIN: list[int] = []
BEGUN_ANEW = [cv2.IMWRITE_JPEG_RST_INTERVAL, 5]
IN_LAYERS = [cv2.IMWRITE_JPEG_PROGRESSIVE, 1]


def scene(coding: list[int], width: int = 320, height: int = 240) -> bytes:
    """A JPEG with something to see in every block."""
    small = np.random.default_rng(5).integers(0, 255, (height // 8, width // 8, 3), np.uint8)
    done, data = cv2.imencode(".jpg", cv2.resize(small, (width, height)), coding)
    assert done
    return data.tobytes()


def begins(data: bytes) -> int:
    """Where what is coded begins."""
    return data.index(b"\xff\xda") + 14


def cut_in_the_middle(data: bytes) -> bytes:
    return data[: len(data) // 2] + END


def with_a_hole(data: bytes) -> bytes:
    third = (len(data) - begins(data)) // 3
    return data[: begins(data) + third] + data[begins(data) + 2 * third :]


def with_noise(data: bytes) -> bytes:
    at = begins(data) + 2000
    return data[:at] + Random(3).randbytes(2000) + data[at + 2000 :]


def with_zeros(data: bytes) -> bytes:
    at = begins(data) + 2000
    return data[:at] + bytes(2000) + data[at + 2000 :]


def overwritten_in_its_header(data: bytes) -> bytes:
    at = data.index(b"\xff\xc4") + 4
    return data[:at] + b"\xff" * 60 + data[at + 60 :]


@pytest.mark.parametrize("coding", [PLAIN, BEGUN_ANEW])
@pytest.mark.parametrize(
    "harm", [cut_in_the_middle, with_a_hole, with_noise, overwritten_in_its_header], ids=lambda one: one.__name__
)
def test_what_begins_and_ends_well_and_lacks_something_between_is_damaged(
    harm: Callable[[bytes], bytes], coding: list[int]
) -> None:
    whole = scene(coding)
    assert check(whole) == Size(320, 240)
    with pytest.raises(Damaged):
        check(harm(whole))


def test_a_picture_with_empty_bytes_in_its_middle_lacks_restarts() -> None:
    with pytest.raises(Damaged):
        check(with_zeros(scene(BEGUN_ANEW)))


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_picture_that_stops_anywhere_in_its_pixels_is_damaged_whatever_mark_follows(tenth: int) -> None:
    whole = scene(PLAIN)
    at = begins(whole) + (len(whole) - begins(whole)) * tenth // 10
    with pytest.raises(Damaged):
        check(whole[:at] + END)


@pytest.mark.parametrize("shade", [0, 127, 128, 129, 255])
def test_a_plain_picture_is_whole_also_in_the_grey_of_what_is_missing(shade: int) -> None:
    assert check(jpeg(64, 48, shade)) == Size(64, 48)


def test_a_picture_whose_lower_half_is_masked_grey_is_whole() -> None:
    pixels = cv2.imdecode(np.frombuffer(scene(PLAIN), np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    pixels[120:] = 128
    done, data = cv2.imencode(".jpg", pixels)
    assert done
    assert check(data.tobytes()) == Size(320, 240)


@pytest.mark.parametrize("coding", [PLAIN, BEGUN_ANEW, IN_LAYERS])
@pytest.mark.parametrize(("width", "height"), [(8, 8), (17, 33), (321, 239), (1280, 720)])
def test_whole_pictures_of_all_sizes_pass(coding: list[int], width: int, height: int) -> None:
    assert check(scene(coding, width, height)) == Size(width, height)


@pytest.mark.parametrize("sampling", ["411", "420", "422", "440", "444"])
@pytest.mark.parametrize("coding", [PLAIN, BEGUN_ANEW])
def test_a_picture_passes_however_coarse_its_colours_are(sampling: str, coding: list[int]) -> None:
    factor = getattr(cv2, f"IMWRITE_JPEG_SAMPLING_FACTOR_{sampling}")
    assert check(scene([cv2.IMWRITE_JPEG_SAMPLING_FACTOR, factor, *coding])) == Size(320, 240)


def test_a_grey_one_passes() -> None:
    done, data = cv2.imencode(".jpg", np.random.default_rng(2).integers(0, 255, (99, 70), np.uint8), BEGUN_ANEW)
    assert done
    assert check(data.tobytes()) == Size(70, 99)


def test_what_stands_behind_the_end_is_no_damage() -> None:
    assert check(scene(PLAIN) + bytes(500)) == Size(320, 240)


def test_one_that_would_fill_the_memory_is_never_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "PIXELS_MAX", 320 * 240 - 1)
    with pytest.raises(TooManyPixels, match="320 by 240"):
        check(scene(PLAIN))


def test_without_its_end_or_its_beginning_it_is_cut_or_none() -> None:
    with pytest.raises(Truncated):
        check(scene(PLAIN)[:5000])
    with pytest.raises(NotAJpeg):
        check(b"<html>" + scene(PLAIN))


PICTURE = scene(BEGUN_ANEW, 64, 48)


@given(st.binary(max_size=60), st.integers(0, len(PICTURE)), st.integers(0, len(PICTURE)))
def test_any_bytes_are_a_picture_or_told(noise: bytes, at: int, to: int) -> None:
    with suppress(NotAJpeg, Truncated, Damaged, TooManyPixels):
        assert min(check(PICTURE[:at] + noise + PICTURE[to:])) > 0
