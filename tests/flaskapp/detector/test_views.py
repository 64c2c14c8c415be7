import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import Engine

from flaskapp.gallery import KEY
from services.core.messages import ServiceStatus
from services.store import correction
from services.store.correction import By
from tests.flaskapp.conftest import Cast
from tests.flaskapp.house import NOON, House, Standing


def text_of(cast: Cast) -> str:
    page = re.sub(r"<[^>]+>", " ", cast.viewer.get("/detector").text)
    return re.sub(r"\s+", " ", page)


def test_an_empty_house_says_so_and_invents_no_number(cast: Cast) -> None:
    page = text_of(cast)
    for words in (
        "No detector is running",
        "No picture was looked at in the last 24 hours.",
        "Never in the last 24 hours.",
        "Nobody has put anything right yet",
        "Nothing was left out.",
    ):
        assert words in page


def test_it_says_which_model_looks_and_how_fast(app: Flask, cast: Cast, house: House, clock: Standing) -> None:
    status = {"state": "online", "instance": "1", "version": "0.1.0", "figures": {}}
    app.extensions[KEY].board.hear(ServiceStatus.make(clock, "detector", service="detector", **status))
    house.camera()
    house.picture(at=NOON, took_ms=40.0)
    house.picture(at=NOON - timedelta(hours=5), took_ms=1300.0, model="yolox-s", model_version="0.1.1")
    page = text_of(cast)
    assert "Keeps up. A picture takes 40 ms." in page
    assert "coco-ssd 2.2.3 in use 1 picture 40 ms 40 ms 1 picture 40 ms 40 ms" in page
    assert "yolox-s 0.1.1 none 1 picture 1.3 s 1.3 s" in page


def test_it_says_why_the_local_model_stood_in(cast: Cast, house: House) -> None:
    house.camera()
    image_id = house.picture(fell_back_because="the month's budget is spent")
    page = cast.viewer.get("/detector").text
    assert "the month&#39;s budget is spent" in page
    assert f"/picture/{image_id}" in page


def test_what_was_left_out_leads_to_its_pictures_and_shows_only_that(cast: Cast, house: House) -> None:
    house.camera()
    image_id = house.picture(labels=["person"])
    house.detection(image_id, "kite", 1, dropped_because="too small")
    house.picture(labels=["person"])
    link = re.search(r'href="(/pictures\?[^"]+)"', cast.viewer.get("/detector").text)
    assert link is not None
    page = cast.viewer.get(link.group(1).replace("&amp;", "&")).text
    assert re.findall(r'id="p([0-9a-f-]{36})"', page) == [image_id]
    assert "1 kite" in page
    assert "left out: too small" in page


def test_what_people_put_right_is_a_share(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    pictures = [house.picture(at=NOON - timedelta(minutes=n), labels=["dog"]) for n in range(4)]
    with engine.begin() as connection:
        correction.remove(connection, pictures[0], 0, By(cast.owner_id, NOON))
    page = text_of(cast)
    assert "dog coco-ssd 1 4 25.0 %" in page
    assert "Nobody has put anything right" not in page
