"""Workers of pictures at work in a thread, rung over a bus."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from services.core.bus import Bus
from services.core.messages import WorkDetect, WorkPlates
from services.look.worker import Tools, Worker
from tests.peers import wait_until


@contextmanager
def at_work(
    tools: Tools[Any, Any], bus: Bus, bell: type[WorkDetect] | type[WorkPlates], pool: str
) -> Iterator[Worker[Any, Any]]:
    """A worker that hears the bells of its pool; ended, and seen to end, afterwards."""
    stopping = threading.Event()
    worker = Worker(tools, 20, stopping)
    bus.subscribe(bell, lambda message: worker.rung(message.image_id), pool=pool)
    bus.start()
    wait_until(bus.listening, "the broker")
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        stopping.set()
        thread.join(20)
        bus.stop()
        assert not thread.is_alive()
