from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert

from services.core.ids import new_id
from services.store import camera, report
from services.store.alert_tables import decision
from services.store.report import Told

pytestmark = pytest.mark.mariadb
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_the_newest_alerts_that_reached_somebody_come_first(engine: Engine) -> None:
    with engine.begin() as connection:
        camera.register(connection, "Garage", NOON)
        ends = ["told", "not_told", "told", "told", "failed", "told", "told"]
        rules = ["a", "b", "c", "d", "e", "summary-1", "test-1"]
        for number, (outcome, rule) in enumerate(zip(ends, rules, strict=True)):
            at = NOON + timedelta(minutes=number)
            connection.execute(
                insert(decision).values(
                    id=new_id(), camera_id="garage", rule=rule, outcome=outcome, labels=[], reasons=["so"],
                    subject=f"Alert {number}", body="…", asked_at=at, decided_at=at,
                    told_at=at if outcome == "told" else None,
                )
            )  # fmt: skip
        assert report.last_told(connection, 2) == [
            Told("Alert 3", NOON + timedelta(minutes=3)),
            Told("Alert 2", NOON + timedelta(minutes=2)),
        ]
