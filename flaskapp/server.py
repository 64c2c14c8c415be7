"""gunicorn, started from here: one process of 96 threads, half of which may hold a stream or film of a browser open."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from flaskapp import create_app
from flaskapp.gallery import KEY
from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.fault import end_with_any_thread
from services.core.logging import get
from services.core.settings import Settings
from services.core.zone import zone_of
from services.store.engine import connect

THREADS = 96
STALLED_S = 60.0
POOL = 10
log = get(__name__)


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings; the application is made in the worker, where its threads are to run."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.app: Flask | None = None
        self.bus: Bus | None = None
        super().__init__()

    def load_config(self) -> None:
        """gunicorn's own settings."""
        for name, value in options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, with its bus started; runs in the worker."""
        clock = SystemClock()
        end_with_any_thread()
        self.bus = bus = Bus(self._settings, "gallery", clock, durable=False)
        self.app = app = create_app(self._settings, connect(self._settings, POOL), clock, bus)
        bus.start(app.extensions[KEY].health)
        log.info("started", host=self._settings.gallery_host, port=self._settings.gallery_port)
        return app

    def end_streams(self) -> None:
        """Ends what would otherwise hold the worker up; also in a signal's handler, whose thread serves no request."""
        if self.app is not None:
            self.app.extensions[KEY].fanout.close()

    def end(self) -> None:
        """Says `offline`; runs in the worker."""
        if self.bus is not None:
            self.bus.stop()
        log.info("stopped")


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker, which waits neither for open streams when told to stop, nor for stalled ones."""

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM: streams end, requests are finished."""
        super().handle_exit(sig, frame)
        self.app.end_streams()

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Answers; who takes or sends nothing for so long loses the connection, as its thread is wanted by others."""
        conn.sock.settimeout(STALLED_S)
        try:
            return bool(super().handle_request(req, conn))
        except TimeoutError:
            log.info("peer_stalled", seconds=STALLED_S)
            return False


def options(settings: Settings) -> dict[str, Any]:
    """What gunicorn is told. No access log (`flaskapp.journal` has it), no control socket."""
    return {
        "bind": f"{settings.gallery_host}:{settings.gallery_port}",
        "workers": 1,
        "worker_class": Worker,
        "threads": THREADS,
        "timeout": 60,
        "graceful_timeout": 3,
        "keepalive": 30,
        "control_socket_disable": True,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "proc_name": "hearthwatch-gallery",
        "worker_exit": _ended,
    }


def _ended(_arbiter: Any, worker: Any) -> None:
    worker.app.end()


def run(settings: Settings) -> None:
    """Serves until a signal ends it. Raises `SettingError` before it serves when a setting is wrong."""
    settings.secret("gallery_secret_key")
    settings.secret("db_password")
    zone_of(settings.time_zone)
    Server(settings).run()
