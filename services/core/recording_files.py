"""The names of what lies beside a recording: `<name>.jpg` and `<name>.preview.mp4` beside `<name>.mp4`."""

from pathlib import PurePosixPath


def thumbnail_path(path: str) -> str:
    """Where a recording's small picture is, below the media folder."""
    return str(PurePosixPath(path).with_suffix(".jpg"))


def preview_path(path: str) -> str:
    """Where its 640x360 copy is, below the media folder."""
    return str(PurePosixPath(path).with_suffix(".preview.mp4"))


def companions(path: str) -> list[str]:
    """Both of them."""
    return [thumbnail_path(path), preview_path(path)]
