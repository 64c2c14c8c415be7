"""Looks through the watched folders, one after another, for as long as the service runs."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from services.core.clock import Clock
from services.core.ids import told_apart
from services.core.settings import SettingError, Settings
from services.ftp.folder import Folder, Watched
from services.ftp.taking import Arrival

EVERY_S = 2.0


class Watching:
    """A loop of its own."""

    def __init__(self, folders: Sequence[Folder]) -> None:
        self._folders = folders

    def work(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Until `stopping`; without a pause while there is something to take."""
        while not stopping.is_set():
            beat()
            busy = False
            for folder in self._folders:
                beat()
                busy = folder.look() > 0 or busy
            if not busy:
                stopping.wait(EVERY_S)


def watched(settings: Settings) -> list[Watched]:
    """The folders that the settings name. Raises `SettingError`."""
    made = []
    for text in settings.ftp_folders:
        source, sign, path = text.partition("=")
        if not sign or not source.strip() or not Path(path.strip()).is_absolute():
            raise SettingError(f"HEARTHWATCH_FTP_FOLDERS: {text!r} is not like Front Door=/mnt/cameras/front")
        made.append(Watched(source.strip(), Path(path.strip()), settings.ftp_folders_delete))
    return made


def folders(settings: Settings, take: Callable[[Arrival], str], clock: Clock) -> list[Folder]:
    """Each with a place of its own beside the spool. Raises `SettingError`."""
    beside = settings.spool / "ftp" / "folders"
    return [
        Folder(
            one,
            beside / told_apart(f"{one.source} {one.path}"),
            take,
            clock,
            settings.ftp_folders_rest_s,
            settings.ftp_max_bytes,
        )
        for one in watched(settings)
    ]
