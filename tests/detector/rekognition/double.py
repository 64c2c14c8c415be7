"""A server that answers as Amazon Rekognition does, in every way that moto does not vary."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Mapping[str, Any] | str
SILENCE = "silence"
"""In place of an answer: the caller is left waiting."""

DOG = {
    "Labels": [
        {"Name": "Outdoors", "Confidence": 99.0, "Instances": []},
        {
            "Name": "Dog",
            "Confidence": 97.0,
            "Instances": [
                {"Confidence": 91.5, "BoundingBox": {"Left": 0.25, "Top": 0.5, "Width": 0.5, "Height": 0.25}},
            ],
        },
    ],
    "LabelModelVersion": "3.0",
}


class Amazon:
    """Its address has the region in it. `answers` holds for each region what it says: an answer, or an error's code."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/{{region}}"
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.requests: list[dict[str, Any]] = []
        self.end = threading.Event()


@contextmanager
def amazon() -> Iterator[Amazon]:
    """The server, as long as the test lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            region = self.path.strip("/")
            content = self.rfile.read(int(self.headers["Content-Length"]))
            double.asked.append(region)
            double.requests.append(json.loads(content))
            answer = double.answers[region]
            if answer == SILENCE:
                double.end.wait(60)
                self.close_connection = True
            elif isinstance(answer, str):
                self._say(500 if answer == "InternalServerError" else 400, {"__type": answer, "message": "no"})
            else:
                self._say(200, answer)

        def _say(self, status: int, body: Mapping[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    double = Amazon(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield double
    finally:
        double.end.set()
        server.shutdown()
        thread.join()
        server.server_close()
