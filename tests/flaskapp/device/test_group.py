import re

from sqlalchemy import Engine
from werkzeug.test import TestResponse

from services.core.ids import new_id
from services.store import config, device_group, schedule
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.device.test_views import NIGHTS, a_device, audits


def post(cast: Cast, group: str = "Yard", schedule_id: str = NIGHTS.id) -> TestResponse:
    sent = {"csrf_token": token(cast.owner), "group": group, "schedule_id": schedule_id}
    return cast.owner.post("/device-groups/schedule", data=sent)


def a_yard(engine: Engine) -> None:
    a_device(engine, group_name="Yard")
    with engine.begin() as connection:
        schedule.add(connection, NIGHTS)


def put(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        return device_group.schedules(connection)


def test_a_group_goes_by_a_schedule_with_who_did_it_and_flows_are_told(cast: Cast, engine: Engine) -> None:
    a_yard(engine)
    for _ in range(2):
        assert post(cast).location == "/devices#groups-by-schedule"
    assert put(engine) == {"Yard": NIGHTS.id}
    assert audits(engine) == [("device_group.update", "Yard", {"schedule_id": None}, {"schedule_id": NIGHTS.id})]
    with engine.connect() as connection:
        assert config.version(connection, "devices") == 2
    assert re.search(rf'value="{NIGHTS.id}" selected>Only during Nights', cast.viewer.get("/devices").text)
    assert "Rules by it: Yard" in cast.viewer.get("/schedules").text
    assert "Rules will use Yard at any time." in cast.owner.get(f"/schedules/{NIGHTS.id}").text


def test_a_group_that_no_device_is_in_any_more_is_still_set_free(cast: Cast, engine: Engine) -> None:
    a_yard(engine)
    post(cast)
    cast.owner.post("/devices/garage-door", data={"csrf_token": token(cast.owner), "enabled": "on"})
    assert "Yard" in cast.owner.get("/devices").text
    post(cast, schedule_id="")
    assert put(engine) == {}


def test_a_schedule_that_was_deleted_meanwhile_is_said(cast: Cast, engine: Engine) -> None:
    a_yard(engine)
    post(cast, schedule_id=new_id())
    assert "That schedule is no more" in cast.owner.get("/devices").text
    assert put(engine) == {}


def test_a_group_that_is_none_is_not_found(cast: Cast, engine: Engine) -> None:
    a_yard(engine)
    assert post(cast, "Attic").status_code == 404


def test_only_an_owner_sets_it(cast: Cast, engine: Engine) -> None:
    a_yard(engine)
    sent = {"csrf_token": token(cast.viewer), "group": "Yard", "schedule_id": NIGHTS.id}
    assert cast.viewer.post("/device-groups/schedule", data=sent).status_code == 403
    assert put(engine) == {}
