from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.core.media import Media
from services.core.messages import WorkKeep
from services.scribe.plans import Plans
from tests.pictures import NOON, Album, HeldClock

pytestmark = pytest.mark.mariadb
CLOCK = HeldClock()


def wish(image_id: str) -> WorkKeep:
    return WorkKeep.make(CLOCK, "nodered", image_id=image_id, camera_id="front-door", reasons=["its plan"])


def test_a_picture_is_kept_and_settled(engine: Engine, tmp_path: Path) -> None:
    album = Album(engine, Media(tmp_path))
    image_id = album.add()
    plans = Plans(engine, CLOCK)
    plans.keep(wish(image_id))
    CLOCK.pass_by(10)
    plans.keep(wish(image_id))
    row = album.get(image_id)
    assert (row.state, row.decided_at, row.judged_at) == ("kept", NOON, NOON)


def test_a_picture_that_is_looked_at_already_stays_that_way(engine: Engine, tmp_path: Path) -> None:
    album = Album(engine, Media(tmp_path))
    image_id = album.pending()
    Plans(engine, CLOCK).keep(wish(image_id))
    assert album.get(image_id).state == "pending"


def test_an_unknown_picture_changes_nothing(engine: Engine) -> None:
    Plans(engine, CLOCK).keep(wish(new_id()))
