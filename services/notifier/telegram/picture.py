"""A stored picture as it goes into a chat: with what was found drawn on it."""

from sqlalchemy import Connection

from services.core.media import Media
from services.notifier.message import file_name
from services.notifier.snapshot import Attachment, snapshot
from services.store import album, image
from services.store.errand import Photo


def picture(connection: Connection, media: Media, image_id: str) -> Attachment | None:
    """The picture; None when it has been deleted, or its file cannot be read."""
    found = image.find(connection, image_id)
    if found is None:
        return None
    size, times = (found.width, found.height), (found.captured_at, found.received_at)
    photo = Photo(found.id, found.camera_id, found.path, *size, *times)
    return snapshot(media, photo, album.boxes(connection, [image_id])[image_id], file_name(found.camera_id, times[0]))
