from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from flaskapp.gallery import KEY
from services.core.messages import ServiceStatus
from services.core.settings import Settings
from services.store import retention
from tests.flaskapp.conftest import Cast
from tests.flaskapp.house import NOON, House, Standing


def hear(app: Flask, clock: Standing, service: str, state: str = "online", **figures: float) -> None:
    status = {"service": service, "instance": "1", "state": state, "version": "1", "figures": figures}
    app.extensions[KEY].board.hear(ServiceStatus.make(clock, service, **status))


def test_it_says_what_waits_and_since_when(cast: Cast, house: House) -> None:
    house.camera()
    at = NOON - timedelta(hours=3, minutes=46)
    for _ in range(3):
        house.picture(at=at, state="new", detected_at=None, decided_at=None)
    page = cast.viewer.get("/health").text
    assert "3 pictures wait for Node-RED since 08:14." in page


def test_it_names_dark_cameras(cast: Cast, house: House) -> None:
    house.camera(silent_since=NOON - timedelta(hours=2))
    assert "Front Door has been dark since 10:00." in cast.viewer.get("/health").text


def test_it_shows_what_services_say_of_themselves(app: Flask, cast: Cast, clock: Standing) -> None:
    hear(app, clock, "hub", late_replies=3, refused=2)
    hear(app, clock, "detector", "offline")
    page = cast.viewer.get("/health").text
    for words in ("3 pictures", "2 messages", "<b>hub</b>", ">detector</a>", "stopped", "not heard of"):
        assert words in page


def test_services_that_have_a_page_lead_to_it_and_nobody_to_one_that_is_shut(
    app: Flask, cast: Cast, clock: Standing
) -> None:
    hear(app, clock, "recorder")
    owners, viewers = cast.owner.get("/health").text, cast.viewer.get("/health").text
    for name, page in (("recorder", "/recordings"), ("snapshot", "/cameras"), ("detector", "/detector")):
        assert f'<b><a href="{page}">{name}</a></b>' in owners
        assert f'<b><a href="{page}">{name}</a></b>' in viewers
    assert '<b><a href="/ftp">ftp</a></b>' in owners
    assert "<b>ftp</b>" in viewers


def test_what_waits_is_that_of_all_intakes(app: Flask, cast: Cast, clock: Standing) -> None:
    for name in ("hub", "ftp", "snapshot"):
        hear(app, clock, name, spool_bytes=1_000_000)
    assert "<dd>3 MB</dd>" in cast.viewer.get("/health").text.replace("3.0 MB", "3 MB")


def test_a_service_counts_as_stopped_since_it_stopped(app: Flask, clock: Standing) -> None:
    board = app.extensions[KEY].board
    hear(app, clock, "hub")
    clock.pass_by(10)
    hear(app, clock, "hub", "offline")
    clock.pass_by(10)
    hear(app, clock, "hub", "offline")
    (heard,) = board.all()
    assert (heard.online, heard.since) == (False, NOON + timedelta(seconds=10))
    assert "hub" in board.missing()


def test_one_copy_that_runs_is_enough(app: Flask, clock: Standing) -> None:
    hear(app, clock, "detector", "offline")
    status = {"service": "detector", "instance": "2", "state": "online", "version": "1", "figures": {}}
    app.extensions[KEY].board.hear(ServiceStatus.make(clock, "detector", **status))
    assert "detector" not in app.extensions[KEY].board.missing()


def test_it_says_how_long_things_are_kept_and_what_has_gone(cast: Cast, house: House, engine: Engine) -> None:
    house.event(at=NOON - timedelta(days=400))
    with engine.begin() as connection:
        assert retention.delete_some(connection, "events", timedelta(days=365), NOON) == 1
    page = " ".join(cast.viewer.get("/health").text.split())
    assert "<dt>Events</dt><dd>365 days" in page
    assert "1 older one deleted, the last" in page
    assert "<dt>Readings of meters</dt><dd>1 095 days</dd>" in page


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"tab": 1, "since": "x"}]', "not json"])
def test_notes_about_flows_that_are_broken_break_nothing(cast: Cast, settings: Settings, text: str) -> None:
    note(settings.data_dir, text)
    assert cast.viewer.get("/health").status_code == 200


def test_it_names_tabs_that_differ(cast: Cast, settings: Settings) -> None:
    note(settings.data_dir, '[{"tab": "Alerts", "since": "2026-11-19T08:14:00.000000Z"}]')
    page = cast.viewer.get("/health").text
    assert "Your <b>Alerts</b> tab differs from the shipped one since" in page
    for action in ("compare", "reset", "keep"):
        assert f"scripts/flows {action} Alerts" in page


def note(data_dir: Path, text: str) -> None:
    (data_dir / "nodered").mkdir()
    (data_dir / "nodered" / "differs.json").write_text(text)
