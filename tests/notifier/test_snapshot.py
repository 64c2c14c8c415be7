from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from services.core.media import Media
from services.notifier.drawing import COLOUR, SIDE_MAX, annotate
from services.notifier.snapshot import BYTES_MAX, snapshot
from services.store.album import Box
from services.store.errand import Photo
from tests.notifier.cast import NOON, jpeg

PERSON = Box("person", 0.87, 0.1, 0.3, 0.4, 0.9, None)
BIRD = Box("bird", 0.87, 0.6, 0.3, 0.9, 0.9, "label not wanted")
PHOTO = Photo("i", "front-door", "images/x.jpg", 320, 240, NOON, NOON)


def opened(data: bytes | None) -> NDArray[np.uint8]:
    assert data is not None
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    return pixels.astype(np.uint8)


def coloured(pixels: NDArray[np.uint8], x: float, y: float) -> bool:
    """Whether the pixel at these shares has the boxes' colour, within what JPEG changes."""
    height, width = pixels.shape[:2]
    return bool(np.abs(pixels[round(y * (height - 1)), round(x * (width - 1))].astype(int) - COLOUR).max() < 90)


def test_what_was_kept_is_boxed_and_what_was_dropped_is_not() -> None:
    pixels = opened(annotate(jpeg(640, 480), [PERSON, BIRD]))
    assert [coloured(pixels, x, 0.6) for x in (0.1, 0.4, 0.25, 0.6, 0.9)] == [True, True, False, False, False]


def test_the_label_stands_inside_a_picture_whose_box_begins_at_its_edge() -> None:
    pixels = opened(annotate(jpeg(640, 480), [replace(PERSON, y1=0.0, x1=0.9, x2=1.0)]))
    assert coloured(pixels, 0.95, 0.005)


def test_a_large_picture_is_made_smaller() -> None:
    assert max(opened(annotate(jpeg(4000, 2000), [PERSON])).shape) == SIDE_MAX


def test_a_picture_of_one_pixel_is_drawn_on() -> None:
    assert opened(annotate(jpeg(1, 1), [PERSON])).shape == (1, 1, 3)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8 no picture", jpeg()[:100]])
def test_bytes_that_are_no_picture_are_not_drawn_on(data: bytes) -> None:
    assert annotate(data, [PERSON]) is None


def placed(folder: Path, data: bytes) -> Media:
    (folder / "images").mkdir()
    (folder / "images/x.jpg").write_bytes(data)
    return Media(folder)


def test_a_picture_that_cannot_be_decoded_is_attached_as_it_is(tmp_path: Path) -> None:
    attached = snapshot(placed(tmp_path, b"broken"), PHOTO, [PERSON], "a.jpg")
    assert attached is not None
    assert (attached.name, attached.data) == ("a.jpg", b"broken")


def test_a_huge_picture_is_attached_without_decoding_it(tmp_path: Path) -> None:
    attached = snapshot(placed(tmp_path, jpeg()), replace(PHOTO, width=20_000, height=20_000), [PERSON], "a.jpg")
    assert attached is not None
    assert attached.data == jpeg()


@pytest.mark.parametrize("data", [b"", b"x" * (BYTES_MAX + 1)])
def test_an_empty_or_overlong_file_is_not_attached(data: bytes, tmp_path: Path) -> None:
    assert snapshot(placed(tmp_path, data), PHOTO, [], "a.jpg") is None


@pytest.mark.parametrize("path", ["images/gone.jpg", "images/../../secret"])
def test_a_file_that_cannot_be_read_is_not_attached(path: str, tmp_path: Path) -> None:
    assert snapshot(Media(tmp_path), replace(PHOTO, path=path), [], "a.jpg") is None
