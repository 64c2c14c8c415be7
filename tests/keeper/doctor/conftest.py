"""A stack to examine: everything in it is in order until a test plants a fault."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from services.core.ids import new_id
from services.core.media import Media
from services.keeper.doctor.report import examine
from services.keeper.doctor.subject import Subject
from services.store import decision, detection
from services.store.alert_tables import attempt, delivery
from services.store.alert_tables import decision as decision_table
from services.store.decision import NewDecision
from services.store.detection import Found, Outcome
from tests.pictures import NOON, Album, HeldClock

Names = Callable[..., list[str]]
BOX = (0.1, 0.2, 0.5, 0.75)
PERSON = Found("person", 0.875, BOX)


class Ward(Album):
    """An album that can also finish pictures and decide about them."""

    def detected(self, *found: Found) -> str:
        """A picture that was looked at."""
        image_id = self.pending(
            state="detecting", claimed_by="w", claim_expires_at=NOON + timedelta(hours=1), attempts=1
        )
        outcome = Outcome(image_id, "front-door", self.at, self.at, None, list(found), "m", "1", 12.5)
        with self.engine.begin() as connection:
            assert detection.record(connection, outcome, "w", self.at)
        return image_id

    def decided(self, image_id: str, outcome: str = "not_told", told: bool = False) -> str:
        """A decision about it; its id."""
        made = NewDecision(
            id=new_id(),
            image_id=image_id,
            camera_id="front-door",
            rule="alert-labels",
            outcome=outcome,
            labels=[],
            reasons=["car is not an alert label of Front Door"],
            subject=None,
            body=None,
            asked_at=self.at,
            decided_at=self.at,
        )
        with self.engine.begin() as connection:
            if not told:
                decision.add(connection, made)
                return made.id
            connection.execute(insert(decision_table).values(**made.__dict__, told_at=self.at))
        self.set(image_id, judged_at=self.at)
        return made.id

    def delivered(self, decision_id: str, state: str = "sent", tries: int = 1, accepted: int = 1) -> str:
        """A delivery with its attempts, the last `accepted` ones of which were accepted; its id."""
        delivery_id = new_id()
        row = {
            "id": delivery_id,
            "decision_id": decision_id,
            "channel": "email",
            "state": state,
            "next_try_at": self.at,
            "tries": tries,
            "sent_at": self.at if state == "sent" else None,
            "created_at": self.at,
        }
        with self.engine.begin() as connection:
            connection.execute(insert(delivery).values(**row))
            for number in range(1, tries + 1):
                good = number > tries - accepted
                values = {
                    "id": new_id(),
                    "delivery_id": delivery_id,
                    "number": number,
                    "started_at": self.at,
                    "ended_at": self.at,
                    "outcome": "accepted" if good else "passing",
                    "error": None if good else "refused",
                }
                connection.execute(insert(attempt).values(**values))
        return delivery_id


@pytest.fixture
def ward(engine: Engine, media: Media) -> Ward:
    """A stack with one of everything, all of it in order and half an hour old."""
    made = Ward(engine, media)
    made.detected()
    made.detected(Found("dog", 0.5, BOX, "label not wanted"))
    made.decided(made.detected(PERSON, Found("person", 0.5, BOX)))
    made.delivered(made.decided(made.detected(PERSON), "told", told=True), tries=2)
    made.delivered(made.decided(made.detected(PERSON), "failed"), "failed", tries=1, accepted=0)
    made.decided(made.detected(PERSON), "no_channel")
    made.add(state="kept", decided_at=NOON, judged_at=NOON)
    made.pending(state="failed", error="the picture is empty", detected_at=NOON, judged_at=NOON, attempts=1)
    return made


@pytest.fixture
def subject(engine: Engine, media: Media, clock: HeldClock, tmp_path: Path) -> Subject:
    """The stack, not settled, with no waiting between two looks."""
    return Subject(engine, media, tmp_path / "spool", clock, pause=lambda: None)


@pytest.fixture
def names() -> Names:
    """The names of the checks that find something."""

    def found(subject: Subject) -> list[str]:
        return [one.check.name for one in examine(subject).findings]

    return found
