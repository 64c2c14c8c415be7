from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.core.media import Media
from services.store import plate_look
from services.store.figures import waiting
from tests.pictures import NOON, Album

pytestmark = pytest.mark.mariadb


def test_an_empty_house_waits_for_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        assert set(waiting(connection).values()) == {0}


def test_each_picture_is_counted_where_it_waits(engine: Engine, tmp_path: Path) -> None:
    album = Album(engine, Media(tmp_path))
    album.add()
    album.pending()
    album.pending()
    album.add(state="detecting", claimed_by="d1", claim_expires_at=NOON + timedelta(seconds=30))
    album.add(state="detected", detected_at=NOON)
    album.add(state="detected", detected_at=NOON, judged_at=NOON)
    album.add(state="kept")
    with engine.begin() as connection:
        plate_look.want(connection, album.add(state="kept"), NOON)
    with engine.connect() as connection:
        found = waiting(connection)
    assert {name: count for name, count in found.items() if count} == {
        "images_new": 1,
        "images_pending": 2,
        "images_detecting": 1,
        "images_unjudged": 1,
        "plates_pending": 1,
    }
