"""Small copies of pictures, made when somebody first looks; keeper removes them with their picture."""

import threading
from pathlib import Path

import cv2
import numpy as np

from services.core.logging import get
from services.core.media import Media, MediaError, thumb_path
from services.store.album import File

WIDTH = 640
QUALITY = 78
AT_ONCE = 4
log = get(__name__)


class Broken(Exception):
    """The file is missing or is no picture that we can read."""


class Thumbs:
    """Makes and finds small copies. At most `AT_ONCE` are made at a time, and one picture's by one thread only."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._locks = [threading.Lock() for _ in range(AT_ONCE)]

    def path(self, image_id: str, file: File) -> Path:
        """The small copy's absolute path, or the picture's own when that is small enough. Raises `Broken`."""
        try:
            if file.width is not None and file.width <= WIDTH:
                return self._existing(file.path)
            return self._made(image_id, file)
        except (MediaError, OSError) as error:
            raise Broken(f"{file.path}: {error}") from error

    def original(self, file: File) -> Path:
        """The picture's absolute path. Raises `Broken`."""
        try:
            return self._existing(file.path)
        except (MediaError, OSError) as error:
            raise Broken(f"{file.path}: {error}") from error

    def _existing(self, relative: str) -> Path:
        path = self._media.path(relative)
        if not path.is_file():
            raise FileNotFoundError(2, "the file is gone", relative)
        return path

    def _made(self, image_id: str, file: File) -> Path:
        relative = thumb_path(image_id, file.path.split("/")[1])
        path = self._media.path(relative)
        if not path.exists():
            with self._locks[hash(image_id) % AT_ONCE]:
                if not path.exists():
                    self._media.place(relative, small(self._media.path(file.path).read_bytes(), file.width))
        return path


def small(data: bytes, width: int | None) -> bytes:
    """The picture as JPEG, at most `WIDTH` pixels wide; `width` is its own, where known. Raises `Broken`."""
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), _reading(width or 0))
    except cv2.error as error:
        raise Broken("it cannot be decoded") from error
    if image is None:
        raise Broken("it cannot be decoded")
    height, width = image.shape[:2]
    if width > WIDTH:
        image = cv2.resize(image, (WIDTH, max(1, round(height * WIDTH / width))), interpolation=cv2.INTER_AREA)
    done, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise Broken("its small copy cannot be written")
    return bytes(packed)


def _reading(width: int) -> int:
    """libjpeg decodes at half, a quarter or an eighth of the size for a fraction of the time."""
    for share, flag in (
        (8, cv2.IMREAD_REDUCED_COLOR_8),
        (4, cv2.IMREAD_REDUCED_COLOR_4),
        (2, cv2.IMREAD_REDUCED_COLOR_2),
    ):
        if width >= share * WIDTH:
            return flag
    return cv2.IMREAD_COLOR
