"""A camera that sends JPEGs by HTTP, one after the other, as cheap ones do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np

PER_S = 5


def view(number: int) -> bytes:
    """A yard with a box that wanders through it."""
    frame = np.full((240, 320, 3), 90, np.uint8)
    left = number * 12 % 280
    frame[100:150, left : left + 40] = 10
    return cv2.imencode(".jpg", frame)[1].tobytes()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace;boundary=picture")
        self.end_headers()
        pause, number = threading.Event(), 0
        try:
            while not pause.wait(1 / PER_S):
                data, number = view(number), number + 1
                head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                self.wfile.write(head.encode() + data + b"\r\n")
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def mjpeg_camera() -> Iterator[str]:
    """Its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/video.mjpg"
    server.shutdown()
    server.server_close()
