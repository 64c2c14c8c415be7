import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, insert, select

from services.core.ids import new_id
from services.store import config, device, forgetting, schedule
from services.store.account_tables import audit, user
from services.store.device import Device
from services.store.device_tables import device as device_table
from services.store.schedule import Schedule
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import NOON, House

NIGHTS = Schedule(new_id(), "Nights", [], [], True, None, None)


def a_device(engine: Engine, device_id: str = "garage-door", **more: Any) -> str:
    values = {
        "id": device_id,
        "called": "Garage Door",
        "kind": "contact",
        "location": "Garage",
        "is_input": True,
        "is_output": False,
        "enabled": True,
        "confirmed_at": NOON - timedelta(days=1),
        "first_seen_at": NOON - timedelta(days=1),
        "last_seen_at": NOON - timedelta(seconds=12),
    }
    with engine.begin() as connection:
        connection.execute(insert(device_table).values(**values | more))
    return device_id


def get(engine: Engine, device_id: str = "garage-door") -> Device | None:
    with engine.connect() as connection:
        return device.find(connection, device_id)


def version(engine: Engine) -> int:
    with engine.connect() as connection:
        return config.version(connection, "devices")


def audits(engine: Engine) -> list[Any]:
    columns = (audit.c.action, audit.c.noun_id, audit.c.before_json, audit.c.after_json)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(audit.c.id))]


def fields(cast: Cast, **more: str) -> dict[str, str]:
    typed = {"name": "Big door", "group_name": "Ground floor", "stale_after": "2", "enabled": "on"}
    return typed | more | {"csrf_token": token(cast.owner)}


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_card_says_what_a_device_is_now(cast: Cast, engine: Engine) -> None:
    a_device(engine, active=True, active_since=NOON - timedelta(hours=1), group_name="Ground floor")
    page = words(cast.viewer.get("/devices").text)
    for said in ("Garage Door", "Open since 11:00", "Heard 12 s ago", "contact · Garage · Ground floor"):
        assert said in page


def test_a_card_says_how_long_a_device_has_not_been_heard(cast: Cast, engine: Engine) -> None:
    a_device(engine, last_seen_at=NOON - timedelta(minutes=12), stale_since=NOON - timedelta(minutes=7))
    assert "Not heard for 12 min" in words(cast.viewer.get("/devices").text)


def test_new_ones_come_first_and_are_marked(cast: Cast, engine: Engine) -> None:
    a_device(engine)
    a_device(engine, "z-siren", called="Zed's siren", kind="siren", is_input=False, is_output=True, confirmed_at=None)
    page = cast.viewer.get("/devices").text
    assert page.index("device-z-siren") < page.index("device-garage-door")
    assert words(page).count(" new ") == 1
    assert "Can be switched" in words(page)


def test_an_empty_page_says_what_would_be_here_and_how_it_gets_here(cast: Cast) -> None:
    page = cast.viewer.get("/devices").text
    assert "No device yet" in page
    assert "hearthwatch/device/garage-door/heartbeat" in page


def test_the_page_is_reached_from_more(cast: Cast) -> None:
    assert 'href="/devices"' in cast.viewer.get("/more").text


def test_saving_changes_the_device_writes_who_did_it_and_is_told_to_flows(cast: Cast, engine: Engine) -> None:
    a_device(engine)
    before = version(engine)
    answer = cast.owner.post("/devices/garage-door", data=fields(cast))
    assert answer.location == "/devices#device-garage-door"
    found = get(engine)
    assert found
    assert (found.name, found.group_name, found.stale_after_s, found.enabled) == ("Big door", "Ground floor", 120, True)
    after = {"name": "Big door", "group_name": "Ground floor", "stale_after_s": 120}
    assert audits(engine) == [("device.update", "garage-door", dict.fromkeys(after), after)]
    assert version(engine) == before + 1


def test_saving_a_new_one_makes_it_known_even_as_it_is(cast: Cast, engine: Engine) -> None:
    a_device(engine, confirmed_at=None)
    cast.owner.post("/devices/garage-door", data=fields(cast, name="", group_name="", stale_after=""))
    found = get(engine)
    assert found
    assert (found.confirmed_at, found.name) == (NOON, None)
    assert audits(engine) == [("device.update", "garage-door", {"confirmed": False}, {"confirmed": True})]


def test_saving_the_same_again_is_no_change(cast: Cast, engine: Engine) -> None:
    a_device(engine)
    cast.owner.post("/devices/garage-door", data=fields(cast))
    before = version(engine)
    cast.owner.post("/devices/garage-door", data=fields(cast))
    assert (version(engine), len(audits(engine))) == (before, 1)


def test_a_device_is_switched_off_by_leaving_its_box_empty(cast: Cast, engine: Engine) -> None:
    a_device(engine)
    data = fields(cast)
    del data["enabled"]
    cast.owner.post("/devices/garage-door", data=data)
    found = get(engine)
    assert found
    assert not found.enabled
    assert "switched off" in cast.viewer.get("/devices").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"stale_after": "soon"},
        {"stale_after": "0"},
        {"stale_after": "nan"},
        {"stale_after": "-3"},
        {"stale_after": "9e99"},
        {"name": "x" * 121},
        {"group_name": "x" * 121},
        {"latch": "-1"},
        {"rate_count": "1"},
        {"rate_count": "3"},
        {"rate": "10"},
        {"escalate_after": "soon"},
    ],
)
def test_what_is_wrong_is_said_kept_and_not_saved(cast: Cast, engine: Engine, wrong: dict[str, str]) -> None:
    a_device(engine)
    answer = cast.owner.post("/devices/garage-door", data=fields(cast, **wrong))
    (field, value), found = *wrong.items(), get(engine)
    assert answer.status_code == 422
    assert f'name="{field}" value="{value}"' in answer.text
    assert 'role="alert"' in answer.text
    assert "<details open>" in answer.text
    assert found and found.name is None
    assert audits(engine) == []


def test_an_input_says_when_it_counts_and_when_it_escalates(cast: Cast, engine: Engine) -> None:
    a_device(engine)
    with engine.begin() as connection:
        schedule.add(connection, NIGHTS)
    more = {"latch": "0", "rate_count": "3", "rate": "10", "escalate_after": "1,5", "schedule_id": NIGHTS.id}
    cast.owner.post("/devices/garage-door", data=fields(cast, **more, longest_on="7"))
    found = get(engine)
    assert found
    assert (found.latch_s, found.rate_count, found.rate_s, found.escalate_after_s) == (0, 3, 10, 90)
    assert (found.schedule_id, found.longest_on_s) == (NIGHTS.id, None)
    page = cast.owner.get("/devices").text
    for shown in ('name="latch" value="0"', 'name="rate_count" value="3"', 'name="escalate_after" value="1.5"'):
        assert shown in page
    assert f'value="{NIGHTS.id}" selected' in page


def test_an_output_says_how_it_may_be_switched(cast: Cast, engine: Engine) -> None:
    a_device(engine, "siren", kind="siren", is_input=False, is_output=True)
    cast.owner.post("/devices/siren", data=fields(cast, interval="300", longest_on="120", latch="7"))
    found = get(engine, "siren")
    assert found
    assert (found.interval_s, found.longest_on_s, found.latch_s) == (300, 120, None)


def test_a_schedule_that_was_deleted_meanwhile_is_said(cast: Cast, engine: Engine) -> None:
    a_device(engine)
    answer = cast.owner.post("/devices/garage-door", data=fields(cast, schedule_id=NIGHTS.id))
    assert answer.status_code == 422
    assert "That schedule is no more" in answer.text


def test_forgetting_says_what_goes_with_it_and_puts_it_out_of_sight(cast: Cast, engine: Engine, house: House) -> None:
    a_device(engine, name="Big door")
    kept = a_device(engine, "window")
    for device_id in ("garage-door", "garage-door", kept):
        house.event("device_active", device_id=device_id, detail="open")
    assert "2 events of it go with it" in words(cast.owner.get("/devices/garage-door/forget").text)
    before = version(engine)
    answer = cast.owner.post("/devices/garage-door/forget", data={"csrf_token": token(cast.owner)})
    assert answer.location == "/devices"
    page = cast.owner.get("/devices").text
    assert "Big door is forgotten." in page
    assert "device-garage-door" not in page
    assert "Big door" not in cast.owner.get("/events").text
    assert get(engine) is None
    assert get(engine, kept)
    with engine.connect() as connection:
        (begun,) = forgetting.begun(connection)
        owner = connection.scalar(select(user.c.id).where(user.c.role == "owner"))
    assert (begun.device_id, begun.user_id, begun.asked_at) == ("garage-door", owner, NOON)
    assert version(engine) == before + 1
    assert cast.owner.post("/devices/garage-door/forget", data={"csrf_token": token(cast.owner)}).status_code == 404


@pytest.mark.parametrize("path", ["/devices/nobody", "/devices/nobody/forget"])
def test_what_is_not_there_cannot_be_changed(cast: Cast, path: str) -> None:
    assert cast.owner.post(path, data=fields(cast)).status_code == 404
    assert cast.owner.post(path, data=fields(cast, stale_after="x")).status_code == 404


@pytest.mark.parametrize("path", ["/devices/garage-door", "/devices/garage-door/forget"])
def test_only_an_owner_changes_or_forgets(cast: Cast, engine: Engine, path: str) -> None:
    a_device(engine)
    data = fields(cast) | {"csrf_token": token(cast.viewer)}
    assert cast.viewer.post(path, data=data).status_code == 403
    assert "Forget" not in cast.viewer.get("/devices").text
    assert cast.stranger.get("/devices").status_code == 302


def test_what_a_device_says_of_itself_is_text_and_nothing_else(cast: Cast, engine: Engine) -> None:
    a_device(engine, called="<script>alert(1)</script>", location="<b>", detail="<i>", active=True, active_since=NOON)
    page = cast.owner.get("/devices").text
    assert "<script>alert" not in page
    assert "<i>" not in page


def test_events_name_the_device(cast: Cast, engine: Engine, house: House, app: Flask) -> None:
    a_device(engine, name="Big door")
    house.event("device_active", device_id="garage-door", detail="open")
    house.event("motion", at=NOON - timedelta(hours=1))
    page = words(cast.viewer.get("/events?kind=device").text)
    assert "Open Big door 12:00" in page
    assert "Motion 11:00" not in page


def test_an_input_may_be_a_way_in_and_an_output_cannot(cast: Cast, engine: Engine) -> None:
    a_device(engine)
    a_device(engine, "siren", is_input=False, is_output=True)
    for one in ("garage-door", "siren"):
        assert cast.owner.post(f"/devices/{one}", data=fields(cast, entry="on")).status_code == 302
    assert [getattr(get(engine, one), "entry", None) for one in ("garage-door", "siren")] == [True, False]
    assert cast.viewer.get("/devices").text.count("It is a way in") == 0
    assert 'name="entry" checked' in cast.owner.get("/devices").text
