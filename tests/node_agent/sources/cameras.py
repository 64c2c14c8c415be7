"""An HTTP camera for tests: a Motion-JPEG stream and a still picture, on loopback."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from node_agent.frames import jpeg
from tests.node_agent.staging import scene

PICTURE = jpeg(scene(100), 90)


class CameraHandler(BaseHTTPRequestHandler):
    """`/stream` is Motion-JPEG, `/still.jpg` one picture in chunks, `/broken.jpg` no picture, `/endless` too much."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        answers = {"/stream": self._stream, "/still.jpg": self._still, "/broken.jpg": self._broken}
        answer = answers.get(self.path.partition("?")[0])
        if answer is None:
            self.send_error(401)
        else:
            answer()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _stream(self) -> None:
        self._begin("multipart/x-mixed-replace; boundary=frame")
        part = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(PICTURE)
        try:
            while not self.server.gone.is_set():  # type: ignore[attr-defined]
                self.wfile.write(part + PICTURE + b"\r\n")
                time.sleep(0.02)
        except OSError:
            self.close_connection = True

    def _still(self) -> None:
        self._begin("image/jpeg", chunked=True)
        for chunk in (PICTURE[:500], PICTURE[500:]):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")

    def _broken(self) -> None:
        self._begin("text/html")
        self.wfile.write(b"<html>log in first</html>")

    def _begin(self, kind: str, chunked: bool = False) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked") if chunked else self.send_header("Connection", "close")
        self.close_connection = not chunked
        self.end_headers()


@contextmanager
def http_camera(port: int) -> Iterator[None]:
    """The camera, until the end of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", port), CameraHandler)
    server.daemon_threads = True
    server.gone = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield
    finally:
        server.gone.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()
        thread.join(10)
