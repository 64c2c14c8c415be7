"""A loop that looks at rows every few seconds, whatever became of the look before."""

import threading
from collections.abc import Callable

from services.store.engine import Away, reason


def keep_looking(
    stopping: threading.Event,
    beat: Callable[[], None],
    look: Callable[[], object],
    every_s: float,
    away: Callable[[str], None],
) -> None:
    """Looks until `stopping`; `away` is told what the database said when it did not answer."""
    while not stopping.is_set():
        beat()
        try:
            look()
        except Away as error:
            away(reason(error))
        stopping.wait(every_s)
