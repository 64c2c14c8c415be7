import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Engine, select

from services.core.ids import new_id
from services.store import camera, config, correction, seeing, zone
from services.store.account_tables import audit
from services.store.correction import By
from services.store.tables import detection
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import NOON, House, Standing


@pytest.fixture
def picture(house: House) -> str:
    house.camera()
    return house.picture(labels=["person", "dog"])


def post(cast: Cast, path: str, **form: str) -> Any:
    return cast.owner.post(path, data=form | {"csrf_token": token(cast.owner)}, follow_redirects=True)


def labels(engine: Engine, image_id: str) -> list[str | None]:
    """What counts, None for what does not."""
    query = select(detection).where(detection.c.image_id == image_id).order_by(detection.c.ordinal)
    with engine.connect() as connection:
        return [None if row.dropped_because else row.label for row in connection.execute(query)]


def changes(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [(row.action, row.user_id, row.after_json) for row in connection.execute(select(audit))]


def undo_path(page: str) -> str:
    (path,) = re.findall(r'action="([^"]+/undo[^"]*)"', page)
    return unescape(str(path))


def mark(page: str, kind: str) -> str:
    found = re.search(f'name="mark-{kind}" value="([^"]+)"', page)
    assert found, f"no rule of {kind}"
    return unescape(found.group(1))


def test_a_label_is_put_right_and_the_page_says_by_whom_and_when(cast: Cast, engine: Engine, picture: str) -> None:
    answer = post(cast, f"/picture/{picture}/detections/1/label?camera=front-door", label="cat")
    assert answer.request.full_path == f"/picture/{picture}?camera=front-door"
    assert "cat, not dog" in answer.text
    assert "Anna" in answer.text
    assert "Looked at: 1 person, 1 cat." in answer.text
    assert labels(engine, picture) == ["person", "cat"]
    assert changes(engine) == [("detection.correct", cast.owner_id, {"1": "cat"})]


def test_a_box_is_deleted_and_the_rest_stays(cast: Cast, engine: Engine, picture: str) -> None:
    page = post(cast, f"/picture/{picture}/detections/0/remove").text
    assert labels(engine, picture) == [None, "dog"]
    assert "corrected: nothing there" in page
    assert "no person" in page


def test_nothing_here_takes_all_boxes_and_undo_brings_them_back(cast: Cast, engine: Engine, picture: str) -> None:
    page = post(cast, f"/picture/{picture}/empty?label=dog").text
    assert labels(engine, picture) == [None, None]
    answer = post(cast, undo_path(page))
    assert answer.request.full_path == f"/picture/{picture}?label=dog"
    assert labels(engine, picture) == ["person", "dog"]
    assert "put it right" not in answer.text
    assert [action for action, _, _ in changes(engine)] == ["detection.correct", "detection.undo"]


def test_undo_is_offered_for_ten_seconds_and_taken_not_much_longer(
    cast: Cast, engine: Engine, picture: str, clock: Standing
) -> None:
    page = post(cast, f"/picture/{picture}/empty").text
    assert 'data-undo="10.0"' in page
    clock.pass_by(11)
    assert "data-undo" not in cast.owner.get(f"/picture/{picture}").text
    clock.pass_by(11)
    assert "cannot be undone any more" in post(cast, undo_path(page)).text
    assert labels(engine, picture) == [None, None]


def test_a_label_that_there_is_not_is_refused(cast: Cast, engine: Engine, picture: str) -> None:
    for label in ("", "unicorn", "x" * 100):
        assert post(cast, f"/picture/{picture}/detections/0/label", label=label).status_code == 400
    assert labels(engine, picture) == ["person", "dog"]


def test_a_label_of_another_model_may_be_chosen_once_it_was_seen(cast: Cast, engine: Engine, house: House) -> None:
    house.camera()
    house.picture(labels=["fox"])
    image_id = house.picture(labels=["dog"])
    assert "<option>fox</option>" in cast.owner.get(f"/picture/{image_id}").text
    post(cast, f"/picture/{image_id}/detections/0/label", label="fox")
    assert labels(engine, image_id) == ["fox"]


def test_what_somebody_else_was_quicker_with_is_said(cast: Cast, picture: str) -> None:
    post(cast, f"/picture/{picture}/detections/0/remove")
    assert "Somebody has put that right already" in post(cast, f"/picture/{picture}/detections/0/remove").text
    post(cast, f"/picture/{picture}/empty")
    assert "Somebody has put that right already" in post(cast, f"/picture/{picture}/empty").text


def test_a_viewer_sees_who_put_what_right_and_gets_no_forms(cast: Cast, picture: str) -> None:
    post(cast, f"/picture/{picture}/detections/0/remove")
    page = cast.viewer.get(f"/picture/{picture}").text
    assert "no person" in page
    assert "/remove" not in page
    assert "data-undo" not in page


def test_each_rule_says_what_it_would_have_hidden_and_one_is_proposed(cast: Cast, engine: Engine, house: House) -> None:
    house.camera()
    chosen = house.picture(labels=["person"])
    again = [house.picture(at=NOON - timedelta(hours=n), labels=["person"]) for n in range(1, 4)]
    for number in range(4):
        image_id = house.picture(at=NOON - timedelta(days=number), id=new_id())
        house.detection(image_id, "person", 0, box=(0.6, 0.3, 0.7, 0.9), score=0.5, best=True)
    house.detection(house.picture(at=NOON - timedelta(days=31)), "person", 0, box=(0.1, 0.2, 0.3, 0.7))
    for image_id in again[:2]:
        with engine.begin() as connection:
            correction.remove(connection, image_id, 0, By(cast.owner_id, NOON))
    page = re.sub(r"<[^>]+>|\s+", " ", cast.owner.get(f"/picture/{chosen}/detections/0/hide").text)
    page = re.sub(r"\s+", " ", page)
    first, *rest = page.split("Would have hidden")[1:]
    assert first.startswith(" 4 of 8 people . Somebody had put 2 of them right.")
    assert "No person that stands at this place proposed" in page
    assert rest[-1].startswith(" 8 of 8 people")
    assert "No person below 91 %" in page


def test_an_accepted_mask_is_drawn_audited_and_told_to_flows(cast: Cast, engine: Engine, picture: str) -> None:
    path = f"/picture/{picture}/detections/0/hide"
    shown = cast.owner.get(path).text
    answer = post(cast, path, kind="place", **{"mark-place": mark(shown, "place")})
    assert "From the next picture of Front Door on" in answer.text
    with engine.connect() as connection:
        (made,) = zone.of_camera(connection, "front-door")
        assert config.version(connection, "cameras") == 2
    assert (made.kind, made.name, made.labels) == ("mask", "No person here", ("person",))
    assert changes(engine) == [("zone.add", cast.owner_id, {"camera_id": "front-door", **made.values()})]
    assert "leave things like this out already: masked" in cast.owner.get(path).text


@pytest.mark.parametrize(("kind", "fields"), [("score", {"label_scores": {"person": 0.91}}), ("size", None)])
def test_an_accepted_score_or_size_is_a_rule_of_the_camera(
    cast: Cast, engine: Engine, picture: str, kind: str, fields: dict[str, Any] | None
) -> None:
    path = f"/picture/{picture}/detections/0/hide"
    post(cast, path, kind=kind, **{f"mark-{kind}": mark(cast.owner.get(path).text, kind)})
    ((action, user_id, after),) = changes(engine)
    assert (action, user_id) == ("camera.seeing", cast.owner_id)
    assert fields is None or after == fields
    with engine.connect() as connection:
        found = camera.find(connection, "front-door")
        rules = seeing.of_camera(connection, "front-door")
    assert found is not None
    assert rules is not None
    for name, value in after.items():
        assert getattr(found, name) == pytest.approx(value)
    assert "leave things like this out already" in cast.owner.get(path).text


def test_a_rule_that_was_not_shown_is_not_accepted(cast: Cast, engine: Engine, picture: str) -> None:
    path = f"/picture/{picture}/detections/0/hide"
    shown = cast.owner.get(path).text
    with engine.begin() as connection:
        camera.change(connection, "front-door", label_scores={"dog": 0.7})
    answer = post(cast, path, kind="score", **{"mark-score": mark(shown, "score")})
    assert "have changed since" in answer.text
    assert post(cast, path, kind="nonsense").request.path == path
    assert changes(engine) == []


def test_things_are_hidden_by_what_the_detector_called_them(cast: Cast, engine: Engine, picture: str) -> None:
    post(cast, f"/picture/{picture}/detections/0/label", label="cat")
    assert "No person that stands at this place" in cast.owner.get(f"/picture/{picture}/detections/0/hide").text


def test_there_is_nothing_to_hide_where_nothing_counted(cast: Cast, house: House, picture: str) -> None:
    house.detection(picture, "kite", 5, score=0.2, dropped_because="below score")
    for ordinal in (5, 9):
        assert cast.owner.get(f"/picture/{picture}/detections/{ordinal}/hide").status_code == 404
