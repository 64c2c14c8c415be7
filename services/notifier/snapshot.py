"""The picture that goes with an alert: a copy with boxes, labels and scores drawn on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.core.logging import get
from services.core.media import Media, MediaError
from services.core.picture_limits import PIXELS_MAX
from services.store.album import Box
from services.store.errand import Photo

BYTES_MAX = 15_000_000
log = get(__name__)


@dataclass(frozen=True)
class Attachment:
    """A JPEG under the name that its reader sees."""

    name: str
    data: bytes


def snapshot(media: Media, photo: Photo, boxes: Sequence[Box], name: str) -> Attachment | None:
    """The annotated picture; the original where it cannot be decoded; None where there is no file to attach."""
    try:
        data = media.path(photo.path).read_bytes()
    except (OSError, MediaError) as error:
        log.warning("picture_not_readable", image_id=photo.image_id, path=photo.path, error=str(error))
        return None
    drawn = _annotated(data, boxes) if _drawable(photo) else None
    if drawn is None:
        log.warning("picture_not_drawn_on", image_id=photo.image_id, bytes=len(data))
    attached = drawn or data
    return Attachment(name, attached) if 0 < len(attached) <= BYTES_MAX else None


def _drawable(photo: Photo) -> bool:
    """A huge picture would take more memory than a small machine has."""
    return (photo.width or 0) * (photo.height or 0) <= PIXELS_MAX


def _annotated(data: bytes, boxes: Sequence[Box]) -> bytes | None:
    # Not at the top: until the first alert, 20 MB of picture libraries are not needed.
    from services.notifier.drawing import annotate  # noqa: PLC0415

    return annotate(data, boxes)
