from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from services.core.ids import new_id
from services.store import camera, config, zone
from services.store.account_tables import audit
from services.store.tables import detection_zone
from services.store.zone import Zone
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import NOON, House

PAGE = "/cameras/front-door/seeing"
ZONES = "/cameras/front-door/zones"
DEFAULTS: dict[str, Any] = {
    "night_min_score": "",
    "min_area": "0",
    "max_area": "100",
    "min_height": "0",
    "crops": "whole",
    "seen_in": "1",
    "seen_of": "1",
}
SHAPE: dict[str, Any] = {"name": "Street", "kind": "mask", "drops": "all", "corners": "0 0\n50 0\n50 25"}
CORNERS = ((0.0, 0.0), (0.5, 0.0), (0.5, 0.25))


def send(cast: Cast, path: str, form: dict[str, Any]) -> tuple[int, str]:
    answer = cast.owner.post(path, data=form | {"csrf_token": token(cast.owner)})
    return answer.status_code, answer.text


def save(cast: Cast, **changes: Any) -> tuple[int, str]:
    return send(cast, PAGE, DEFAULTS | {key.replace("score_", "score:"): value for key, value in changes.items()})


def found(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        one = camera.find(connection, "front-door")
    assert one is not None
    return asdict(one)


def drawn(engine: Engine) -> list[Zone]:
    with engine.connect() as connection:
        return zone.of_camera(connection, "front-door")


def draw(engine: Engine, **values: Any) -> Zone:
    made = Zone(**{"id": new_id(), "kind": "zone", "name": "Path", "points": CORNERS, **values})
    with engine.begin() as connection:
        zone.add(connection, "front-door", made, NOON)
    return made


def audits(engine: Engine) -> list[Any]:
    columns = (audit.c.user_id, audit.c.action, audit.c.noun_id, audit.c.before_json, audit.c.after_json)
    with engine.connect() as connection:
        return list(connection.execute(select(*columns)))


def version(engine: Engine) -> int:
    with engine.connect() as connection:
        return config.version(connection, "cameras")


def test_the_rules_are_saved_with_who_changed_them_and_flows_are_told(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    wanted = {"score_dog": "80", "score_cat": "", "night_min_score": "62.5", "min_area": "0.2", "max_area": "50"}
    more = {"min_height": "5", "crops": "squares", "seen_in": "2", "seen_of": "3", "departure_labels": ["dog", "car"]}
    assert save(cast, **wanted, **more)[0] == 302
    now = found(engine)
    assert now["label_scores"] == {"dog": 0.8}
    assert now["night_min_score"] == pytest.approx(0.625)
    assert (now["min_area"], now["max_area"], now["min_height"]) == pytest.approx((0.002, 0.5, 0.05))
    assert (now["crops"], now["seen_in"], now["seen_of"]) == ("squares", 2, 3)
    assert now["departure_labels"] == ["car", "dog"]
    ((who, action, noun, before, after),) = audits(engine)
    assert (who, action, noun) == (cast.owner_id, "camera.seeing", "front-door")
    assert (before["crops"], after["crops"], after["label_scores"]) == ("whole", "squares", {"dog": 0.8})
    assert version(engine) == 2
    page = cast.owner.get(PAGE).text
    assert 'name="score:dog"' in page
    assert 'value="62.5"' in page
    assert "where it looks → squares" in page


def test_saving_what_is_there_already_changes_nothing(cast: Cast, house: House, engine: Engine) -> None:
    house.camera(min_area=0.002, night_min_score=0.7)
    assert save(cast, min_area="0.2", night_min_score="70")[0] == 302
    assert (audits(engine), version(engine)) == ([], 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"score_dog": "lots"}, "For each thing a number from 0 to 100"),
        ({"score_dog": "101"}, "For each thing a number from 0 to 100"),
        ({"night_min_score": "dark"}, "A number from 0 to 100"),
        ({"min_area": ""}, "A number from 0 to 100"),
        ({"max_area": "nan"}, "A number from 0 to 100"),
        ({"min_area": "30", "max_area": "30"}, "The largest must be larger"),
        ({"crops": "confetti"}, "choose one of the four"),
        ({"seen_in": "3", "seen_of": "2"}, "In so many of so many pictures"),
        ({"seen_in": "0"}, "In so many of so many pictures"),
        ({"seen_of": "21"}, "In so many of so many pictures"),
        ({"seen_in": "²"}, "In so many of so many pictures"),
    ],
)
def test_a_mistake_in_the_rules_is_explained_and_what_was_typed_is_kept(
    cast: Cast, house: House, engine: Engine, wrong: dict[str, Any], said: str
) -> None:
    house.camera()
    status, page = save(cast, **{"min_height": "7.5", "score_cat": "33", **wrong})
    assert status == 422
    assert said in page
    assert 'value="7.5"' in page
    assert 'value="33"' in page
    assert all(f'value="{value}"' in page for key, value in wrong.items() if key != "crops" and value)
    assert (found(engine)["min_height"], audits(engine)) == (0, [])


def test_a_mask_is_drawn_and_says_what_it_leaves_out(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    assert send(cast, ZONES, SHAPE | {"drops": "chosen", "labels": ["truck", "car"]})[0] == 302
    (mask,) = drawn(engine)
    assert mask == Zone(mask.id, "mask", "Street", CORNERS, ("car", "truck"))
    ((who, action, noun, before, after),) = audits(engine)
    assert (who, action, noun, before) == (cast.owner_id, "zone.add", mask.id, None)
    assert after == {"camera_id": "front-door", **mask.values()}
    assert version(engine) == 2
    assert "Mask, leaves out car, truck" in cast.owner.get(PAGE).text


def test_a_zone_has_no_labels_even_if_some_were_ticked_before(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    send(cast, ZONES, SHAPE | {"kind": "zone", "drops": "chosen", "labels": ["car"]})
    assert [(one.kind, one.labels) for one in drawn(engine)] == [("zone", None)]


def test_a_shape_is_changed_and_stays_the_same_one(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    path = draw(engine)
    form = SHAPE | {"name": " Garden  path ", "corners": "10, 10\r\n90% 10%\r\n90 90\r\n\r\n"}
    assert send(cast, f"{ZONES}/{path.id}", form)[0] == 302
    (now,) = drawn(engine)
    assert (now.id, now.name, now.points) == (path.id, "Garden path", ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9)))
    ((_, action, noun, before, after),) = audits(engine)
    assert (action, noun, before["name"], after["name"]) == ("zone.change", path.id, "Path", "Garden path")


def test_a_deleted_zone_takes_with_it_what_was_said_before(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    path = draw(engine)
    image_id = house.picture(labels=["person"])
    with house.writing() as connection:
        row = {"zone_id": path.id, "captured_at": NOON, "image_id": image_id, "ordinal": 0}
        connection.execute(insert(detection_zone).values(row))
    page = cast.owner.get(PAGE).text
    assert "something in it in 1 picture" in page
    assert "1 picture will not be found by it any more" in page
    assert send(cast, f"{ZONES}/{path.id}/delete", {})[0] == 302
    assert drawn(engine) == []
    ((who, action, noun, before, after),) = audits(engine)
    assert (who, action, noun, before["name"], after) == (cast.owner_id, "zone.delete", path.id, "Path", None)
    assert cast.owner.get(f"/picture/{image_id}").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "It needs a name"),
        ({"name": "x" * 121}, "At most 120 characters"),
        ({"name": "path"}, "has one of that name already"),
        ({"kind": "moat"}, "choose one of the two"),
        ({"drops": "chosen", "labels": []}, "Choose at least one thing"),
        ({"corners": ""}, "at least three corners"),
        ({"corners": "1 1\n2 2"}, "at least three corners"),
        ({"corners": "1 1\n2 2\n3 3"}, "a line or a dot"),
        ({"corners": "1 1\n2\n3 3"}, "Each line needs two numbers"),
        ({"corners": "1 1\n101 2\n3 3"}, "Each line needs two numbers"),
        ({"corners": "1 1\nnan 2\n3 3"}, "Each line needs two numbers"),
        ({"corners": "\n".join(f"{number} {number * number / 100}" for number in range(65))}, "At most 64 corners"),
    ],
)
def test_a_mistake_in_a_shape_is_explained_and_what_was_typed_is_kept(
    cast: Cast, house: House, engine: Engine, wrong: dict[str, Any], said: str
) -> None:
    house.camera()
    path = draw(engine)
    for place in (ZONES, f"{ZONES}/{draw(engine, name='Gate').id}"):
        status, page = send(cast, place, SHAPE | {"name": "Lane", **wrong})
        assert status == 422
        assert said in page
        assert "Nothing is saved yet" in page
        typed = {"name": "Lane", **wrong}
        assert f'value="{" ".join(typed["name"].split())}"' in page
        assert (typed.get("corners") or SHAPE["corners"]) in page
    assert path in drawn(engine)
    assert audits(engine) == []


def test_what_is_not_there_is_not_found(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    house.camera("Gate", "gate")
    path = draw(engine)
    assert cast.owner.get("/cameras/no-such/seeing").status_code == 404
    assert send(cast, "/cameras/no-such/seeing", DEFAULTS)[0] == 404
    assert send(cast, "/cameras/no-such/zones", SHAPE)[0] == 404
    for place in (f"{ZONES}/{new_id()}", f"/cameras/gate/zones/{path.id}"):
        assert send(cast, place, SHAPE)[0] == 404
        assert send(cast, f"{place}/delete", {})[0] == 404
    assert drawn(engine) == [path]


def test_a_camera_without_a_picture_can_have_shapes_too(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    assert "No picture yet" in cast.owner.get(PAGE).text
    assert send(cast, ZONES, SHAPE)[0] == 302


def test_a_viewer_sees_what_is_drawn_and_no_way_to_change_it(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    draw(engine)
    page = cast.viewer.get(PAGE).text
    assert "Path" in page
    assert "An owner can change this" in page
    for word in (">Save<", "Save these rules", "Add a zone or mask", ">Delete"):
        assert word not in page


def test_the_cameras_page_and_its_form_lead_there(cast: Cast, house: House) -> None:
    house.camera()
    for path in ("/cameras", "/cameras/front-door"):
        assert f'href="{PAGE}"' in cast.owner.get(path).text
