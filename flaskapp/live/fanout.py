"""One subscription to the broker, many browsers: each has a bounded queue in which the newest of a kind wins.

A slow browser skips pictures; it never holds up the others, and never makes the process grow.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from prometheus_client import Counter, Gauge

STREAMS_MAX = 32
FILMS_MAX = 12
QUEUE_MAX = 256

open_streams = Gauge("gallery_streams", "browsers that hold a stream open")
skipped = Counter("gallery_stream_skipped", "news that a browser was too slow for: a newer one took its place")


@dataclass(frozen=True)
class News:
    """One thing to tell. A newer one of the same `key` takes its place; `count` says how many it stands for."""

    kind: str
    key: str
    data: Mapping[str, Any]
    count: int = 1


class Stream:
    """The news for one browser; with a `key`, only the news of that key."""

    def __init__(self, key: str | None = None) -> None:
        self.key = key
        self._waiting: OrderedDict[str, News] = OrderedDict()
        self._changed = threading.Condition()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether there will be no more."""
        return self._closed

    def put(self, news: News) -> None:
        """Adds news; an older one of its key, or the oldest of a full queue, goes."""
        if self.key not in (None, news.key):
            return
        with self._changed:
            old = self._waiting.pop(news.key, None)
            if old is None and len(self._waiting) >= QUEUE_MAX:
                old = self._waiting.popitem(last=False)[1]
            if old is not None:
                skipped.inc()
            same = old is not None and old.key == news.key
            self._waiting[news.key] = replace(news, count=old.count + 1) if same and old else news
            self._changed.notify()

    def take(self, timeout_s: float) -> list[News]:
        """What has come, waiting up to `timeout_s` for the first; empty when nothing came or it was closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed, timeout_s)
            taken = list(self._waiting.values())
            self._waiting.clear()
            return taken

    def close(self) -> None:
        """Wakes whoever waits: there will be no more."""
        with self._changed:
            self._closed = True
            self._changed.notify()


class Fanout:
    """All open streams of this process: `limit` of pages, beside them `films` that are about one key only."""

    def __init__(self, limit: int = STREAMS_MAX, films: int = FILMS_MAX) -> None:
        self._limit = limit
        self._films = films
        self._streams: set[Stream] = set()
        self._lock = threading.Lock()
        self._closed = False

    def join(self, key: str | None = None) -> Stream | None:
        """A new stream; None when there are as many as the process can serve beside its pages."""
        with self._lock:
            alike = sum((one.key is None) == (key is None) for one in self._streams)
            if self._closed or alike >= (self._limit if key is None else self._films):
                return None
            stream = Stream(key)
            self._streams.add(stream)
            open_streams.set(len(self._streams))
            return stream

    def leave(self, stream: Stream) -> None:
        """The browser has gone."""
        with self._lock:
            self._streams.discard(stream)
            open_streams.set(len(self._streams))

    def tell(self, news: News) -> None:
        """Puts news into every stream; never waits."""
        with self._lock:
            streams = list(self._streams)
        for stream in streams:
            stream.put(news)

    def close(self) -> None:
        """Ends all streams, so that the process can end."""
        with self._lock:
            self._closed = True
            streams = list(self._streams)
        for stream in streams:
            stream.close()
