"""Addresses that people try: one request, and the picture or what is wrong stands in the row."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert, select

from services.core.ids import new_id
from services.snapshot.trying import Trying
from services.store import access_try
from services.store.access_try import AccessTry
from services.store.account_tables import user
from services.store.recording_tables import access_try as tries
from tests.cameras import SECRETS
from tests.pictures import NOON, HeldClock, jpeg
from tests.snapshot.camera import Camera, Request, camera, foscam
from tests.snapshot.test_onvif import ACCOUNT, speaking

pytestmark = pytest.mark.mariadb
PATH = "/cgi-bin/CGIProxy.fcgi?cmd=snapPicture2&usr={account}&pwd={password}"


@pytest.fixture
def owner(engine: Engine) -> str:
    made = new_id()
    values = {
        "name": "Anna",
        "role": "owner",
        "password_hash": "$argon2id$nobody",
        "session_epoch": 0,
        "created_at": NOON,
    }
    with engine.begin() as connection:
        connection.execute(insert(user).values(id=made, **values))
    return made


@pytest.fixture
def cellar() -> Iterator[Camera]:
    with camera(foscam(jpeg, SECRETS["account"], SECRETS["password"])) as one:
        yield one


def begin(engine: Engine, owner: str, url: str, password: str = SECRETS["password"]) -> str:
    made = AccessTry(new_id(), owner, url, SECRETS["account"], password, NOON)
    assert not [secret for secret in (*SECRETS.values(), "CGIProxy") if secret in repr(made)]
    with engine.begin() as connection:
        access_try.begin(connection, made)
    return made.id


def ended(engine: Engine, try_id: str, owner: str) -> AccessTry:
    with engine.connect() as connection:
        found = access_try.find(connection, try_id, owner)
    assert found is not None
    return found


def test_a_picture_comes_into_the_row_for_whoever_tried(engine: Engine, owner: str, cellar: Camera) -> None:
    try_id, trying = begin(engine, owner, cellar.url(PATH)), Trying(engine, HeldClock())
    assert trying.try_next()
    assert not trying.try_next()
    found = ended(engine, try_id, owner)
    assert (found.state, found.detail, found.picture) == ("ok", "64 × 48 pixels", jpeg())
    with engine.connect() as connection:
        assert access_try.find(connection, try_id, new_id()) is None


def test_a_camera_that_is_asked_by_onvif_says_where_its_pictures_are(engine: Engine, owner: str) -> None:
    def answer(request: Request) -> None:
        if request.command == "GET":
            request.send(jpeg())
        else:
            speaking(**at(request.headers["Host"]))(request)

    with camera(answer) as one:
        made = AccessTry(new_id(), owner, f"http://{one.place}", ACCOUNT.name, ACCOUNT.password, NOON, by_onvif=True)
        with engine.begin() as connection:
            access_try.begin(connection, made)
        Trying(engine, HeldClock()).try_next()
        found = ended(engine, made.id, owner)
        assert (found.state, found.picture) == ("ok", jpeg())
        assert found.found == {
            "snapshot_url": one.url("/snap.jpg?channel=1"),
            "stream_url": "rtsp://127.0.0.1:554/main",
            "substream_url": "rtsp://127.0.0.1:554/sub",
        }


def test_a_search_in_the_house_ends_with_those_who_answered(engine: Engine, owner: str) -> None:
    hosts = [{"host": "192.0.2.7", "name": "Porch"}]
    made = AccessTry(new_id(), owner, "http://onvif/", None, None, NOON, discovers=True)
    with engine.begin() as connection:
        access_try.begin(connection, made)
    Trying(engine, HeldClock(), lambda clock: hosts).try_next()
    found = ended(engine, made.id, owner)
    assert (found.state, found.hosts, found.picture) == ("ok", hosts, None)


def at(host: str) -> dict[str, str]:
    """A camera that names its own port, at a host that is not its own."""
    port = host.split(":")[1]
    return {
        "GetCapabilities": f"<t:Media><t:XAddr>http://10.9.9.9:{port}/m</t:XAddr></t:Media>",
        "GetSnapshotUri": f"<t:Uri>http://10.9.9.9:{port}/snap.jpg?channel=1</t:Uri>",
    }


def test_what_is_wrong_comes_into_the_row_after_one_request(engine: Engine, owner: str, cellar: Camera) -> None:
    try_id = begin(engine, owner, cellar.url(PATH), "guess")
    Trying(engine, HeldClock()).try_next()
    found = ended(engine, try_id, owner)
    assert (found.state, found.picture) == ("refused", None)
    assert len(cellar.asked) == 1


def test_nothing_of_it_stays_for_longer_than_some_minutes(engine: Engine, owner: str, cellar: Camera) -> None:
    begin(engine, owner, cellar.url(PATH))
    clock = HeldClock(NOON + access_try.KEPT + timedelta(seconds=1))
    assert not Trying(engine, clock).try_next()
    with engine.connect() as connection:
        assert connection.execute(select(tries)).all() == []
    assert cellar.asked == []
