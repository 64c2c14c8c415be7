"""A thread that dies of an error ends its process: the rest would only look alive. The supervisor starts it anew."""

import os
import signal
import threading

from services.core.logging import get

LAST_WORDS_S = 15.0
FAILED = 1
log = get(__name__)


def end_with_any_thread() -> threading.Event:
    """From now on a dying thread asks its process to stop (SIGTERM), and ends it when that takes over 15 s.

    The event is set when that has happened. Every service may be killed anywhere, so nothing is lost by it.
    """
    died = threading.Event()

    def on_death(death: threading.ExceptHookArgs) -> None:
        if death.exc_type is SystemExit:
            return
        name = death.thread.name if death.thread else "unknown"
        error = (death.exc_type, death.exc_value or death.exc_type(), death.exc_traceback)
        log.critical("thread_died", thread=name, consequence="the process ends and is started anew", exc_info=error)
        died.set()
        last_words = threading.Timer(LAST_WORDS_S, os._exit, (FAILED,))
        last_words.daemon = True
        last_words.start()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.excepthook = on_death
    return died
