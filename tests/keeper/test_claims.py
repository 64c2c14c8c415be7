from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.keeper.claims import Claims
from tests.pictures import NOON, Album, HeldClock

pytestmark = pytest.mark.mariadb


def claimed(album: Album, attempts: int = 1, expires_s: float = -1) -> str:
    expires = NOON + timedelta(seconds=expires_s)
    return album.pending(state="detecting", claimed_by="dead", claim_expires_at=expires, attempts=attempts)


def test_an_expired_claim_is_taken_back_once(engine: Engine, album: Album, clock: HeldClock) -> None:
    image_id = claimed(album)
    failed: list[Sequence[str]] = []
    claims = Claims(engine, clock, failed.append)
    assert [claims.take_back(), claims.take_back()] == [1, 0]
    row = album.get(image_id)
    assert (row.state, row.claimed_by, row.attempts) == ("pending", None, 1)
    assert failed == [[], []]


def test_a_claim_that_still_runs_is_left_alone(engine: Engine, album: Album, clock: HeldClock) -> None:
    image_id = claimed(album, expires_s=1)
    assert Claims(engine, clock, lambda _: None).take_back() == 0
    assert album.get(image_id).state == "detecting"


def test_after_the_third_attempt_it_has_failed_and_is_told(engine: Engine, album: Album, clock: HeldClock) -> None:
    image_id = claimed(album, attempts=3)
    failed: list[Sequence[str]] = []
    Claims(engine, clock, failed.append).take_back()
    row = album.get(image_id)
    assert row.state == "failed"
    assert row.error
    assert row.error.startswith("was taken 3 times and never finished")
    assert failed == [[image_id]]
