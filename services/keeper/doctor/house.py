"""What belongs to no single image: garbage, pauses, sightings, triggers, people's changes, the schema."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from services.keeper.doctor.finding import Check, Findings
from services.keeper.doctor.subject import Subject
from services.store import audit, doctor, doctor_alerts, doctor_plates, doctor_rules, doctor_sightings

GARBAGE_WAITS = timedelta(hours=1)
TOLERANCE = 1e-4
GARBAGE_WANTED = Check(
    2, "garbage_with_image", "files are to be deleted although an image has them", "repair forgets to delete them"
)
GARBAGE_OLD = Check(
    2, "garbage_stays", "files let go over an hour ago are still there", "start the keeper and look at its log"
)
COOLDOWN = Check(
    4, "cooldown_stuck", "cameras and labels wait for an alert that has ended", "repair frees them for the next alert"
)
OVERDUE = Check(4, "sighting_overdue", "sightings wait to be closed", "start the keeper and look at its log")
DEPARTURE = Check(
    4,
    "departure_unjudged",
    "departures wait for the verdict whether to tell",
    "start Node-RED (the Alerts tab) and the notifier; keeper rings again by itself",
)
DEPARTURE_WAITS = timedelta(hours=1)
TRIGGER = Check(
    4,
    "trigger_without_ruling",
    "triggers wait for the ruling what they lead to",
    "start Node-RED (the Rules tab) and scribe; keeper rings again by itself",
)
TRIGGER_WAITS = timedelta(days=1)
UNSENT = Check(5, "command_not_sent", "orders to outputs were neither sent nor let expire", "start scribe; see its log")
HAPPENING = Check(
    4,
    "event_unjudged",
    "events wait for the verdict whom to tell",
    "start Node-RED (the Alerts tab) and the notifier; keeper rings again by itself",
)
SUMMARY = Check(4, "summary_overdue", "alerts wait for a summary that is due", "start the notifier and look at its log")
MOMENTS = Check(6, "moment_type", "columns of moments are not DATETIME(6)", "run python -m services.store.migrate")
UNAUDITED = Check(
    8,
    "change_not_audited",
    "settings of cameras and plates differ from what their last change in the audit says",
    "somebody changed the database by hand: save the camera or plate in the gallery once, which writes it down",
)


def examine(subject: Subject, findings: Findings) -> None:
    """Adds what is wrong."""
    with subject.engine.connect() as connection:
        findings.add(GARBAGE_WANTED, doctor.garbage_with_image(connection))
        before = subject.clock.now() - (timedelta(0) if subject.settled else GARBAGE_WAITS)
        findings.add(GARBAGE_OLD, doctor.garbage_since_before(connection, before))
        findings.add(COOLDOWN, doctor_alerts.cooldowns_stuck(connection))
        findings.add(OVERDUE, doctor_sightings.overdue(connection, subject.clock.now() - subject.patience))
        waits = timedelta(0) if subject.settled else DEPARTURE_WAITS
        findings.add(DEPARTURE, doctor_sightings.departures_unjudged(connection, subject.clock.now() - waits))
        findings.add(HAPPENING, doctor_alerts.events_unjudged(connection, subject.clock.now() - waits))
        waits = timedelta(0) if subject.settled else TRIGGER_WAITS
        findings.add(TRIGGER, doctor_rules.undecided(connection, subject.clock.now() - waits))
        findings.add(UNSENT, doctor_rules.unsent(connection, subject.clock.now() - subject.patience))
        findings.add(SUMMARY, doctor_alerts.summaries_overdue(connection, subject.clock.now() - subject.patience))
        findings.add(MOMENTS, doctor.moments_not_utc6(connection))
        findings.add(UNAUDITED, _unaudited(connection))


def _unaudited(connection: Connection) -> list[str]:
    present = {"camera.update": doctor.cameras(connection), "plate.update": doctor_plates.plates(connection)}
    return [
        f"{noun_id}.{name}"
        for action, rows in present.items()
        for noun_id, values in sorted(audit.present_values(connection, action).items())
        if noun_id in rows
        for name in _different(values, rows[noun_id])
    ]


def _different(audited: Mapping[str, Any], present: Mapping[str, Any]) -> Iterator[str]:
    for name, value in audited.items():
        if name in present and not _same(value, present[name]):
            yield name


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        return one is not None and other is not None and abs(one - other) < TOLERANCE
    return bool(one == other)
