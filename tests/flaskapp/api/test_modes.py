from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from services.store import held, mode
from tests.flaskapp.api.conftest import Programs, audits
from tests.flaskapp.conftest import Cast
from tests.flaskapp.house import NOON, Standing

UNTIL = "2026-11-20T17:00:00.000000Z"


def test_the_modes_that_there_are_and_the_one_that_holds(programs: Programs) -> None:
    assert [one["id"] for one in programs.viewer.get("/modes")["modes"]] == ["disarmed", "home", "away", "night"]
    now = programs.viewer.get("/mode")
    assert (now["mode_id"], now["name"], now["since"], now["by"]) == ("disarmed", "Disarmed", None, None)


def test_the_house_is_set_to_a_mode(programs: Programs, cast: Cast, engine: Engine) -> None:
    answer = programs.owner.ask("PUT", "/mode", {"mode_id": "away", "until": UNTIL, "reason": "everybody left"})
    assert answer.status_code == 200
    assert answer.get_json() == programs.viewer.get("/mode")
    now = answer.get_json()
    assert (now["mode_id"], now["by"], now["reason"], now["until"]) == ("away", "Anna", "everybody left", UNTIL)
    after = {"mode_id": "away", "until": "2026-11-20T17:00:00+00:00"}
    assert audits(engine) == [(cast.owner_id, "mode.set", "away", {"mode_id": "disarmed"}, after)]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "mode_id"),
        ({"mode_id": "party"}, "mode_id"),
        ({"mode_id": "away", "until": "2026-11-20T11:00:00Z"}, "until"),
        ({"mode_id": "away", "until": "2026-11-20T17:00:00"}, "until"),
        ({"mode_id": "away", "until": "tonight"}, "until"),
        ({"mode_id": "away", "reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_is_said_and_the_house_stays(
    programs: Programs, engine: Engine, sent: dict[str, Any], field: str
) -> None:
    answer = programs.owner.ask("PUT", "/mode", sent)
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, [field])
    with engine.connect() as connection:
        assert mode.history(connection, 1) == []
    assert audits(engine) == []


def test_delays_are_told_with_what_lasts_of_them(programs: Programs, engine: Engine, clock: Standing) -> None:
    with engine.begin() as connection:
        mode.delay(connection, "away", 30, 45)
    told = {one["id"]: (one["exit_s"], one["entry_s"]) for one in programs.viewer.get("/modes")["modes"]}
    assert (told["away"], told["disarmed"]) == ((30, 45), (0, 0))
    answer = programs.owner.ask("PUT", "/mode", {"mode_id": "away"}).get_json()
    waits = ("arming_until", "pending_until", "pending_because")
    assert [answer[name] for name in waits] == ["2026-11-20T12:00:30.000000Z", None, None]
    with engine.begin() as connection:
        held.wait(connection, "Front door: open", 45, NOON + timedelta(seconds=40))
    clock.pass_by(40)
    now = programs.viewer.get("/mode")
    assert [now[name] for name in waits] == [None, "2026-11-20T12:01:25.000000Z", "Front door: open"]
