from contextlib import suppress

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.jpeg import NotAJpeg, Size, Truncated, measure
from tests.pictures import jpeg

PICTURE = jpeg(64, 48)


@pytest.mark.parametrize("kind", [bytes, memoryview])
def test_the_size_is_read_from_the_header(kind: type[bytes] | type[memoryview]) -> None:
    assert measure(kind(PICTURE)) == Size(64, 48)


@pytest.mark.parametrize("shape", [(3, 3, 3), (1, 1), (480, 640), (2, 9000, 3)])
@pytest.mark.parametrize("progressive", [0, 1])
def test_sizes_of_all_kinds_are_read(shape: tuple[int, ...], progressive: int) -> None:
    _, data = cv2.imencode(".jpg", np.zeros(shape, np.uint8), [cv2.IMWRITE_JPEG_PROGRESSIVE, progressive])
    assert measure(data.tobytes()) == Size(shape[1], shape[0])


def test_padding_behind_the_end_is_taken() -> None:
    assert measure(PICTURE + bytes(1000)) == Size(64, 48)


@pytest.mark.parametrize("cut", [5, 100, len(PICTURE) - 2])
def test_a_picture_that_was_cut_short_is_told(cut: int) -> None:
    with pytest.raises(Truncated):
        measure(PICTURE[:cut])


@pytest.mark.parametrize(
    "data",
    [b"", b"xx", b"attacker bytes", b"\x89PNG", b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"],
)
def test_what_is_no_jpeg_is_told(data: bytes) -> None:
    with pytest.raises(NotAJpeg):
        measure(data)


@pytest.mark.parametrize("filling", [b"\xff", b"\xff\xd0", b"\xff\xe1\x00\x02"])
def test_a_header_without_end_is_not_walked_for_ever(filling: bytes) -> None:
    with pytest.raises(NotAJpeg):
        measure(b"\xff\xd8\xff\xe0\x00\x02" + filling * 3_000_000 + b"\xff\xd9")


def test_a_picture_without_area_is_none() -> None:
    at = PICTURE.index(b"\xff\xc0") + 5
    with pytest.raises(NotAJpeg):
        measure(PICTURE[:at] + bytes(2) + PICTURE[at + 2 :])


@given(st.binary(max_size=60), st.integers(0, len(PICTURE)))
def test_any_bytes_are_measured_or_told(noise: bytes, at: int) -> None:
    for data in (noise, PICTURE[:at] + noise + PICTURE[at:], b"\xff\xd8\xff" + noise + b"\xff\xd9"):
        with suppress(NotAJpeg, Truncated):
            assert min(measure(data)) > 0
