from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.store import audit
from services.store.audit import Change
from services.store.keyset import Place
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb


@pytest.fixture
def three(engine: Engine) -> Engine:
    """Three changes, the last two in the same moment."""
    with engine.begin() as connection:
        for at, action in ((0, "camera.update"), (1, "camera_like.update"), (1, "camera.seeing")):
            audit.write(connection, NOON + timedelta(seconds=at), None, Change(action, "gate", None, {"at": at}))
    return engine


def actions(engine: Engine, kind: str | None = None, before: Place | None = None, limit: int = 10) -> list[str]:
    with engine.connect() as connection:
        return [one.action for one in audit.older(connection, kind, before, limit)]


def test_changes_come_newest_first_and_a_page_goes_on_after_its_last(three: Engine) -> None:
    assert actions(three) == ["camera.seeing", "camera_like.update", "camera.update"]
    with three.connect() as connection:
        (newest,) = audit.older(connection, None, None, 1)
    assert actions(three, before=newest.place) == ["camera_like.update", "camera.update"]


def test_a_kind_is_what_stands_before_the_dot(three: Engine) -> None:
    assert actions(three, "camera") == ["camera.seeing", "camera.update"]
    assert actions(three, "camera_lik_") == actions(three, "%") == []
    with three.connect() as connection:
        assert audit.kinds(connection) == ["camera", "camera_like"]


def test_a_place_without_a_number_is_refused(three: Engine) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        actions(three, before=Place(NOON, "x"))
