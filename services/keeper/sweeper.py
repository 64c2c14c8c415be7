"""The only deleter: garbage row → unlink → flush of the folder → garbage row gone.

A garbage row is written by whoever takes a file's own row away. It is not trusted beyond that: nothing outside of the
media folder, and nothing that a row of ours still names, is ever unlinked.
"""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.core.media import Media, MediaError, sync_folder
from services.keeper import metrics
from services.keeper.patience import Patience
from services.store import garbage

MOST = 500
log = get(__name__)


class Sweeper:
    """Deletes files that were let go, at most 500 in a round."""

    def __init__(self, engine: Engine, media: Media, clock: Clock) -> None:
        self._engine = engine
        self._media = media
        self._refused: Patience[str] = Patience(clock)
        self._after = ""

    def sweep(self) -> int:
        """One round; how many garbage rows are gone. A missing media folder leaves them all as they are."""
        with self._engine.connect() as connection:
            paths = garbage.some(connection, self._after, MOST)
            wanted = garbage.wanted(connection, paths)
        if paths and not self._media.is_there:
            # An unmounted disk looks like files that have gone already; forgetting them would orphan them.
            log.error("media_away", folder=str(self._media.root), hint="mount the disk or correct the setting")
            return 0
        self._after = paths[-1] if len(paths) == MOST else ""
        gone = [path for path in self._refused.due(paths) if self._unlink(path, path in wanted)]
        if gone:
            _flush(self._media.path(path).parent for path in gone)
            with self._engine.begin() as connection:
                garbage.forget(connection, gone)
        return len(gone)

    def _unlink(self, path: str, is_wanted: bool) -> bool:
        """Whether the file has gone and its garbage row may go."""
        try:
            if is_wanted:
                raise MediaError(f"a row names {path}: run scripts/doctor")
            whole = inside(self._media, path)
            whole.unlink()
        except FileNotFoundError:
            log.warning("garbage_had_gone", path=path)
        except (MediaError, OSError) as error:
            self._refused.rung([path])
            metrics.not_unlinked.labels(type(error).__name__).inc()
            log.error("garbage_stays", path=path, reason=str(error))
            return False
        else:
            metrics.unlinked.labels("garbage").inc()
        return True


def inside(media: Media, path: str) -> Path:
    """The file's whole path. Raises `MediaError` when it leads out of the media folder, by a link too."""
    whole = media.path(path)
    if not whole.parent.resolve().is_relative_to(media.root.resolve()):
        raise MediaError(f"{path!r} leads out of the media folder by a symbolic link")
    return whole


def _flush(folders: Iterable[Path]) -> None:
    for folder in set(folders):
        if folder.is_dir():
            sync_folder(folder)
