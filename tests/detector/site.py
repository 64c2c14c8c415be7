"""A web server that gives models out, whole and otherwise."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTENT = b"m" * 100


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        give = {"/model": self._whole, "/changed": self._changed, "/cut": self._cut, "/chunks": self._chunks}
        give.get(self.path, self._nothing)()

    def _whole(self, content: bytes = CONTENT) -> None:
        self._head(200, "Content-Length", str(len(content)))
        self.wfile.write(content)

    def _changed(self) -> None:
        self._whole(CONTENT[:-1] + b"!")

    def _cut(self) -> None:
        self._head(200, "Content-Length", str(len(CONTENT)))
        self.wfile.write(CONTENT[:40])
        self.close_connection = True

    def _chunks(self) -> None:
        """Forty bytes in a chunk, then the end in the middle of the next one."""
        self._head(200, "Transfer-Encoding", "chunked")
        self.wfile.write(b"28\r\n" + CONTENT[:40] + b"\r\n3c\r\nm")
        self.close_connection = True

    def _nothing(self) -> None:
        self._head(404, "Content-Length", "0")

    def _head(self, status: int, name: str, value: str) -> None:
        self.send_response(status)
        self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@contextmanager
def site() -> Iterator[str]:
    """Its address. `/model` is CONTENT, `/changed` differs in one byte, `/cut` and `/chunks` end early."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
