from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from services.store import access, config, reach
from tests.cameras import SECRETS, hang_up, reached
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb


def test_what_is_written_is_found_again_and_flows_hear_of_it(engine: Engine) -> None:
    with engine.begin() as connection:
        before = config.version(connection, "cameras")
        made = hang_up(connection, every_s=30, stream_url="rtsp://192.0.2.7:88/videoMain", records=True)
        assert access.find(connection, "cellar") == made
        assert access.all_accesses(connection) == {"cellar": made}
        assert config.version(connection, "cameras") > before


def test_a_change_leaves_when_it_was_first_entered(engine: Engine) -> None:
    with engine.begin() as connection:
        made = hang_up(connection)
        later = NOON + timedelta(hours=1)
        access.change(connection, replace(made, shown="192.0.2.8", created_at=later, changed_at=later))
        found = access.find(connection, "cellar", locked=True)
    assert found == replace(made, shown="192.0.2.8", changed_at=later)


def test_a_removed_one_takes_what_was_known_of_tries_with_it(engine: Engine) -> None:
    with engine.begin() as connection:
        hang_up(connection)
        reach.note(connection, "cellar", "snapshot", "ok", "", NOON, NOON)
        assert access.remove(connection, "cellar")
        assert not access.remove(connection, "cellar")
        assert access.find(connection, "cellar") is None
        assert reach.all_reaches(connection) == {}


@pytest.mark.parametrize("values", [{"snapshot_url": None}, {"snapshot_url": "ftp://192.0.2.7/"}, {"every_s": 0}])
def test_what_leads_nowhere_has_no_row(engine: Engine, values: dict[str, object]) -> None:
    with engine.begin() as connection:
        hang_up(connection)
        with pytest.raises(IntegrityError):
            access.change(connection, reached("cellar", **values))


def test_a_secret_is_in_no_text_of_it() -> None:
    one = reached("cellar", stream_url="rtsp://192.0.2.7/secret-path", substream_url="rtsp://192.0.2.7/secret-path2")
    for text in (repr(one), repr(one.told())):
        assert not [secret for secret in (*SECRETS.values(), "secret-path", "CGIProxy") if secret in text]
    assert one.told()["has_password"] is True
