import io

import pytest
from PIL import Image

from services.ftp.picture import to_jpeg
from services.ftp.picture_size import pixels
from services.ftp.refusal import Refusal


def picture(kind: str, width: int = 61, height: int = 47, mode: str = "RGB", **more: bool) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height)).save(file, kind, **more)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        picture("PNG"),
        picture("GIF", mode="P"),
        picture("BMP"),
        picture("WEBP"),
        picture("WEBP", lossless=True),
        picture("WEBP", mode="RGBA"),
    ],
    ids=["png", "gif", "bmp", "webp", "webp without loss", "webp that can be seen through"],
)
def test_the_head_says_how_large_a_picture_is(data: bytes) -> None:
    assert pixels(data) == 61 * 47
    assert to_jpeg(data).size == (61, 47)
    for end in range(12, 30):
        with pytest.raises(Refusal):
            to_jpeg(data[:end])


def test_a_small_file_that_would_unpack_into_gigabytes_is_refused_unopened() -> None:
    bomb = picture("PNG", 20_000, 20_000, "1")
    assert len(bomb) < 100_000
    with pytest.raises(Refusal) as refusal:
        to_jpeg(bomb)
    assert (refusal.value.reason, refusal.value.reply) == ("too_large", "552 400000000 pixels are too many")
