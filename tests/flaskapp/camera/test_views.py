from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import ConfigChanged
from services.core.settings import Settings
from services.store import camera, config, schedule
from services.store.account_tables import audit
from services.store.schedule import Schedule
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import NOON, House, Standing
from tests.peers import Mosquitto, wait_until
from tests.store.recordings import recorded_camera

GOOD: dict[str, Any] = {
    "name": "Front Door",
    "plan": "detect",
    "look_for": "all",
    "min_score": "40",
    "alert_labels": ["person"],
}


def save(cast: Cast, **changes: Any) -> tuple[int, str]:
    form = GOOD | changes | {"csrf_token": token(cast.owner)}
    answer = cast.owner.post("/cameras/front-door", data=form)
    return answer.status_code, answer.text


def found(engine: Engine) -> camera.Camera:
    with engine.connect() as connection:
        one = camera.find(connection, "front-door")
    assert one is not None
    return one


def changes(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(audit.c.user_id, audit.c.before_json, audit.c.after_json)))


def test_the_card_of_a_camera_says_that_it_is_recorded(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    assert "Recorded all the time" not in cast.viewer.get("/cameras").text
    recorded_camera(engine, "Front Door")
    assert "Recorded all the time" in cast.viewer.get("/cameras").text


def test_a_change_is_saved_with_who_made_it_and_flows_are_told(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    fields = {
        "plan": "keep",
        "name": " Front  gate ",
        "look_for": "chosen",
        "labels": ["dog", "cat"],
        "min_score": "55",
    }
    assert save(cast, **fields)[0] == 302
    now = found(engine)
    assert (now.name, now.plan, now.labels, now.alert_labels) == ("Front gate", "keep", ["cat", "dog"], ["person"])
    assert now.min_score == pytest.approx(0.55)
    before = {"name": "Front Door", "plan": "detect", "labels": None, "min_score": 0.4}
    after = {"name": "Front gate", "plan": "keep", "labels": ["cat", "dog"], "min_score": 0.55}
    assert changes(engine) == [(cast.owner_id, before, after)]
    with engine.connect() as connection:
        assert config.version(connection, "cameras") == 2
    page = cast.owner.get("/cameras/front-door").text
    assert "Anna" in page
    assert "Pictures are only kept" in cast.owner.get("/cameras").text


def test_saving_what_is_there_already_changes_nothing(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    assert save(cast)[0] == 302
    assert changes(engine) == []
    with engine.connect() as connection:
        assert config.version(connection, "cameras") == 1


def test_no_alert_labels_means_no_alerts(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    save(cast, alert_labels=[])
    assert found(engine).alert_labels == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "   "}, "A camera needs a name"),
        ({"name": "x" * 121}, "At most 120 characters"),
        ({"plan": "burn"}, "Please choose one of the two"),
        ({"min_score": "lots"}, "A number from 0 to 100"),
        ({"min_score": "nan"}, "A number from 0 to 100"),
        ({"min_score": "140"}, "A number from 0 to 100"),
        ({"look_for": "chosen", "labels": []}, "Choose at least one thing"),
    ],
)
def test_a_mistake_is_explained_and_what_was_typed_is_kept(
    cast: Cast, house: House, engine: Engine, wrong: dict[str, Any], said: str
) -> None:
    house.camera()
    status, page = save(cast, **{"name": "A new name", **wrong})
    assert status == 422
    assert said in page
    assert found(engine).name == "Front Door"
    assert changes(engine) == []
    if "name" not in wrong:
        assert 'value="A new name"' in page


def test_a_camera_that_is_not_there_is_not_found(cast: Cast) -> None:
    assert cast.owner.get("/cameras/no-such").status_code == 404
    assert cast.owner.post("/cameras/no-such", data=GOOD | {"csrf_token": token(cast.owner)}).status_code == 404


def test_the_labels_of_another_model_can_be_chosen_too(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    house.picture(labels=["fox"])
    assert 'value="fox"' in cast.owner.get("/cameras/front-door").text


def test_a_viewer_sees_the_settings_but_no_way_to_save_them(cast: Cast, house: House) -> None:
    house.camera()
    page = cast.viewer.get("/cameras/front-door").text
    assert "An owner can change this" in page
    assert ">Save<" not in page


def test_scribe_hears_of_it_at_once(
    cast: Cast, house: House, settings: Settings, mosquitto: Mosquitto, clock: Standing
) -> None:
    house.camera()
    there = settings.model_copy(update={"mqtt_port": mosquitto.port})
    heard: list[ConfigChanged] = []
    scribe, bus = Bus(there, "scribe", clock, durable=False), Bus(there, "gallery", clock, durable=False)
    scribe.subscribe(ConfigChanged, heard.append)
    app = cast.owner.application
    object.__setattr__(app.extensions["hearthwatch"], "bus", bus)
    for one in (scribe, bus):
        one.start()
        wait_until(one.listening, "the broker")
    save(cast, plan="keep")
    wait_until(lambda: heard, "the message")
    for one in (scribe, bus):
        one.stop()
    assert [message.noun for message in heard] == ["cameras"]


def a_schedule(engine: Engine) -> str:
    nights = Schedule(new_id(), "Nights", [], [], True, None, None)
    with engine.begin() as connection:
        schedule.add(connection, nights)
    return nights.id


def test_the_modes_and_the_schedule_by_which_it_alerts_are_chosen(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    schedule_id = a_schedule(engine)
    chosen = {"alert_in": "chosen", "alert_modes": ["night", "away"], "schedule_id": schedule_id}
    assert save(cast, **chosen)[0] == 302
    now = found(engine)
    assert (now.alert_modes, now.schedule_id) == (["away", "night"], schedule_id)
    page = cast.owner.get("/cameras/front-door").text
    assert 'name="alert_modes" value="away" checked' in page
    assert f'value="{schedule_id}" selected' in page
    assert save(cast, alert_in="all", alert_modes=["away"])[0] == 302
    now = found(engine)
    assert (now.alert_modes, now.schedule_id) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"alert_in": "chosen"}, "Choose at least one mode"),
        ({"alert_in": "chosen", "alert_modes": ["party"]}, "One of these modes is no more"),
        ({"schedule_id": "019aa0f4-7c2f-7d01-8c3e-2f1d0b7a9e56"}, "That schedule is no more"),
    ],
)
def test_a_mode_or_schedule_that_is_not_there_is_said(
    cast: Cast, house: House, engine: Engine, wrong: dict[str, Any], said: str
) -> None:
    house.camera()
    status, page = save(cast, **wrong)
    assert (status, changes(engine)) == (422, [])
    assert said in page


def test_a_camera_may_see_a_way_in(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    assert save(cast, entry="on")[0] == 302
    assert found(engine).entry is True
    assert 'name="entry" checked' in cast.viewer.get("/cameras/front-door").text
    save(cast)
    assert found(engine).entry is False


def test_a_cameras_page_says_how_often_it_sends_and_when_it_was_dark_today(cast: Cast, house: House) -> None:
    house.camera(silent_after_s=300)
    assert "No picture yet." in cast.viewer.get("/cameras/front-door").text
    for number in range(5):
        house.picture(at=NOON - timedelta(seconds=5 + 30 * number))
    house.event("camera_silent", NOON - timedelta(hours=3), camera_id="front-door")
    house.event("camera_back", NOON - timedelta(hours=2), camera_id="front-door")
    text = cast.viewer.get("/cameras/front-door").text
    assert "Sends a picture about every 30 s." in text
    assert "after 5 min without a picture" in text
    assert "Today it was dark 1 time: Dark 09:00:00–10:00:00 (60 min)" in text
    assert 'href="/recordings/front-door/2026-11-20"' in text
