"""What to do while the database is away: wait and try again, and say so once."""

import threading
from collections.abc import Callable
from typing import TypeVar

from services.core.logging import get
from services.store.engine import Away, reason

RETRY_S = 0.5
log = get(__name__)
Result = TypeVar("Result")


def until_done(action: Callable[[], Result], stopping: threading.Event) -> Result | None:
    """The action's result, tried again while the database is away; None when stopped before it worked."""
    said = False
    while True:
        try:
            return action()
        except Away as error:
            if not said:
                log.warning("database_away", error=reason(error))
            said = True
        if stopping.wait(RETRY_S):
            return None
