from typing import Any

import pytest
from sqlalchemy import Engine, select

from flaskapp.camera import access_form
from flaskapp.camera.access_form import Typed, read
from flaskapp.mistakes import Mistakes
from services.core.ids import new_id
from services.core.reach_states import REACH_STATES
from services.store import access, access_try, camera, pull, reach
from services.store.access import Access
from services.store.access_try import Outcome
from services.store.account_tables import audit
from services.store.recording_tables import access_try as tries
from services.store.recording_tables import pull as pulls
from tests.cameras import SECRETS, hang_up, reached
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import NOON, House
from tests.pictures import jpeg

GOOD = Typed(name="Cellar", host="192.168.1.20", account="eve", password="s3cret")
FORM: dict[str, Any] = {
    "name": "Cellar",
    "maker": "foscam",
    "host": "192.168.1.20",
    "account": SECRETS["account"],
    "password": SECRETS["password"],
    "every": "30",
    "step": "save",
}


def made(before: Access | None = None, **values: Any) -> Access:
    return read(Typed(**(vars(GOOD) | values)), before, "cellar", NOON)


def mistakes(**values: Any) -> set[str]:
    with pytest.raises(Mistakes) as found:
        made(**values)
    return set(found.value.by_field)


@pytest.mark.parametrize(
    ("maker", "host", "shown", "url"),
    [
        (
            "foscam",
            "192.168.1.20",
            "192.168.1.20:88",
            "http://192.168.1.20:88/cgi-bin/CGIProxy.fcgi?cmd=snapPicture2&usr={account}&pwd={password}",
        ),
        ("hikvision", "cam.lan", "cam.lan", "http://cam.lan/ISAPI/Streaming/channels/101/picture"),
        ("dahua", "cam.lan:8080", "cam.lan:8080", "http://cam.lan:8080/cgi-bin/snapshot.cgi?channel=1"),
        ("axis", "https://cam.lan", "https://cam.lan", "https://cam.lan/axis-cgi/jpg/image.cgi"),
        ("axis", "http://[fd00::7]:81/", "[fd00::7]:81", "http://[fd00::7]:81/axis-cgi/jpg/image.cgi"),
    ],
)
def test_a_makers_addresses_are_made_of_the_host(maker: str, host: str, shown: str, url: str) -> None:
    one = made(maker=maker, host=host)
    assert (one.shown, one.snapshot_url, one.stream_url) == (shown, url, None)


def test_a_camera_may_be_called_like_a_page(cast: Cast, house: House) -> None:
    for name in ("New", "Tries", "Add-camera"):
        house.camera(name, name.lower())
        assert f'value="{name}"' in cast.owner.get(f"/cameras/{name.lower()}").text


def test_a_stream_has_an_address_when_somebody_wants_it_and_never_the_account_in_it() -> None:
    foscam, axis = made(watches=True), made(maker="axis", records=True)
    assert foscam.stream_url == "rtsp://192.168.1.20:88/videoMain"
    assert axis.stream_url == "rtsp://192.168.1.20:554/axis-media/media.amp"
    assert (axis.records, axis.watches) == (True, False)


@pytest.mark.parametrize(
    "host", ["", "a b", "eve:pw@cam", "cam/path", "cam?x=1", "ftp://cam", "cam:99999", "cam:x", "http://", "http://[::"]
)
def test_a_host_that_is_none_is_said_so(host: str) -> None:
    assert mistakes(host=host) == {"host"}


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"maker": "acme"}, "maker"),
        ({"every": "0"}, "every"),
        ({"every": "x"}, "every"),
        ({"every": "86401"}, "every"),
        ({"maker": "own"}, "snapshot_url"),
        ({"maker": "own", "snapshot_url": "http://eve:pw@cam/x.jpg"}, "snapshot_url"),
        ({"maker": "own", "snapshot_url": "file:///etc/passwd"}, "snapshot_url"),
        ({"maker": "own", "stream_url": "rtsp://eve@cam/1"}, "stream_url"),
        ({"password": "x" * 256}, "account"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(values: dict[str, str], wrong: str) -> None:
    assert mistakes(**values) == {wrong}


def test_secrets_that_are_left_empty_stay_at_the_same_host_and_go_to_no_other() -> None:
    before = made()
    assert made(before, account="", password="").password == "s3cret"
    moved = made(before, host="192.168.1.66", account="", password="")
    assert (moved.account, moved.password) == (None, None)
    own = made(maker="own", snapshot_url="http://cam/1.jpg", stream_url="rtsp://cam/1")
    kept = made(own, maker="own", snapshot_url="", substream_url="rtsp://cam/2")
    assert (kept.snapshot_url, kept.stream_url, kept.password) == ("http://cam/1.jpg", "rtsp://cam/1", "s3cret")


def test_what_the_form_shows_of_what_is_saved_holds_no_secret() -> None:
    for one in (reached("cellar"), reached("cellar", maker="own", stream_url="rtsp://192.0.2.7/top-secret")):
        said = str(vars(access_form.shown("Cellar", one)))
        assert not [secret for secret in (*SECRETS.values(), "CGIProxy", "top-secret") if secret in said]


def test_by_onvif_the_camera_says_where_its_pictures_are_and_nothing_is_saved_before_it_did() -> None:
    assert mistakes(maker="onvif") == {"host"}
    found = {"snapshot_url": "http://192.168.1.20/snap", "stream_url": "rtsp://192.168.1.20/1", "substream_url": None}
    one = read(Typed(**(vars(GOOD) | {"maker": "onvif"})), None, "cellar", NOON, found)
    assert (one.shown, one.snapshot_url, one.stream_url) == ("192.168.1.20", *list(found.values())[:2])
    kept = made(one, maker="onvif", account="", password="", every="5")
    assert (kept.snapshot_url, kept.password, kept.every_s) == ("http://192.168.1.20/snap", "s3cret", 5)


def send(cast: Cast, path: str = "/add-camera", **values: Any) -> Any:
    return cast.owner.post(path, data=FORM | values | {"csrf_token": token(cast.owner)})


def hidden(text: str) -> bool:
    return not [secret for secret in (SECRETS["password"], "w1ne", "CGIProxy") if secret in text]


def test_a_camera_that_is_added_has_a_row_an_address_and_its_audit_without_a_secret(cast: Cast, engine: Engine) -> None:
    answer = send(cast)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/cameras/cellar")
    with engine.connect() as connection:
        one, found = camera.find(connection, "cellar"), access.find(connection, "cellar")
        (row,) = connection.execute(select(audit.c.user_id, audit.c.action, audit.c.before_json, audit.c.after_json))
    assert one is not None
    assert found is not None
    assert (one.name, found.shown, found.every_s, found.password) == (
        "Cellar",
        "192.168.1.20:88",
        30,
        SECRETS["password"],
    )
    assert (row.user_id, row.action, row.before_json) == (cast.owner_id, "access.update", None)
    assert hidden(str(row.after_json))
    page = cast.owner.get("/cameras/cellar").text
    assert "192.168.1.20:88" in page
    for text in (page, cast.owner.get("/cameras/cellar/address").text, cast.owner.get("/audit").text):
        assert hidden(text)


def test_a_mistake_is_said_and_the_password_is_not_shown_again(cast: Cast) -> None:
    answer = send(cast, host="not a host")
    assert answer.status_code == 422
    assert "Nothing is saved yet" in answer.text
    assert hidden(answer.text)


def tried(cast: Cast, engine: Engine) -> tuple[str, str]:
    """The page after “Try it”, and the try's id."""
    page = send(cast, step="try").text
    with engine.connect() as connection:
        (row,) = connection.execute(select(tries))
    assert (row.user_id, row.password, row.state) == (cast.owner_id, SECRETS["password"], None)
    return page, row.id


def test_an_address_is_tried_before_it_is_saved_and_its_picture_is_shown(cast: Cast, engine: Engine) -> None:
    page, try_id = tried(cast, engine)
    assert "is being asked for a picture" in page
    assert hidden(page)
    with engine.begin() as connection:
        assert camera.all_cameras(connection) == []
        access_try.end(connection, try_id, Outcome("ok", "64 × 48 pixels", jpeg()))
    assert "It works." in cast.owner.get(f"/cameras/tries/{try_id}").text
    shot = cast.owner.get(f"/cameras/tries/{try_id}/picture")
    assert (shot.data, shot.mimetype, shot.headers["Cache-Control"]) == (jpeg(), "image/jpeg", "no-store")


def test_the_password_that_was_tried_is_saved_without_being_typed_again(cast: Cast, engine: Engine) -> None:
    _, try_id = tried(cast, engine)
    assert send(cast, password="", try_id=try_id).status_code == 302
    with engine.connect() as connection:
        found = access.find(connection, "cellar")
    assert found is not None
    assert found.password == SECRETS["password"]


def test_what_a_camera_has_named_by_onvif_is_saved_for_that_host_alone(cast: Cast, engine: Engine) -> None:
    send(cast, step="try", maker="onvif")
    with engine.begin() as connection:
        (row,) = connection.execute(select(tries))
        assert (row.url, row.by_onvif) == ("http://192.168.1.20", True)
        found = {"snapshot_url": "http://192.168.1.20/snap", "stream_url": None, "substream_url": None}
        access_try.end(connection, row.id, Outcome("ok", "64 × 48 pixels", jpeg(), found))
    assert send(cast, maker="onvif", host="192.168.1.66", try_id=row.id).status_code == 422
    assert send(cast, maker="onvif", password="", try_id=row.id).status_code == 302
    with engine.connect() as connection:
        saved = access.find(connection, "cellar")
    assert saved is not None
    assert (saved.maker, saved.snapshot_url, saved.password) == (
        "onvif",
        "http://192.168.1.20/snap",
        SECRETS["password"],
    )


def test_the_house_is_asked_which_cameras_there_are_and_each_leads_to_its_form(cast: Cast, engine: Engine) -> None:
    page = cast.owner.post("/add-camera", data={"step": "discover", "csrf_token": token(cast.owner)}).text
    assert "is being asked which cameras" in page
    hosts = [{"host": "192.168.1.20:8899", "name": "Porch & Co"}, {"host": "192.168.1.21", "name": ""}]
    with engine.begin() as connection:
        (row,) = connection.execute(select(tries))
        assert (row.discovers, row.user_id) == (True, cast.owner_id)
        access_try.end(connection, row.id, Outcome("ok", "", hosts=hosts))
    said = cast.owner.get(f"/cameras/tries/{row.id}").text
    assert "Porch &amp; Co" in said
    link = "/add-camera?host=192.168.1.20:8899&amp;name=Porch+%26+Co"
    assert link in said
    form = cast.owner.get(link.replace("&amp;", "&")).text
    assert 'value="192.168.1.20:8899"' in form
    assert 'value="onvif" selected' in form


def test_a_house_where_nobody_answers_is_said_so(cast: Cast, engine: Engine) -> None:
    cast.owner.post("/add-camera", data={"step": "discover", "csrf_token": token(cast.owner)})
    with engine.begin() as connection:
        (row,) = connection.execute(select(tries))
        access_try.end(connection, row.id, Outcome("ok", "", hosts=[]))
    assert "No camera has answered" in cast.owner.get(f"/cameras/tries/{row.id}").text


@pytest.mark.parametrize("state", [state for state in REACH_STATES if state != "ok"])
def test_each_failure_has_advice(cast: Cast, engine: Engine, state: str) -> None:
    _, try_id = tried(cast, engine)
    with engine.begin() as connection:
        access_try.end(connection, try_id, Outcome(state, "In detail."))
    page = cast.owner.get(f"/cameras/tries/{try_id}").text
    assert REACH_STATES[state] in page
    assert len(page.split("In detail.")[1].split("</span>")[0].strip()) > 10
    assert cast.owner.get(f"/cameras/tries/{try_id}/picture").status_code == 404


def test_only_owners_come_near_addresses_and_only_to_their_own_tries(cast: Cast, engine: Engine) -> None:
    with engine.begin() as connection:
        hang_up(connection)
    for path in ("/add-camera", "/cameras/cellar/address", f"/cameras/tries/{new_id()}"):
        assert cast.viewer.get(path).status_code == 403
    assert cast.viewer.post("/add-camera", data=FORM | {"csrf_token": token(cast.viewer)}).status_code == 403
    assert cast.owner.get(f"/cameras/tries/{new_id()}").status_code == 404
    assert hidden(cast.viewer.get("/cameras/cellar").text)


def test_an_address_can_be_changed_and_forgotten_and_the_camera_stays(cast: Cast, engine: Engine) -> None:
    assert send(cast).status_code == 302
    assert send(cast, "/cameras/cellar/address", maker="dahua", every="", password="").status_code == 302
    with engine.connect() as connection:
        found = access.find(connection, "cellar")
    assert found is not None
    assert (found.maker, found.shown, found.every_s, found.password) == ("dahua", "192.168.1.20", None, None)
    answer = cast.owner.post("/cameras/cellar/address/remove", data={"csrf_token": token(cast.owner)})
    assert answer.status_code == 302
    with engine.connect() as connection:
        assert access.find(connection, "cellar") is None
        assert camera.find(connection, "cellar") is not None


def test_somebody_can_have_a_picture_taken_now(cast: Cast, engine: Engine) -> None:
    with engine.begin() as connection:
        hang_up(connection)
    answer = cast.owner.post("/cameras/cellar/picture", data={"csrf_token": token(cast.owner)})
    assert answer.status_code == 302
    with engine.connect() as connection:
        (row,) = connection.execute(select(pulls))
        (noted,) = connection.execute(select(audit.c.user_id, audit.c.action, audit.c.noun_id))
    assert (row.camera_id, row.state, row.expires_at - row.asked_at) == ("cellar", "waiting", pull.IN_TIME)
    assert tuple(noted) == (cast.owner_id, "camera.pull", "cellar")
    assert cast.viewer.post("/cameras/cellar/picture", data={"csrf_token": token(cast.viewer)}).status_code == 403
    assert cast.owner.post("/cameras/roof/picture", data={"csrf_token": token(cast.owner)}).status_code == 404


def test_the_camera_says_how_it_stands_and_what_to_do(cast: Cast, house: House, engine: Engine) -> None:
    with engine.begin() as connection:
        hang_up(connection)
        reach.note(connection, "cellar", "snapshot", "refused", "The camera refuses (401).", NOON, NOON)
    page = cast.owner.get("/cameras/cellar").text
    for words in ("the account or password is wrong since", "The camera refuses (401).", "Check account and password"):
        assert words in page
    for path in ("/cameras", "/"):
        assert "Pictures: the account or password is wrong" in cast.owner.get(path).text
    assert "Cellar, pictures: the account or password is wrong since" in cast.owner.get("/health").text
