"""Small copies of pictures, made when somebody first looks; keeper removes them with their picture."""

import threading
from pathlib import Path

from services.core.logging import get
from services.core.media import Media, MediaError, thumb_path
from services.store.album import File

WIDTH = 640
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
        # Not at the top: until somebody looks at a picture, 20 MB of picture libraries are not needed.
        from flaskapp.picture.small import small  # noqa: PLC0415

        relative = thumb_path(image_id, file.path.split("/")[1])
        path = self._media.path(relative)
        if not path.exists():
            with self._locks[hash(image_id) % AT_ONCE]:
                if not path.exists():
                    self._media.place(relative, small(self._media.path(file.path).read_bytes(), file.width))
        return path
