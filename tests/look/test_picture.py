import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from services.look.picture import PictureError, Pixels, decode


def scene(width: int = 64, height: int = 48) -> Pixels:
    """Blue above, red below."""
    bgr = np.zeros((height, width, 3), np.uint8)
    bgr[: height // 2] = (255, 0, 0)
    bgr[height // 2 :] = (0, 0, 255)
    return bgr


def jpeg(bgr: Pixels) -> bytes:
    return cv2.imencode(".jpg", bgr)[1].tobytes()


def png(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> bytes:
    return cv2.imencode(".png", pixels)[1].tobytes()


def turned(data: bytes, orientation: int) -> bytes:
    """The JPEG with an EXIF orientation put in front."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0" + b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:]


def cmyk(cyan: int, magenta: int, yellow: int, black: int) -> bytes:
    """A JPEG of 8 x 8 pixels of one ink mixture, as print programs write it: 255 is no ink (Adobe's marker)."""
    bits = "".join(_flat_block(255 - ink) for ink in (cyan, magenta, yellow, black))
    bits += "1" * (-len(bits) % 8)
    scan = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")
    one_each = b"".join(bytes([number, 0x11, 0]) for number in range(1, 5))
    segments = (
        (0xEE, b"Adobe\0\x64\0\0\0\0\0"),
        (0xDB, b"\0" + bytes([8] * 64)),
        (0xC0, struct.pack(">BHHB", 8, 8, 8, 4) + one_each),
        (0xC4, b"\x00" + bytes([0, 0, 0, 9] + [0] * 12) + bytes(range(9))),
        (0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\0"),
        (0xDA, b"\x04" + b"".join(bytes([number, 0]) for number in range(1, 5)) + b"\0\x3f\0"),
    )
    packed = [b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body for marker, body in segments]
    return b"\xff\xd8" + b"".join(packed) + scan + b"\xff\xd9"


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    """A piece of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(width: int, height: int, colour: int, *pieces: bytes) -> bytes:
    """A PNG of 8 bits, of these pieces."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(pieces) + chunk(b"IEND")


def animated(*shades: int) -> bytes:
    """An animated PNG of 4 x 2 pixels, one grey after another."""
    frames = [zlib.compress((b"\0" + bytes([shade] * 4)) * 2) for shade in shades]
    pieces = [chunk(b"acTL", struct.pack(">II", len(frames), 0))]
    for number, data in enumerate(frames):
        order = max(2 * number - 1, 0)
        pieces.append(chunk(b"fcTL", struct.pack(">IIIIIHHBB", order, 4, 2, 0, 0, 1, 10, 0, 0)))
        pieces.append(chunk(b"fdAT", struct.pack(">I", order + 1) + data) if number else chunk(b"IDAT", data))
    return png_of(4, 2, 0, *pieces)


def _flat_block(level: int) -> str:
    """The bits of a block of one level: the difference from grey with its length before it, then end of block."""
    value = level - 128
    length = abs(value).bit_length()
    amount = value if value >= 0 else value + (1 << length) - 1
    return f"{length:04b}" + (f"{amount:0{length}b}" if length else "") + "0"


@pytest.mark.parametrize(
    ("inks", "bgr"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((255, 0, 0, 0), (255, 255, 0)),
        ((0, 255, 255, 0), (0, 0, 255)),
        ((0, 0, 0, 255), (0, 0, 0)),
    ],
)
def test_a_picture_made_for_print_gets_its_colours(inks: tuple[int, int, int, int], bgr: tuple[int, ...]) -> None:
    assert np.abs(decode(cmyk(*inks)).astype(int) - bgr).max() <= 2


def test_a_jpeg_is_decoded_to_blue_green_red() -> None:
    bgr = decode(jpeg(scene()))
    assert bgr.shape == (48, 64, 3)
    assert bgr.dtype == np.uint8
    assert np.abs(bgr.astype(int) - scene())[[0, -1]].max() < 12


def test_a_grey_picture_gets_three_equal_channels() -> None:
    bgr = decode(jpeg(np.full((20, 30), 99, np.uint8)))
    assert bgr.shape == (20, 30, 3)
    assert np.abs(bgr.astype(int) - 99).max() <= 2


def test_a_picture_of_sixteen_bits_is_brought_down_to_eight() -> None:
    bgr = decode(png(np.full((8, 8, 3), 0x80FF, np.uint16)))
    assert bgr.dtype == np.uint8
    assert np.abs(bgr.astype(int) - 0x80).max() <= 1


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 4)])
def test_sixteen_bits_of_grey_or_with_transparency_too(shape: tuple[int, ...]) -> None:
    bgr = decode(png(np.full(shape, 0x80FF, np.uint16)))
    assert bgr.dtype == np.uint8
    assert bgr.shape == (8, 8, 3)
    assert np.abs(bgr.astype(int) - 0x80).max() <= 1


def test_transparency_is_left_out() -> None:
    assert decode(png(np.full((8, 8, 4), 50, np.uint8))).shape == (8, 8, 3)
    grey = png_of(1, 1, 4, chunk(b"IDAT", zlib.compress(bytes([0, 80, 128]))))
    assert decode(grey).tolist() == [[[80, 80, 80]]]


def test_a_picture_of_a_few_listed_colours_gets_them() -> None:
    listed = png_of(2, 1, 3, chunk(b"PLTE", bytes([255, 0, 0, 0, 0, 255])), chunk(b"IDAT", zlib.compress(b"\0\0\1")))
    assert decode(listed).tolist() == [[[0, 0, 255], [255, 0, 0]]]


def test_of_an_animated_picture_the_first_one_is_looked_at() -> None:
    bgr = decode(animated(200, 10, 90))
    assert bgr.shape == (2, 4, 3)
    assert (bgr == 200).all()


@pytest.mark.parametrize("start", [b"GIF89a", b"RIFF\x60\0\0\0WEBPVP8X"])
def test_animations_of_other_formats_are_refused_as_all_of_those_formats_are(start: bytes) -> None:
    with pytest.raises(PictureError, match="neither JPEG nor PNG"):
        decode(start + bytes(90))


def test_a_picture_taken_with_the_camera_on_its_side_is_turned_upright() -> None:
    bgr = decode(turned(jpeg(scene()), 6))  # 6: turn it clockwise
    assert bgr.shape == (64, 48, 3)
    assert bgr[32, 40, 0] > 200, "what was above is on the right"
    assert bgr[32, 8, 2] > 200


# Where the blue half, above in the file, is to be seen: as the eight values of EXIF's orientation say.
@pytest.mark.parametrize(
    ("orientation", "blue"),
    [
        *((1, "above"), (2, "above"), (3, "below"), (4, "below")),
        *((5, "left"), (6, "right"), (7, "right"), (8, "left")),
    ],
)
@pytest.mark.parametrize("asked", [None, 100], ids=["whole", "reduced"])
def test_each_way_of_holding_a_camera_is_put_right(orientation: int, blue: str, asked: int | None) -> None:
    bgr = decode(turned(jpeg(scene(640, 480)), orientation), long_side=asked)
    height, width = bgr.shape[:2]
    middles = {
        "above": (2, width // 2),
        "below": (-3, width // 2),
        "left": (height // 2, 2),
        "right": (height // 2, -3),
    }
    is_blue = {side: bgr[place][0] > 200 for side, place in middles.items()}
    assert is_blue[blue]
    assert (height < width) == (blue in ("above", "below"))
    opposite = {"above": "below", "below": "above", "left": "right", "right": "left"}[blue]
    assert not is_blue[opposite]


@pytest.mark.parametrize(("asked", "side"), [(None, 1600), (900, 1600), (800, 800), (300, 400), (50, 200)])
def test_a_large_jpeg_is_decoded_no_larger_than_needed(asked: int | None, side: int) -> None:
    assert decode(jpeg(scene(1600, 1200)), long_side=asked).shape == (side * 3 // 4, side, 3)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the picture is empty"),
        (b"GIF89a" + bytes(40), "neither JPEG nor PNG"),
        (b"\xff\xd8", "cut off within its header"),
        (b"\xff\xd8\xff\xe0\x00\x10JF", "cut off within its header"),
        (b"\xff\xd8\xff\xe0\x00\x01" + bytes(40), "cut off within its header"),
        (b"\xff\xd8" + bytes(40), "damaged: a JPEG marker"),
        (b"\x89PNG\r\n\x1a\n", "cut off within its header"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(PictureError, match=reason):
        decode(data)


def test_a_jpeg_whose_end_is_missing_is_refused() -> None:
    data = jpeg(scene(640, 480))
    with pytest.raises(PictureError, match="the end of the JPEG is missing"):
        decode(data[: len(data) * 2 // 3])


def test_the_end_of_an_embedded_preview_is_not_taken_for_the_pictures_end() -> None:
    preview = b"\xff\xe1\x00\x08\xff\xd9\xff\xd9\xff\xd9"
    data = jpeg(scene(640, 480))
    with pytest.raises(PictureError, match="the end of the JPEG is missing"):
        decode(data[:2] + preview + data[2:-200])


def test_a_png_whose_end_is_missing_is_refused() -> None:
    with pytest.raises(PictureError, match="the end of the PNG is missing"):
        decode(png(scene())[:-20])


def test_a_png_with_broken_content_is_refused() -> None:
    data = bytearray(png(np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)))
    data[60:3000] = bytes(2940)
    with pytest.raises(PictureError, match="damaged"):
        decode(bytes(data))


def test_a_huge_picture_is_refused_before_it_is_decoded() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    bomb += struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    with pytest.raises(PictureError, match="60000 x 60000, more than 50 million pixels"):
        decode(bomb)


def test_the_limit_is_a_number_of_pixels_and_holds_for_jpegs() -> None:
    data = jpeg(scene(100, 100))
    assert decode(data, max_pixels=10_000).shape == (100, 100, 3)
    with pytest.raises(PictureError, match="more than"):
        decode(data, max_pixels=9_999)


def test_a_jpeg_that_does_not_say_how_large_it_is_is_refused() -> None:
    data = jpeg(scene())
    frame = data.index(b"\xff\xc0")
    with pytest.raises(PictureError, match="does not say how large"):
        decode(data[: frame + 5] + bytes(4) + data[frame + 9 :])


@given(st.binary(max_size=60), st.sampled_from([b"", b"\xff\xd8", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"]))
def test_any_bytes_give_a_picture_or_a_reason(data: bytes, start: bytes) -> None:
    try:
        assert decode(start + data).ndim == 3
    except PictureError as problem:
        assert str(problem)


@given(st.data())
def test_a_jpeg_with_a_broken_byte_gives_a_picture_or_a_reason(draw: st.DataObject) -> None:
    data = bytearray(jpeg(scene()))
    data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    try:
        assert decode(bytes(data)).ndim == 3
    except PictureError as problem:
        assert str(problem)
