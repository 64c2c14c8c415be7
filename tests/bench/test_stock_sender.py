import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import imagezmq
import pytest

from bench.stock_sender import Crew, StockSender
from tests.peers import free_port, wait_until


@contextmanager
def hub(port: int, heard: list[tuple[str, bytes]]) -> Iterator[None]:
    """Stock imagehub's receiver, answering OK."""
    receiver, ending = imagezmq.ImageHub(open_port=f"tcp://127.0.0.1:{port}"), threading.Event()

    def serve() -> None:
        while not ending.is_set():
            if receiver.zmq_socket.poll(50):
                heard.append(receiver.recv_jpg())
                receiver.send_reply(b"OK")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()
        receiver.close()


@pytest.fixture
def port() -> int:
    return free_port()


def test_a_picture_gets_its_reply(port: int) -> None:
    heard: list[tuple[str, bytes]] = []
    with hub(port, heard), StockSender(port, "Front Door") as sender:
        sending = sender.send(b"a picture")
    assert (sending.reply, sending.sha256) == (b"OK", sha256(b"a picture").hexdigest())
    assert [(text, bytes(data)) for text, data in heard] == [("Front Door|jpg", b"a picture")]


def test_without_a_hub_there_is_no_reply_and_the_next_picture_is_sent_anew(port: int) -> None:
    with StockSender(port, "Gate") as sender:
        assert sender.send(b"lost").reply is None
        with hub(port, []):
            assert sender.send(b"kept").reply == b"OK"


def test_every_camera_of_a_crew_sends_until_it_is_stopped(port: int) -> None:
    heard: list[tuple[str, bytes]] = []
    pictures = iter(range(1000))
    with hub(port, heard), Crew(port, ["Gate", "Yard"], 0.05, lambda: b"%d" % next(pictures)) as crew:
        wait_until(lambda: len(crew.sent()) >= 6, "six pictures")
        sent = crew.stop()
    assert {one.reply for one in sent} == {b"OK"}
    assert {text for text, _ in heard} == {"Gate|jpg", "Yard|jpg"}
    assert len(heard) == len(sent) == len({one.sha256 for one in sent})
