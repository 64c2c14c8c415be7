"""What all channels that go through Apprise share."""

import logging
from typing import Any

from apprise.attachment.memory import AttachMemory

from services.notifier.snapshot import Attachment


def keep_to_ourselves() -> None:
    """Apprise's log is our source for what went wrong; it goes no further, since it may hold what it was given."""
    logger = logging.getLogger("apprise")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def attached(picture: Attachment | None) -> Any:
    """The picture as Apprise takes it, without a file; None for none."""
    if picture is None:
        return None
    return AttachMemory(content=picture.data, name=picture.name, mimetype="image/jpeg")
