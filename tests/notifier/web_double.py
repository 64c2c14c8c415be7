"""A web server in place of ntfy, of a webhook or of another service: it notes what comes, and answers as it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes
    method: str = "POST"


@dataclass
class WebDouble:
    """`answers` are given one for each request, then 200 for ever: (status, headers); status 0 hangs up."""

    port: int = 0
    says: bytes = b"{}"
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator["WebDouble"]:
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                double.asked.append(Asked(self.path, dict(self.headers), body, self.command))
                status, headers = double.answers.pop(0) if double.answers else (200, {})
                if status == 0:
                    self.connection.close()
                    return
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(double.says))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(double.says)

            do_PUT = do_GET = do_POST  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
