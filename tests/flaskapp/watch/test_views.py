import os
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, update

from flaskapp.gallery import KEY
from flaskapp.live.fanout import FILMS_MAX
from flaskapp.watch import hls
from flaskapp.watch.film import BOUNDARY
from services.store.account_tables import user
from tests.flaskapp.conftest import Cast
from tests.flaskapp.films import live, place
from tests.flaskapp.house import NOON, House, Standing, drawn

LIVE = "/cameras/front-door/live"


def touch(house: House, name: str, age: timedelta = timedelta(0)) -> None:
    at = (NOON - age).timestamp()
    os.utime(house.media.path(f"live/front-door/{name}"), (at, at))


def test_the_wall_shows_all_cameras_dark_ones_first(cast: Cast, house: House) -> None:
    house.camera("Attic", "attic")
    house.camera("Yard", "yard", silent_since=NOON - timedelta(minutes=9))
    picture = house.picture("attic")
    text = cast.viewer.get("/wall").text
    assert text.index("Yard") < text.index("Attic")
    assert "since 11:51" in text.replace("\n", "") or "11:51" in text
    assert f"/picture/{picture}/thumb" in text
    assert "<nav" not in text


@pytest.mark.parametrize(("count", "across"), [(1, 1), (2, 2), (4, 2), (6, 3), (9, 3), (10, 4)])
def test_the_wall_fills_the_screen(cast: Cast, house: House, count: int, across: int) -> None:
    for number in range(count):
        house.camera(f"Camera {number}", f"camera-{number}")
    assert f'class="wall across-{across}"' in cast.viewer.get("/wall").text


def test_the_wall_of_no_cameras_says_so(cast: Cast) -> None:
    assert "No camera yet" in cast.viewer.get("/wall").text


def test_a_camera_without_live_video_shows_its_pictures_and_says_so(cast: Cast, house: House) -> None:
    house.camera()
    house.picture()
    text = cast.viewer.get(LIVE).text
    assert f'src="{LIVE}.mjpeg"' in text
    assert "<video" not in text
    assert "the pictures that it last sent" in text


def test_a_camera_that_never_sent_anything_loads_nothing_and_says_so(cast: Cast, house: House) -> None:
    house.camera()
    text = cast.viewer.get(LIVE).text
    assert f'src="{LIVE}.mjpeg"' not in text
    assert "No picture yet. It is shown here when it comes." in text


def test_on_the_wall_what_has_only_video_leads_to_it(cast: Cast, house: House) -> None:
    house.camera()
    assert "No picture yet" in cast.viewer.get("/wall").text
    live(house)
    touch(house, "index.m3u8")
    text = cast.viewer.get("/wall").text
    assert "Live video: tap to watch" in text
    assert "No picture yet" not in text


def test_pictures_come_as_mjpeg(cast: Cast, house: House) -> None:
    house.camera()
    data = drawn(320, 180)
    house.picture(data=data)
    with cast.viewer.get(f"{LIVE}.mjpeg", buffered=False) as answer:
        assert answer.content_type == f"multipart/x-mixed-replace; boundary={BOUNDARY}"
        first = next(iter(answer.response))
    assert isinstance(first, bytes)
    assert first.startswith(f"--{BOUNDARY}\r\nContent-Type: image/jpeg".encode())
    assert data in first


def test_no_more_watch_than_can_be_served_and_who_leaves_makes_room(app: Flask, cast: Cast, house: House) -> None:
    house.camera()
    fanout = app.extensions[KEY].fanout
    joined = [fanout.join("picture:x") for _ in range(FILMS_MAX)]
    answer = cast.viewer.get(f"{LIVE}.mjpeg")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    fanout.leave(joined[0])
    with cast.viewer.get(f"{LIVE}.mjpeg", buffered=False) as watching:
        assert watching.status_code == 200
    assert fanout.join("picture:x"), "the one who left"


def test_a_film_ends_with_its_session(cast: Cast, house: House, engine: Engine, clock: Standing) -> None:
    house.camera()
    house.picture(data=drawn(320, 180))
    with cast.viewer.get(f"{LIVE}.mjpeg", buffered=False) as answer:
        parts = iter(answer.response)
        next(parts)
        with engine.begin() as connection:
            connection.execute(update(user).values(session_epoch=1))
        clock.pass_by(11)
        assert list(parts) == []


def test_live_video_is_the_recorders_playlist_with_pieces_of_ours(cast: Cast, house: House) -> None:
    house.camera()
    live(house)
    touch(house, "index.m3u8")
    text = cast.viewer.get(f"{LIVE}.m3u8").text
    assert text.startswith("#EXTM3U")
    assert '#EXT-X-MAP:URI="live/init.mp4"' in text
    names = [line for line in text.splitlines() if not line.startswith("#")]
    assert names
    for name in ("live/init.mp4", *names):
        with cast.viewer.get(f"/cameras/front-door/{name}") as piece:
            assert (piece.status_code, piece.mimetype) == (200, "video/mp4")
    assert "<video" in cast.viewer.get(LIVE).text


def test_a_playlist_that_nobody_writes_any_more_is_no_live_video(cast: Cast, house: House) -> None:
    house.camera()
    live(house)
    touch(house, "index.m3u8", timedelta(seconds=hls.STALE_S + 1))
    assert cast.viewer.get(f"{LIVE}.m3u8").status_code == 404
    assert "<video" not in cast.viewer.get(LIVE).text


@pytest.mark.parametrize("name", ["index.m3u8", "..%2f..%2fsecrets.mp4", ".hidden.mp4", "a b.m4s", "none.m4s", "x.sh"])
def test_nothing_but_pieces_is_served(cast: Cast, house: House, name: str) -> None:
    house.camera()
    for there in ("index.m3u8", ".hidden.mp4", "a b.m4s", "x.sh"):
        place(house, f"live/front-door/{there}", b"#EXTM3U")
    assert cast.viewer.get(f"{LIVE}/{name}").status_code == 404


def test_a_playlist_names_nothing_outside(cast: Cast, house: House) -> None:
    house.camera()
    lines = (
        "#EXTM3U",
        '#EXT-X-MAP:URI="http://elsewhere/x.mp4"',
        "../../../etc/passwd",
        "https://elsewhere/a.m4s",
        "ok1.m4s",
    )
    place(house, "live/front-door/index.m3u8", "\n".join(lines).encode())
    touch(house, "index.m3u8")
    assert cast.viewer.get(f"{LIVE}.m3u8").text == "#EXTM3U\nlive/ok1.m4s\n"


def test_what_is_no_camera_has_no_live_view(cast: Cast) -> None:
    for path in (LIVE, f"{LIVE}.mjpeg", f"{LIVE}.m3u8", f"{LIVE}/init.mp4"):
        assert cast.viewer.get(path).status_code == 404
