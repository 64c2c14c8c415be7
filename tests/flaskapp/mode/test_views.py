import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from flaskapp.mode import switch
from services.core.ids import new_id
from services.store import camera, held, link, mode
from services.store.account_tables import audit
from services.store.mode import Standing, Wish
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import NOON, House
from tests.flaskapp.house import Standing as Clock
from tests.flaskapp.rule.making import a_rule, an_action


def now(engine: Engine) -> Standing:
    with engine.connect() as connection:
        return mode.current(connection)


def post(cast: Cast, path: str, **fields: str) -> TestResponse:
    return cast.owner.post(path, data={"csrf_token": token(cast.owner)} | fields)


def audits(engine: Engine) -> list[Any]:
    columns = (audit.c.user_id, audit.c.action, audit.c.noun_id, audit.c.before_json, audit.c.after_json)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(audit.c.id))]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def pressed(page: str) -> list[str]:
    return re.findall(r'value="([a-z-]+)" aria-pressed="true"', page)


@pytest.mark.parametrize("path", ["/", "/events", "/pictures", "/alerts", "/cameras", "/schedules", "/account"])
def test_the_switch_is_on_every_page(cast: Cast, path: str) -> None:
    page = cast.viewer.get(path).text
    assert pressed(page) == ["disarmed"]
    assert words(page).count("Disarmed Home Away Night") == 1


def test_one_tap_sets_the_mode_and_leads_back_and_says_who(cast: Cast, engine: Engine) -> None:
    answer = post(cast, "/modes/set", mode_id="away", next="/events?day=2026-11-20")
    assert answer.location == "/events?day=2026-11-20"
    present = now(engine)
    assert (present.mode_id, present.set_by, present.reason, present.since) == (
        "away",
        "Anna",
        "set in the gallery",
        NOON,
    )
    assert audits(engine) == [
        (cast.owner_id, "mode.set", "away", {"mode_id": "disarmed"}, {"mode_id": "away", "until": None})
    ]
    page = cast.viewer.get("/modes").text
    assert pressed(page) == ["away"]
    assert "Away since 12:00 , by Anna" in words(page)


def test_to_disarm_it_asks_first(cast: Cast, engine: Engine) -> None:
    post(cast, "/modes/set", mode_id="away")
    asked = post(cast, "/modes/set", mode_id="disarmed", next="/events")
    assert "Disarm the house?" in asked.text
    assert 'name="next" value="/events"' in asked.text
    assert now(engine).mode_id == "away"
    assert post(cast, "/modes/set", mode_id="disarmed", next="/events", sure="yes").location == "/events"
    assert now(engine).mode_id == "disarmed"


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        ({"until": "hour"}, NOON + timedelta(hours=1)),
        ({"until": "clock", "clock": "18:00"}, NOON + timedelta(hours=6)),
        ({"until": "clock", "clock": "06:30"}, NOON + timedelta(hours=18, minutes=30)),
        ({"until": ""}, None),
    ],
)
def test_a_mode_may_be_set_until_a_time(
    cast: Cast, engine: Engine, fields: dict[str, str], until: datetime | None
) -> None:
    post(cast, "/modes/set", mode_id="home", **fields)
    assert now(engine).until == until


def test_a_time_that_is_none_is_said_and_nothing_is_set(cast: Cast, engine: Engine) -> None:
    answer = post(cast, "/modes/set", mode_id="home", until="clock", clock="25:00")
    assert (answer.status_code, now(engine).since) == (422, None)
    assert "A time such as 18:00, please." in answer.text
    assert 'value="25:00"' in answer.text


def test_the_way_back_is_never_to_another_house(cast: Cast) -> None:
    assert post(cast, "/modes/set", mode_id="home", next="https://example.org/").location == "/"


def test_a_mode_that_is_none_is_not_found(cast: Cast) -> None:
    assert post(cast, "/modes/set", mode_id="party").status_code == 404


def test_only_an_owner_sets_modes(cast: Cast, engine: Engine) -> None:
    data = {"csrf_token": token(cast.viewer), "mode_id": "away"}
    assert cast.viewer.post("/modes/set", data=data).status_code == 403
    assert cast.stranger.get("/modes").status_code == 302
    assert now(engine).since is None


def test_the_history_says_who_set_what_and_why(cast: Cast, engine: Engine) -> None:
    with engine.begin() as connection:
        mode.enter(connection, Wish(new_id(), "night", "schedule Nights", "Nights has begun"), NOON)
    assert "12:00 Night , by schedule Nights: Nights has begun" in words(cast.viewer.get("/modes").text)


def test_each_mode_says_which_rules_set_it(cast: Cast, engine: Engine) -> None:
    left = a_rule(name="Everybody left", actions=[an_action("mode", "away")])
    with engine.begin() as connection:
        for made in (left, a_rule(name="Night falls", enabled=False, actions=[an_action("mode", "night")])):
            link.add(connection, made)
    page = cast.viewer.get("/modes").text
    assert f'href="/rules#rule-{left.id}"' in page
    said = words(page)
    assert "Away Set by the rule Everybody left" in said
    assert "Night Set by the rule Night falls (switched off)" in said


def test_a_mode_of_ones_own_is_added_renamed_and_removed(cast: Cast, engine: Engine) -> None:
    post(cast, "/modes/add", name=" Summer  holiday ")
    post(cast, "/modes/summer-holiday/rename", name="Holiday")
    with engine.connect() as connection:
        assert mode.all_modes(connection)[-1].name == "Holiday"
    post(cast, "/modes/summer-holiday/remove")
    with engine.connect() as connection:
        assert len(mode.all_modes(connection)) == 4
    assert [(action, before, after) for _, action, _, before, after in audits(engine)] == [
        ("mode.update", None, {"name": "Summer holiday"}),
        ("mode.update", {"name": "Summer holiday"}, {"name": "Holiday"}),
        ("mode.update", {"name": "Holiday"}, None),
    ]


@pytest.mark.parametrize("name", ["", "Night", "x" * 61])
def test_a_name_that_will_not_do_is_said(cast: Cast, engine: Engine, name: str) -> None:
    assert post(cast, "/modes/add", name=name).status_code == 422
    assert post(cast, "/modes/home/rename", name=name).status_code == 422
    assert audits(engine) == []


def test_a_mode_in_use_is_not_removed_and_it_says_by_whom(cast: Cast, engine: Engine, house: House) -> None:
    house.camera(alert_modes=["holiday"])
    post(cast, "/modes/add", name="Holiday")
    post(cast, "/modes/holiday/remove")
    assert "Holiday is still chosen for Front Door" in cast.owner.get("/modes").text
    with engine.begin() as connection:
        camera.change(connection, "front-door", alert_modes=None)
    post(cast, "/modes/set", mode_id="holiday")
    cast.owner.get("/modes")
    post(cast, "/modes/holiday/remove")
    assert "The house is set to Holiday" in cast.owner.get("/modes").text
    post(cast, "/modes/away/remove")
    assert "Away belongs to every house" in cast.owner.get("/modes").text
    with engine.connect() as connection:
        assert len(mode.all_modes(connection)) == 5


def test_without_the_database_a_page_has_no_switch_and_still_stands(
    app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    def away(_connection: object) -> None:
        raise OperationalError("SELECT", None, Exception("gone"))

    monkeypatch.setattr(mode, "current", away)
    with app.test_request_context():
        assert switch.house_mode() is None


def delayed(cast: Cast, exit_s: str = "30", entry_s: str = "45") -> None:
    assert post(cast, "/modes/away/delays", exit_s=exit_s, entry_s=entry_s).location == "/modes"


def test_a_mode_has_delays_and_who_set_them_is_kept(cast: Cast, engine: Engine) -> None:
    delayed(cast)
    delayed(cast)
    before, after = {"exit_s": 0, "entry_s": 0}, {"exit_s": 30, "entry_s": 45}
    assert audits(engine) == [(cast.owner_id, "mode.update", "away", before, after)]
    assert "Away exit delay 30 s, entry delay 45 s" in words(cast.viewer.get("/modes").text)


@pytest.mark.parametrize("sent", ["301", "-1", "soon", "nan"])
def test_a_delay_that_is_none_is_said_and_kept_as_it_was_typed(cast: Cast, engine: Engine, sent: str) -> None:
    answer = post(cast, "/modes/away/delays", exit_s="", entry_s=sent)
    assert (answer.status_code, audits(engine)) == (422, [])
    assert "A number of seconds up to 300, please" in answer.text
    assert f'name="entry_s" value="{sent}"' in answer.text


def test_a_disarmed_house_waits_for_nothing(cast: Cast) -> None:
    assert post(cast, "/modes/disarmed/delays", exit_s="30", entry_s="").status_code == 404
    assert "/modes/disarmed/delays" not in cast.owner.get("/modes").text


def test_every_page_says_that_the_house_is_arming_until_it_is_armed(cast: Cast, clock: Clock) -> None:
    delayed(cast)
    post(cast, "/modes/set", mode_id="away")
    assert "armed at 12:00:30" in words(cast.viewer.get("/events").text)
    assert "Exit delay: what Away arms is armed at 12:00:30 ." in words(cast.viewer.get("/modes").text)
    clock.pass_by(30)
    assert "armed at" not in words(cast.viewer.get("/events").text)


def test_every_page_says_that_the_house_waits_to_be_disarmed(cast: Cast, engine: Engine, clock: Clock) -> None:
    post(cast, "/modes/set", mode_id="away")
    with engine.begin() as connection:
        held.wait(connection, "Front door: open", 45, clock.now())
    assert "entry delay until 12:00:45" in words(cast.viewer.get("/events").text)
    assert "Entry delay until 12:00:45 : Front door: open." in words(cast.viewer.get("/modes").text)
    post(cast, "/modes/set", mode_id="disarmed", sure="yes")
    assert "ntry delay until" not in words(cast.viewer.get("/modes").text)
