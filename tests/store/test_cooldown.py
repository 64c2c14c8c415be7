import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, text

from services.store import camera, cooldown, decision, image
from services.store.cooldown import Pause
from services.store.decision import NewDecision
from services.store.image import NewImage
from tests.peers import wait_until

pytestmark = pytest.mark.mariadb
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FREE = Pause(None, None)


def waits_for_a_lock(engine: Engine) -> bool:
    """Whether a transaction stands and waits for another one's lock."""
    with engine.begin() as connection:
        # Not INNODB_TRX: it shows a copy that grows no newer while it is read more often than every 100 ms.
        waits = connection.execute(text("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'")).one()
        return int(waits.Value) > 0


def decided(connection: Connection, number: int = 1) -> str:
    """A decision's id; pictures and decisions are numbered."""
    camera_id = camera.register(connection, "Front Door", NOON)
    image_id, made = f"image-{number}", f"decision-{number}"
    path = f"images/{number}.jpg"
    image.add(connection, [NewImage(image_id, camera_id, path, path, NOON, NOON, NOON, 1, 1, 1, "0" * 64)])
    reasons, labels = ["why"], [{"label": "person", "score": 0.9}]
    decision.add(
        connection,
        NewDecision(made, image_id, camera_id, "r", "telling", labels, reasons, "s", "b", NOON, NOON),
    )
    return made


def test_a_label_that_was_never_told_of_is_free(engine: Engine) -> None:
    with engine.begin() as connection:
        decided(connection)
        assert cooldown.lock(connection, "front-door", ["person", "dog"]) == {"dog": FREE, "person": FREE}


def test_a_held_label_names_its_decision(engine: Engine) -> None:
    with engine.begin() as connection:
        made = decided(connection)
        cooldown.lock(connection, "front-door", ["person", "dog"])
        cooldown.hold(connection, "front-door", ["person"], made)
        assert cooldown.lock(connection, "front-door", ["person"]) == {"person": Pause(made, None)}
        assert cooldown.lock(connection, "front-door", ["dog"]) == {"dog": FREE}


def test_a_spent_hold_becomes_a_pause(engine: Engine) -> None:
    with engine.begin() as connection:
        made = decided(connection)
        cooldown.lock(connection, "front-door", ["person"])
        cooldown.hold(connection, "front-door", ["person"], made)
        cooldown.spend(connection, made, NOON)
        assert cooldown.lock(connection, "front-door", ["person"]) == {"person": Pause(None, NOON)}


def test_a_released_hold_leaves_no_pause(engine: Engine) -> None:
    with engine.begin() as connection:
        made = decided(connection)
        cooldown.lock(connection, "front-door", ["person"])
        cooldown.hold(connection, "front-door", ["person"], made)
        cooldown.release(connection, made)
        assert cooldown.lock(connection, "front-door", ["person"]) == {"person": FREE}


def test_labels_that_the_database_takes_for_one_share_a_row(engine: Engine) -> None:
    with engine.begin() as connection:
        made = decided(connection)
        cooldown.lock(connection, "front-door", ["Person"])
        cooldown.hold(connection, "front-door", ["Person"], made)
        assert cooldown.lock(connection, "front-door", ["person"]) == {"person": Pause(made, None)}


def test_a_second_one_waits_for_the_lock_and_then_sees_the_hold(engine: Engine) -> None:
    seen: list[Pause] = []

    def second() -> None:
        with engine.begin() as connection:
            seen.append(cooldown.lock(connection, "front-door", ["person"])["person"])

    with engine.begin() as connection:
        made = decided(connection)
    with engine.begin() as connection:
        cooldown.lock(connection, "front-door", ["person"])
        thread = threading.Thread(target=second)
        thread.start()
        wait_until(lambda: waits_for_a_lock(engine), "the second one")
        cooldown.hold(connection, "front-door", ["person"], made)
        assert not seen
    thread.join()
    assert seen == [Pause(made, None)]
