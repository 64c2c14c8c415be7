from collections.abc import Iterator

import pytest

from flaskapp.live.fanout import Fanout, News, Stream
from flaskapp.watch.film import HEARTBEAT_S, Viewer, frames, part
from tests.flaskapp.house import Standing

KEY = "picture:front-door"


def picture(image_id: str, camera: str = "front-door") -> News:
    return News("picture", f"picture:{camera}", {"image": image_id})


class Cinema:
    """One viewer; the clock goes on by a heartbeat whenever nothing comes."""

    def __init__(self) -> None:
        self.clock = Standing()
        self.fanout = Fanout(films=2)
        joined = self.fanout.join(KEY)
        assert joined
        self.stream: Stream = joined
        self.allowed = True
        self.read: list[str] = []
        self.shown: Iterator[bytes] = frames(Viewer(self.stream, lambda: self.allowed), "first", self._read, self.clock)

    def _read(self, image_id: str) -> bytes | None:
        self.read.append(image_id)
        return None if image_id == "broken" else image_id.encode()


@pytest.fixture
def cinema() -> Cinema:
    return Cinema()


def test_the_newest_picture_comes_at_once_and_then_each_that_follows(cinema: Cinema) -> None:
    assert next(cinema.shown) == part(b"first")
    cinema.fanout.tell(picture("second"))
    assert next(cinema.shown) == part(b"second")


def test_a_slow_viewer_gets_the_newest_and_nothing_piles_up(cinema: Cinema) -> None:
    next(cinema.shown)
    for number in range(1000):
        cinema.fanout.tell(picture(str(number)))
        cinema.fanout.tell(picture(str(number), "garden"))
    assert next(cinema.shown) == part(b"999")
    assert cinema.read == ["first", "999"]
    assert cinema.stream.take(0) == []


def test_a_heartbeat_sends_the_same_again(cinema: Cinema) -> None:
    next(cinema.shown)
    cinema.clock.pass_by(HEARTBEAT_S)
    assert next(cinema.shown) == part(b"first")


def test_it_ends_when_the_session_does_though_pictures_go_on_coming(cinema: Cinema) -> None:
    next(cinema.shown)
    cinema.allowed = False
    cinema.fanout.tell(picture("second"))
    assert next(cinema.shown) == part(b"second")
    cinema.clock.pass_by(HEARTBEAT_S)
    cinema.fanout.tell(picture("third"))
    assert list(cinema.shown) == []


def test_it_ends_with_the_process(cinema: Cinema) -> None:
    next(cinema.shown)
    cinema.fanout.close()
    assert list(cinema.shown) == []


def test_a_picture_that_cannot_be_read_is_passed_over(cinema: Cinema) -> None:
    next(cinema.shown)
    cinema.fanout.tell(picture("broken"))
    cinema.clock.pass_by(HEARTBEAT_S)
    assert next(cinema.shown) == part(b"first")


def test_films_are_bounded_and_take_no_room_from_pages() -> None:
    fanout = Fanout(limit=1, films=1)
    film = fanout.join(KEY)
    assert film
    assert fanout.join(KEY) is None
    assert fanout.join()
    assert fanout.join() is None
    fanout.leave(film)
    assert fanout.join(KEY)
