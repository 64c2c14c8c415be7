"""A double of Plate Recognizer: speaks its API over HTTP, its errors too, and keeps what it was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import cv2
import numpy as np

TOKEN = "the-token-of-this-test"


@dataclass(frozen=True)
class Answer:
    """What it answers next. `trickle_s` is how long it takes from one byte of the body to the next."""

    status: int = 201
    body: bytes = b'{"results": []}'
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    trickle_s: float = 0.0


@dataclass(frozen=True)
class LookUp:
    """A request as it came."""

    picture: tuple[int, int]
    regions: list[str]


def results(*found: dict[str, Any]) -> Answer:
    """An answer that names plates."""
    return Answer(body=json.dumps({"processing_time": 42.0, "results": found, "version": 1}).encode())


def result(plate: str, box: tuple[int, int, int, int], score: float = 0.9, **more: Any) -> dict[str, Any]:
    """One plate as the service writes it; `box` in pixels of what was sent."""
    edges = dict(zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True))
    own = {"plate": plate.lower(), "score": score}
    region = {"code": "gb", "score": 0.7}
    return {**own, "box": edges, "region": region, "dscore": 0.8, "candidates": [own], **more}


class PlateRecognizerDouble:
    """Answers as it is told, one answer after another, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [Answer()]
        self.look_ups: list[LookUp] = []
        self.closing = Event()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/plate-reader/"

    def next_answer(self) -> Answer:
        """The answer for the request that came."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @contextmanager
    def running(self) -> Iterator[PlateRecognizerDouble]:
        """Serves until the end of the block."""
        thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self.closing.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()


class _Server(ThreadingHTTPServer):
    def __init__(self, double: PlateRecognizerDouble) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.double = double


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Authorization"] != f"Token {TOKEN}":
            self._reply(Answer(403, b'{"detail": "Invalid token."}'))
            return
        self.server.double.look_ups.append(_parsed(self.headers["Content-Type"], body))
        answer = self.server.double.next_answer()
        if answer.hang:
            self.server.double.closing.wait(30)
            return
        self._reply(answer)

    def _reply(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        step = 1 if answer.trickle_s else max(len(answer.body), 1)
        try:
            for start in range(0, len(answer.body), step):
                self.wfile.write(answer.body[start : start + step])
                self.server.double.closing.wait(answer.trickle_s)
        except ConnectionError:
            return

    def log_message(self, *parts: object) -> None: ...


def _parsed(content_type: str, body: bytes) -> LookUp:
    """What a form of several parts holds; it must have the fields of the API and no others."""
    form = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    named = [(part.get_param("name", header="content-disposition"), part.get_content()) for part in form.iter_parts()]
    assert {name for name, _ in named} <= {"upload", "regions"}
    [upload] = [content for name, content in named if name == "upload"]
    picture = cv2.imdecode(np.frombuffer(upload, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    regions = [content for name, content in named if name == "regions"]
    return LookUp((picture.shape[1], picture.shape[0]), regions)
