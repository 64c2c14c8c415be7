"""One log line and one measurement a request. The route's pattern is logged, never the path: an invite is in it."""

from flask import Flask, Response, g, request
from prometheus_client import Histogram

from flaskapp.gallery import gallery
from services.core.logging import get

QUIET = (
    frozenset({"static", "probe.alive", "probe.ready", "probe.metrics", "picture.thumb", "picture.file"})
    | {f"recording.{name}" for name in ("thumbnail", "preview", "file")}
    | {"watch.playlist", "watch.piece"}
)
seconds = Histogram("gallery_request_seconds", "time until an answer begins, by route", ["route", "status"])
log = get(__name__)


def install(app: Flask) -> None:
    """Measures every request."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = gallery().clock.monotonic()


def _end(answer: Response) -> Response:
    took = gallery().clock.monotonic() - g.began
    route = request.url_rule.rule if request.url_rule else "(none)"
    seconds.labels(route, answer.status_code).observe(took)
    if request.endpoint not in QUIET:
        log.info("request", method=request.method, route=route, status=answer.status_code, ms=round(took * 1000, 1))
    return answer
