"""Every endpoint, tried by everybody: from the URL map, so that a new page is denied until somebody opens it."""

import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert
from werkzeug.routing import Rule

from flaskapp import guard
from flaskapp.guard import ABOUT_A_PERSON, LARGE, OPEN, OWN, OWNERS
from services.store import link, schedule, upload, user
from services.store.plate_tables import plate
from services.store.schedule import Schedule
from services.store.upload import Upload
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.films import a_clip, live
from tests.flaskapp.house import NOON, House
from tests.flaskapp.person.cast import a_channel, a_person
from tests.flaskapp.rule.making import a_rule

VALUES: dict[str, Any] = {
    "image_id": uuid.UUID(int=7),
    "ordinal": 0,
    "correction_id": uuid.UUID(int=8),
    "zone_id": uuid.UUID(int=8),
    "plate_id": uuid.UUID(int=9),
    "camera_id": "front-door",
    "try_id": uuid.UUID(int=8),
    "device_id": "garage-door",
    "mode_id": "night",
    "schedule_id": uuid.UUID(int=8),
    "link_id": uuid.UUID(int=8),
    "sighting_id": uuid.UUID(int=8),
    "person_id": uuid.UUID(int=10),
    "channel_id": uuid.UUID(int=11),
    "token": "no-such",
    "token_id": uuid.UUID(int=8),
    "upload_id": uuid.UUID(int=12),
    "name": "app.css",
    "recording_id": uuid.UUID(int=12),
    "share_id": uuid.UUID(int=8),
    "on": "2026-11-20",
    "api": "event_api",
    "piece": "init.mp4",
}


def rules(app: Flask) -> list[tuple[Rule, str]]:
    """Every page; the API and WebSockets have tests of their own."""
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(guard.API) and not rule.websocket
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def path_of(app: Flask, rule: Rule) -> str:
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, {name: VALUES[name] for name in rule.arguments}))


def ask(client: FlaskClient, app: Flask, rule: Rule, method: str) -> int:
    answer = client.open(path_of(app, rule), method=method)
    status = answer.status_code
    answer.close()
    return status


def test_a_stranger_gets_nothing_but_the_door(app: Flask, cast: Cast) -> None:
    for rule, method in rules(app):
        if rule.endpoint in OPEN:
            continue
        status = ask(cast.stranger, app, rule, method)
        assert status in (302, 401), f"{method} {rule.rule} answers a stranger with {status}"


def test_a_stranger_is_led_to_the_door_and_back_to_the_page_that_they_wanted(cast: Cast) -> None:
    answer = cast.stranger.get("/pictures?label=person")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/pictures?label%3Dperson"


def test_a_page_that_is_none_says_nothing_to_a_stranger(cast: Cast) -> None:
    assert cast.stranger.get("/no-such-page").status_code == 302
    assert cast.owner.get("/no-such-page").status_code == 404


def test_pictures_and_streams_are_refused_and_not_redirected(cast: Cast) -> None:
    for path in (f"/picture/{uuid.UUID(int=7)}/thumb", f"/picture/{uuid.UUID(int=7)}/file", "/live/stream"):
        assert cast.stranger.get(path, headers={"Accept": "image/*"}).status_code == 401


def test_what_is_open_is_what_we_think(app: Flask) -> None:
    everything = {rule.endpoint for rule, _ in rules(app)}
    assert everything >= OPEN | OWN | OWNERS | LARGE
    assert {
        "static",
        "account.login",
        "account.sign_in",
        "account.invite",
        "account.accept",
        "probe.alive",
        "probe.ready",
        "probe.metrics",
        "mute.page",
        "mute.enter",
        "share.page",
        "share.file",
        "share.preview",
        "share.thumbnail",
    } == OPEN


def test_a_viewer_reads_every_page(app: Flask, cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    house.picture(id=str(VALUES["image_id"]), labels=["person"])
    house.sighting(id=str(VALUES["sighting_id"]))
    a_clip(house, id=str(VALUES["recording_id"]))
    live(house)
    with house.writing() as connection:
        named = {"text": "KAB1", "folded": "KA81", "created_at": NOON}
        connection.execute(insert(plate).values(id=str(VALUES["plate_id"]), **named))
        schedule.add(connection, Schedule(str(VALUES["schedule_id"]), "Nights", [], [], True, None, None))
        link.add(connection, a_rule(id=str(VALUES["link_id"])))
        path = "uploads/2026-05-01/log.txt"
        upload.add(connection, [Upload(str(VALUES["upload_id"]), None, "front", "log", path, 1, "0" * 64, NOON, NOON)])
    house.media.write_atomic(path, b"1")
    a_device(engine, VALUES["device_id"])
    anna = a_person(engine, person_id=str(VALUES["person_id"]))
    a_channel(engine, anna, channel_id=str(VALUES["channel_id"]))
    for rule, method in rules(app):
        if method == "GET" and rule.endpoint not in OPEN:
            expected = 403 if rule.endpoint in OWNERS else 200
            assert ask(cast.viewer, app, rule, "GET") == expected, rule.rule


def test_a_viewer_changes_nothing_but_their_own_account(app: Flask, cast: Cast, house: House) -> None:
    house.camera()
    own = token(cast.viewer)
    for rule, method in rules(app):
        if method == "GET" or rule.endpoint in OPEN | OWN:
            continue
        answer = cast.viewer.open(path_of(app, rule), method=method, data={"csrf_token": own, "name": "Mine"})
        assert answer.status_code == 403, f"{method} {rule.rule}"


def test_a_viewer_changes_nobody_elses_alerts(app: Flask, cast: Cast, engine: Engine) -> None:
    anna = a_person(engine, person_id=str(VALUES["person_id"]))
    a_channel(engine, anna, channel_id=str(VALUES["channel_id"]))
    own = token(cast.viewer)
    tried = [rule for rule, method in rules(app) if method == "POST" and rule.endpoint in ABOUT_A_PERSON]
    assert len(tried) == len(ABOUT_A_PERSON)
    for rule in tried:
        form = {"csrf_token": own, "name": "Mine", "span": "1h", "kind": "email", "address": "a@example.org"}
        assert cast.viewer.post(path_of(app, rule), data=form).status_code == 403, rule.rule


def test_no_change_is_made_without_its_token(app: Flask, cast: Cast, house: House) -> None:
    house.camera()
    changes = [(rule, method) for rule, method in rules(app) if method != "GET"]
    assert len(changes) >= 7
    for rule, method in changes:
        for client in (cast.owner, cast.stranger) if rule.endpoint in OPEN else (cast.owner,):
            answer = client.open(path_of(app, rule), method=method, data={"name": "x", "password": "y"})
            assert answer.status_code == 400, f"{method} {rule.rule}"


def test_a_session_ends_when_its_epoch_is_raised(app: Flask, cast: Cast, engine: Engine) -> None:
    assert cast.viewer.get("/").status_code == 200
    with engine.begin() as connection:
        user.end_sessions(connection, cast.viewer_id)
    assert cast.viewer.get("/").status_code == 302


def test_a_forged_session_opens_nothing(app: Flask, cast: Cast) -> None:
    cast.stranger.set_cookie("hearthwatch_8080", "eyJfdXNlcl9pZCI6Im1lOjAifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert cast.stranger.get("/").status_code == 302


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\\/evil.example",
        "evil.example",
        "/login",
        "/no-such",
        "",
        None,
    ],
)
def test_the_way_back_never_leaves_the_gallery(app: Flask, wanted: str | None) -> None:
    with app.test_request_context():
        assert guard.way_back(wanted) == "/"


def test_the_way_back_keeps_what_was_looked_for(app: Flask) -> None:
    with app.test_request_context():
        assert guard.way_back("/pictures?label=person&day=2026-11-20") == "/pictures?label=person&day=2026-11-20"


def test_metrics_are_for_this_machine_only(cast: Cast) -> None:
    assert cast.stranger.get("/metrics").status_code == 200
    assert cast.stranger.get("/metrics", environ_overrides={"REMOTE_ADDR": "192.168.7.20"}).status_code == 404


def test_readiness_names_what_is_away(cast: Cast) -> None:
    answer = cast.stranger.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"database": True, "broker": False})
    assert cast.stranger.get("/healthz").status_code == 200


def test_metrics_are_not_for_those_behind_a_proxy_on_this_machine(cast: Cast) -> None:
    assert cast.stranger.get("/metrics", headers={"X-Forwarded-For": "192.168.7.20"}).status_code == 404
