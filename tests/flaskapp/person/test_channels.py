import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from werkzeug.test import TestResponse

from flaskapp.mistakes import Mistakes
from flaskapp.person import channel_form
from flaskapp.person.channel_form import KINDS, Typed
from services.store.account_tables import audit
from services.store.alert_tables import delivery
from services.store.person_tables import KINDS as KINDS_OF_TABLE
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import NOON, House
from tests.flaskapp.person.cast import a_channel, a_person, ways

ADDRESSES = {
    "email": ("anna.b@example.org", "a…@example.org"),
    "telegram": ("123456789", "…89"),
    "ntfy": ("https://ntfy.sh/topic-of-ours", "ntfy.sh/…"),
    "pushover": ("uQiRzpo4DXghDmr9QzzfQu27cmVRsG@azGDORePK8gMaC0QOYAMyEEuzJnyUi", "…Ui"),
    "webhook": ("https://user:password@example.org/hook?token=x", "example.org/…"),
    "sms_email": ("391234567@sms.example.org", "3…@sms.example.org"),
    "sms_sns": ("+391234567890", "…90"),
    "apprise": ("discord://id/token", "discord://…"),
}


def post(client: FlaskClient, path: str, **data: Any) -> TestResponse:
    return client.post(path, data=data | {"csrf_token": token(client)})


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def test_every_kind_of_the_database_can_be_entered() -> None:
    assert tuple(KINDS) == KINDS_OF_TABLE
    assert set(ADDRESSES) == set(KINDS)


@pytest.mark.parametrize("kind", ADDRESSES)
def test_what_is_shown_of_an_address_does_not_give_it_away(kind: str) -> None:
    address, shown = ADDRESSES[kind]
    assert channel_form.read(Typed(kind, address), owner=True) == shown


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("email", "somebody"),
        ("email", "anna@example.org,ben@example.org"),
        ("email", "anna@example.org\nBcc: ben@example.org"),
        ("telegram", "@anna"),
        ("ntfy", "file:///etc/passwd"),
        ("ntfy", "https://push.example.org/"),
        ("webhook", "https:///hook-of-ours"),
        ("webhook", "https://[::1"),
        ("pushover", "short@short"),
        ("sms_sns", "0391234567"),
        ("apprise", "not a web address"),
        ("apprise", "x" * 1001),
        ("email", ""),
        ("pigeon", "anna@example.org"),
    ],
)
def test_an_address_that_is_none_is_refused_without_being_repeated(kind: str, address: str) -> None:
    with pytest.raises(Mistakes) as caught:
        channel_form.read(Typed(kind, address), owner=True)
    assert not address or address not in str(caught.value)


def test_a_server_of_ones_own_that_wants_a_password_is_reached_by_ntfy() -> None:
    address = "ntfys://anna:secret@push.example.org/home"
    assert channel_form.read(Typed("ntfy", address), owner=True) == "push.example.org/…"


def test_only_owners_say_which_server_is_asked() -> None:
    for kind in ("webhook", "ntfy", "apprise"):
        with pytest.raises(Mistakes):
            channel_form.read(Typed(kind, ADDRESSES[kind][0]), owner=False)


def test_a_channel_is_entered_tried_at_once_and_its_address_never_shown(cast: Cast, engine: Engine) -> None:
    anna = a_person(engine)
    answer = post(cast.owner, f"/people/{anna}/channels", kind="email", address=" anna.secret@example.org ")
    assert answer.location == f"/people/{anna}#channels"
    (made,) = ways(engine, anna)
    assert (made.kind, made.address, made.shown) == ("email", "anna.secret@example.org", "a…@example.org")
    with engine.connect() as connection:
        (row,) = connection.execute(select(delivery))
        (change,) = connection.execute(select(audit.c.action, audit.c.after_json))
    assert (row.channel_id, row.state, row.channel) == (made.id, "pending", f"email:{made.id}")
    assert change.action == "channel.update"
    assert change.after_json["shown"] == "a…@example.org"
    assert "anna.secret" not in str(change.after_json)
    for page in ("/people", f"/people/{anna}", f"/people/{anna}/remove", "/alerts"):
        assert "anna.secret" not in cast.owner.get(page).text, page
    assert "A test is on its way" in words(cast.owner.get(f"/people/{anna}").text)


def test_what_was_typed_wrong_is_kept_and_nothing_is_saved(cast: Cast, engine: Engine) -> None:
    anna = a_person(engine)
    answer = post(cast.owner, f"/people/{anna}/channels", kind="telegram", address="@anna")
    assert answer.status_code == 422
    assert 'value="@anna"' in answer.text
    assert '<option value="telegram" selected>' in answer.text
    assert "That is no address of this kind." in answer.text
    assert ways(engine, anna) == []


def test_ten_channels_are_enough(cast: Cast, engine: Engine) -> None:
    anna = a_person(engine)
    for _ in range(10):
        a_channel(engine, anna)
    answer = post(cast.owner, f"/people/{anna}/channels", kind="email", address="a@example.org")
    assert "10 channels are enough" in answer.text


def test_a_channel_is_put_before_the_one_before_it(cast: Cast, engine: Engine) -> None:
    anna = a_person(engine)
    first, second, third = (a_channel(engine, anna) for _ in range(3))
    for _ in range(3):
        post(cast.owner, f"/people/{anna}/channels/{third}/earlier")
    assert [one.id for one in ways(engine, anna)] == [third, first, second]


def test_a_channel_is_switched_off_and_on_and_removed(cast: Cast, engine: Engine) -> None:
    anna = a_person(engine)
    one = a_channel(engine, anna)
    post(cast.owner, f"/people/{anna}/channels/{one}/switch")
    assert not ways(engine, anna)[0].enabled
    assert "Switched off" in words(cast.viewer.get("/people").text)
    post(cast.owner, f"/people/{anna}/channels/{one}/switch")
    assert ways(engine, anna)[0].enabled
    post(cast.owner, f"/people/{anna}/channels/{one}/remove")
    assert ways(engine, anna) == []
    with engine.connect() as connection:
        changes = [tuple(row) for row in connection.execute(select(audit.c.before_json, audit.c.after_json))]
    assert [(before["enabled"], after and after["enabled"]) for before, after in changes] == [
        (True, False),
        (False, True),
        (True, None),
    ]


def test_a_channel_of_somebody_else_is_not_found(cast: Cast, engine: Engine) -> None:
    anna, ben = a_person(engine, user_id=cast.viewer_id), a_person(engine, "Ben")
    other = a_channel(engine, ben)
    for what in ("test", "switch", "earlier", "remove"):
        assert post(cast.viewer, f"/people/{anna}/channels/{other}/{what}").status_code == 404
        assert post(cast.viewer, f"/people/{ben}/channels/{other}/{what}").status_code == 403
    assert cast.viewer.get(f"/people/{anna}/channels/{other}/state").status_code == 404
    assert ways(engine, ben)[0].enabled


def test_who_it_is_about_may_enter_their_own_channel(cast: Cast, engine: Engine) -> None:
    mine = a_person(engine, user_id=cast.viewer_id)
    assert post(cast.viewer, f"/people/{mine}/channels", kind="email", address="b@example.org").status_code == 302
    assert post(cast.viewer, f"/people/{mine}/channels", kind="webhook", address="http://x.org").status_code == 422
    assert len(ways(engine, mine)) == 1


def test_the_newest_try_says_whether_it_works(cast: Cast, engine: Engine, house: House) -> None:
    anna = a_person(engine)
    one = a_channel(engine, anna, tried_at=NOON - timedelta(hours=2), tried_error="550 no such mailbox")
    assert "10:00 : 550 no such mailbox" in words(cast.viewer.get("/people").text)
    decision_id = house.decision(None, "told", camera_id=None)
    house.delivery(decision_id, "sent", [("accepted", None)], NOON - timedelta(hours=1), channel_id=one)
    assert "Works: accepted 11:00" in words(cast.viewer.get("/people").text)


def test_a_test_is_asked_after_until_it_is_settled(cast: Cast, engine: Engine) -> None:
    anna = a_person(engine)
    one = a_channel(engine, anna)
    path = f"/people/{anna}/channels/{one}"
    assert "Not tried yet" in cast.viewer.get(f"{path}/state").text
    post(cast.owner, f"{path}/test")
    assert 'hx-trigger="every 2s"' in cast.viewer.get(f"{path}/state").text
    with engine.begin() as connection:
        connection.execute(update(delivery).values(state="failed"))
    assert "hx-trigger" not in cast.viewer.get(f"{path}/state").text
