from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from flaskapp.person import mute as mute_page
from flaskapp.person import pause
from flaskapp.zone import Zone
from services.core import mute
from services.core.ids import new_id
from services.store import config
from services.store.account_tables import audit
from tests.flaskapp.conftest import MUTE_SECRET, Cast
from tests.flaskapp.house import NOON, Standing
from tests.flaskapp.person.cast import a_channel, a_person, whole

ROME = Zone(ZoneInfo("Europe/Rome"))


def link(person_id: str) -> str:
    return f"/mute/{mute.token(MUTE_SECRET, person_id, NOON)}"


def test_the_link_of_an_alert_asks_for_how_long_and_changes_nothing_by_itself(cast: Cast, engine: Engine) -> None:
    anna = a_person(engine)
    page = cast.stranger.get(link(anna))
    assert page.status_code == 200
    for words in ("No alerts for Anna?", "For 1 hour", "For 8 hours", "Until 07:00"):
        assert words in page.text
    assert whole(engine, anna).muted_until is None


def test_somebody_without_an_account_mutes_themselves_and_it_is_written_down(cast: Cast, engine: Engine) -> None:
    anna, ben = a_person(engine), a_person(engine, "Ben")
    page = cast.stranger.post(link(anna), data={"span": "1h"})
    assert "No alerts for Anna until" in page.text
    assert whole(engine, anna).muted_until == NOON + timedelta(hours=1)
    assert whole(engine, ben).muted_until is None
    with engine.connect() as connection:
        (row,) = connection.execute(select(audit))
        assert config.version(connection, "people") == 4
    assert (row.user_id, row.action, row.noun_id) == (None, "person.mute", anna)
    assert row.after_json == {"muted_until": "2026-11-20T13:00:00+00:00", "by": "the link in an alert"}
    assert "Tell Anna again now" in cast.stranger.get(link(anna)).text
    assert "Anna is told again" in cast.stranger.post(link(anna), data={"span": "off"}).text
    assert whole(engine, anna).muted_until is None


def test_the_page_tells_nothing_but_the_name(cast: Cast, engine: Engine) -> None:
    anna = a_person(engine)
    a_channel(engine, anna)
    page = cast.stranger.get(link(anna)).text
    assert "example.org" not in page
    assert anna not in page


def test_a_link_that_is_spent_wrong_or_of_nobody_changes_nothing(cast: Cast, engine: Engine, clock: Standing) -> None:
    anna = a_person(engine)
    good = link(anna)
    for wrong in (good[:-1], "/mute/x", link(new_id())):
        assert cast.stranger.get(wrong).status_code == 410
        assert cast.stranger.post(wrong, data={"span": "1h"}).status_code == 410
    assert cast.stranger.post(good, data={"span": "forever"}).status_code == 400
    clock.pass_by(7 * 86_400 + 1)
    assert cast.stranger.post(good, data={"span": "1h"}).status_code == 410
    assert whole(engine, anna).muted_until is None


def test_guessing_is_limited(cast: Cast) -> None:
    allowed = int(mute_page.LIMIT.split()[0])
    codes = [cast.stranger.get("/mute/guess").status_code for _ in range(allowed + 1)]
    assert codes == [410] * allowed + [429]


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-20T12:00+01:00", "2026-11-21T07:00+01:00"),
        ("2026-11-20T06:59+01:00", "2026-11-20T07:00+01:00"),
        ("2026-11-20T07:00+01:00", "2026-11-21T07:00+01:00"),
        ("2026-03-28T23:00+01:00", "2026-03-29T07:00+02:00"),
        ("2026-10-24T23:00+02:00", "2026-10-25T07:00+01:00"),
    ],
)
def test_until_the_morning_is_by_the_clock_of_the_house(now: str, then: str) -> None:
    wanted = datetime.fromisoformat(then).astimezone(UTC)
    assert pause.until("morning", datetime.fromisoformat(now), ROME) == wanted
