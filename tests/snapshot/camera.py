"""A camera that answers by HTTP as a test wants it to, on a free port of this machine."""

import hashlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Answer = Callable[["Request"], None]
NONCE = "dcd98b7102dd2f0e8b11d0f600bfb0c093"


class Request(BaseHTTPRequestHandler):
    """One request, with the means to answer it."""

    server: "CameraServer"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.answer(self)

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def send(self, data: bytes, status: int = 200, kind: str = "image/jpeg", **headers: str) -> None:
        """A whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def query(self) -> dict[str, str]:
        """What the address says behind its question mark."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def log_message(self, format: str, *args: object) -> None:
        pass


class CameraServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.answer = answer
        self.asked: list[str] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hangs up in the middle of an answer is no error here."""


@dataclass
class Camera:
    """A running one; `asked` holds the targets of its requests."""

    server: CameraServer = field(repr=False)

    @property
    def place(self) -> str:
        """`host:port`."""
        return f"127.0.0.1:{self.server.server_address[1]}"

    @property
    def asked(self) -> list[str]:
        return self.server.asked

    def url(self, path: str = "/shot.jpg") -> str:
        return f"http://{self.place}{path}"

    def answer(self, answer: Answer) -> None:
        """Answers otherwise from now on."""
        self.server.answer = answer


@contextmanager
def camera(answer: Answer) -> Iterator[Camera]:
    """Runs one."""
    server = CameraServer(answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield Camera(server)
    server.shutdown()
    server.server_close()


def foscam(picture: Callable[[], bytes], account: str, password: str) -> Answer:
    """A Foscam: a wrong account gets XML with status 200."""

    def answer(request: Request) -> None:
        query = request.query()
        if urlsplit(request.path).path != "/cgi-bin/CGIProxy.fcgi" or query.get("cmd") != "snapPicture2":
            request.send(b"not found", 404, "text/plain")
        elif (query.get("usr"), query.get("pwd")) != (account, password):
            request.send(b"<CGI_Result>\n<result>-2</result>\n</CGI_Result>\n", 200, "text/plain")
        else:
            request.send(picture())

    return answer


def digest_guarded(inner: Answer, account: str, password: str, algorithm: str = "MD5") -> Answer:
    """Lets in by Digest only, checked as RFC 7616 says."""
    digest = {"MD5": "md5", "SHA-256": "sha256"}[algorithm]

    def hashed(*parts: str) -> str:
        return hashlib.new(digest, ":".join(parts).encode()).hexdigest()

    def answer(request: Request) -> None:
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', request.headers.get("Authorization", "").partition(" ")[2]))
        if said:
            first = hashed(account, "IP Camera", password)
            second = hashed(request.command, request.path)
            wanted = hashed(first, NONCE, said["nc"], said["cnonce"], "auth", second)
            if said["response"] == wanted and said["uri"] == request.path and said["nonce"] == NONCE:
                inner(request)
                return
        challenge = (
            f'Digest realm="IP Camera", qop="auth,auth-int", nonce="{NONCE}", opaque="5c", algorithm={algorithm}'
        )
        request.send(b"", 401, "text/html", WWW_Authenticate=challenge)

    return answer


def basic_guarded(inner: Answer, header: str) -> Answer:
    """Lets in whoever shows this header."""

    def answer(request: Request) -> None:
        if request.headers.get("Authorization") == header:
            inner(request)
        else:
            request.send(b"", 401, "text/html", WWW_Authenticate='Basic realm="cam"')

    return answer


def no_port() -> int:
    """A port where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port
