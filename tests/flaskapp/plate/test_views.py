import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from services.core.folding import fold
from services.core.ids import new_id
from services.store.account_tables import audit
from services.store.plate_tables import plate, plate_look, plate_read
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import NOON, House
from tests.plates.scripted import arrive

BOX = {"x1": 0.45, "y1": 0.6, "x2": 0.55, "y2": 0.65}


def a_plate(engine: Engine, text: str = "BAB123", **more: Any) -> str:
    values = {"id": new_id(), "text": text, "folded": fold(text), "created_at": NOON} | more
    with engine.begin() as connection:
        connection.execute(insert(plate).values(**values))
    return str(values["id"])


def a_reading(engine: Engine, image_id: str, plate_id: str | None, text: str = "BAB123", **more: Any) -> None:
    same = {"image_id": image_id, "camera_id": "front-door", "captured_at": NOON}
    look = same | {"state": "read", "wanted_at": NOON, "read_at": NOON, "reader": "local", "took_ms": 300.0}
    values = {"ordinal": 0, "raw": text, "text": text, "folded": fold(text), "score": 0.94, "plate_id": plate_id}
    with engine.begin() as connection:
        connection.execute(insert(plate_look).values(**look))
        connection.execute(insert(plate_read).values(**same, **values, **BOX, candidates=[], **more))


def fields(client: Any, page: str, **more: str) -> dict[str, str]:
    typed = {"text": "B AB 123", "standing": "known", "owner": "Anna", "colour": "red", "vehicle": "van", "note": ""}
    return typed | more | {"csrf_token": token(client, page)}


def test_a_card_shows_the_picture_with_the_box_and_what_is_known(cast: Cast, house: House, engine: Engine) -> None:
    house.camera("Drive")
    image_id = house.picture(labels=["car"])
    owner: dict[str, Any] = {
        "standing": "known",
        "owner": "Anna",
        "colour": "red",
        "vehicle": "van",
        "last_seen_at": NOON,
    }
    plate_id = a_plate(engine, **owner)
    arrive(engine, image_id, plate_id=plate_id, plate_settled_at=NOON)
    a_reading(engine, image_id, plate_id)
    page = cast.viewer.get("/plates").text
    for words in ("BAB123", "Anna", "red van", "at Drive", "once so far", "Known", f"/picture/{image_id}/thumb"):
        assert words in page
    assert re.search(r'class="box plate" x="576\.0" y="432\.0" width="128\.0" height="36\.0"', page)


def test_an_empty_page_says_what_would_be_here(cast: Cast) -> None:
    assert "No plate yet" in cast.viewer.get("/plates").text


@pytest.mark.parametrize("search", ["AB1", "8a81", "b ab 123", "anna", "BAB123"])
def test_a_search_finds_parts_signs_that_look_alike_and_owners(cast: Cast, engine: Engine, search: str) -> None:
    a_plate(engine, "BAB123", owner="Anna", standing="known")
    a_plate(engine, "XY99")
    page = cast.viewer.get("/plates", query_string={"q": search}).text
    assert "BAB123" in page
    assert "XY99" not in page


def test_a_search_without_a_find_says_so(cast: Cast, engine: Engine) -> None:
    a_plate(engine)
    assert "No plate fits" in cast.viewer.get("/plates?q=ZZZ").text
    assert "No plate fits" in cast.viewer.get("/plates?q=%25").text


def test_a_chip_shows_those_of_one_standing(cast: Cast, engine: Engine) -> None:
    a_plate(engine, "BAB123", standing="deny")
    a_plate(engine, "XY99")
    page = cast.viewer.get("/plates?standing=deny").text
    assert "BAB123" in page
    assert "XY99" not in page
    assert cast.viewer.get("/plates?standing=nonsense").status_code == 400


def test_an_owner_names_a_plate_and_the_change_is_written_down(cast: Cast, house: House, engine: Engine) -> None:
    plate_id = a_plate(engine)
    answer = cast.owner.post(f"/plates/{plate_id}", data=fields(cast.owner, f"/plates/{plate_id}"))
    assert answer.status_code == 302
    with engine.connect() as connection:
        row = connection.execute(select(plate)).one()
        (change,) = connection.execute(select(audit)).all()
    assert (row.standing, row.owner, row.colour, row.vehicle, row.note) == ("known", "Anna", "red", "van", None)
    assert (change.action, change.noun_id, change.user_id) == ("plate.update", plate_id, cast.owner_id)
    assert change.before_json == {"standing": "unknown", "owner": None, "colour": None, "vehicle": None}
    assert change.after_json == {"standing": "known", "owner": "Anna", "colour": "red", "vehicle": "van"}
    assert "Anna</b>: " in cast.viewer.get(f"/plates/{plate_id}").text


def test_a_misread_plate_is_put_right_with_its_folded_form(cast: Cast, engine: Engine) -> None:
    plate_id = a_plate(engine, "8AB123")
    cast.owner.post(f"/plates/{plate_id}", data=fields(cast.owner, f"/plates/{plate_id}"))
    with engine.connect() as connection:
        row = connection.execute(select(plate)).one()
    assert (row.text, row.folded) == ("BAB123", "8A8123")


def test_nothing_different_writes_nothing(cast: Cast, engine: Engine) -> None:
    plate_id = a_plate(engine, owner="Anna", standing="known", colour="red", vehicle="van")
    cast.owner.post(f"/plates/{plate_id}", data=fields(cast.owner, f"/plates/{plate_id}"))
    with engine.connect() as connection:
        assert connection.execute(select(audit)).all() == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": "*"}, "2 to 16 letters and digits"),
        ({"owner": "x" * 121}, "At most 120 characters"),
        ({"standing": "liked"}, "Please choose one."),
        ({"text": "XY99"}, "There is a plate with these signs already."),
    ],
)
def test_a_mistake_is_said_and_what_was_typed_is_kept(
    cast: Cast, engine: Engine, wrong: dict[str, str], words: str
) -> None:
    plate_id = a_plate(engine)
    a_plate(engine, "XY99")
    answer = cast.owner.post(f"/plates/{plate_id}", data=fields(cast.owner, f"/plates/{plate_id}", **wrong))
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="van"' in answer.text


def test_a_plate_can_be_entered_before_it_comes(cast: Cast, engine: Engine) -> None:
    answer = cast.owner.post("/plates/new", data=fields(cast.owner, "/plates/new", standing="deny"))
    assert answer.status_code == 302
    with engine.connect() as connection:
        row = connection.execute(select(plate)).one()
        (change,) = connection.execute(select(audit)).all()
    assert (row.text, row.standing, row.last_seen_at) == ("BAB123", "deny", None)
    assert (change.before_json, change.after_json["text"]) == (None, "BAB123")
    again = cast.owner.post("/plates/new", data=fields(cast.owner, "/plates/new"))
    assert "There is a plate with these signs already." in again.text


def test_only_an_owner_names_plates(cast: Cast, engine: Engine) -> None:
    plate_id = a_plate(engine)
    for path in (f"/plates/{plate_id}", "/plates/new"):
        assert cast.viewer.post(path, data={"csrf_token": token(cast.viewer)}).status_code == 403
        assert cast.stranger.post(path).status_code in (400, 401, 403)


def test_a_plate_that_is_not_there_is_not_found(cast: Cast) -> None:
    missing = f"/plates/{new_id()}"
    assert cast.owner.get(missing).status_code == 404
    assert cast.owner.post(missing, data=fields(cast.owner, "/plates/new")).status_code == 404


def test_the_picture_shows_the_read_box_the_text_and_whose_it_is(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    image_id = house.picture(labels=["car"])
    plate_id = a_plate(engine, standing="known", owner="Anna")
    a_reading(engine, image_id, plate_id, text="HAB123")
    page = cast.viewer.get(f"/picture/{image_id}").text
    assert 'data-words="BAB123 · Anna 94 %"' in page
    assert 'x="576.0" y="432.0" width="128.0"' in page
    assert f'href="/plates/{plate_id}">Anna</a>' in page
    assert "here it was read as HAB123" in page


@pytest.mark.parametrize(
    ("look", "words"),
    [
        ({"state": "pending"}, "Waiting to be read."),
        ({"state": "read", "read_at": NOON, "fell_back_because": "no answer in 10 s"}, "None could be read."),
        ({"state": "failed", "error": "the picture is damaged"}, "Could not be read: the picture is damaged"),
    ],
)
def test_a_picture_without_a_plate_says_why(
    cast: Cast, house: House, engine: Engine, look: dict[str, Any], words: str
) -> None:
    house.camera()
    image_id = house.picture(labels=["car"])
    same = {"image_id": image_id, "camera_id": "front-door", "captured_at": NOON, "wanted_at": NOON}
    with engine.begin() as connection:
        connection.execute(insert(plate_look).values(**same, **look))
    page = cast.viewer.get(f"/picture/{image_id}").text
    assert words in page
    assert ("Read on this machine: no answer in 10 s" in page) == ("fell_back_because" in look)


def test_a_known_plate_is_a_line_among_the_events(cast: Cast, house: House) -> None:
    house.camera()
    house.event("plate", NOON - timedelta(minutes=1), camera_id="front-door", detail="known plate BAB123 (Anna)")
    for page in ("/events", "/events?kind=plate"):
        assert "known plate BAB123 (Anna)" in cast.viewer.get(page).text
