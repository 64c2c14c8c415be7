from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from flaskapp.event.grouping import Arrival, grouped
from flaskapp.zone import Zone

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ZONE = Zone(UTC)


def event(kind: str, minutes: float, **more: Any) -> SimpleNamespace:
    """An event so many minutes before noon."""
    none = dict.fromkeys(("camera_id", "node_id", "device_id", "region", "value", "unit", "sensor"))
    at = NOON - timedelta(minutes=minutes)
    return SimpleNamespace(**none | {"detail": "", "id": f"{kind}{minutes}", "kind": kind, "happened_at": at} | more)


def motion(minutes: float, detail: str = "moving", camera: str = "street") -> SimpleNamespace:
    return event("motion", minutes, camera_id=camera, detail=detail)


def test_motion_that_goes_on_is_one_line() -> None:
    found = grouped([motion(1, "still"), motion(2), motion(5, "still"), motion(6)], ZONE)
    assert [(one.title, one.detail, len(one.events)) for one in found] == [("Motion", "5 min, 2 times", 4)]


def test_motion_after_a_pause_is_another_line() -> None:
    assert len(grouped([motion(1), motion(30)], ZONE)) == 2


def test_other_cameras_do_not_break_a_line() -> None:
    found = grouped([motion(1), motion(2, camera="garden"), motion(3)], ZONE)
    assert [(one.newest.camera_id, len(one.events)) for one in found] == [("street", 2), ("garden", 1)]


def test_plates_are_of_one_chip_whether_somebody_has_named_them_or_not() -> None:
    found = grouped([event("plate", 1), event("plate_unknown", 2, detail="unknown plate XY99")], ZONE)
    assert [(one.family, one.title) for one in found] == [("plate", "Plate")] * 2
    assert found[1].detail == "unknown plate XY99"


def test_readings_of_one_sensor_are_one_line_a_day() -> None:
    readings = [event("temperature", 60 * hours, node_id="pi", value=20.0 + hours, unit="C") for hours in range(20)]
    found = grouped(readings, ZONE)
    assert [one.detail for one in found] == [
        "20 °C, between 20 and 32 in 13 readings",
        "33 °C, between 33 and 39 in 7 readings",
    ]


def test_light_that_changes_is_news() -> None:
    found = grouped([event("light", at, node_id="pi", detail="dark" if at % 2 else "lighted") for at in range(4)], ZONE)
    assert [one.detail for one in found] == ["lighted", "dark"]


def test_silence_is_loud_and_never_folded() -> None:
    found = grouped([event("camera_silent", 1, camera_id="a"), event("camera_silent", 2, camera_id="a")], ZONE)
    assert [(one.title, one.loud) for one in found] == [("Went dark", True)] * 2


def test_a_kind_that_nobody_foresaw_is_shown_in_words() -> None:
    assert [one.title for one in grouped([event("door_open", 1)], ZONE)] == ["Door open"]


def came(minutes: float, label: str = "person", camera: str = "street") -> Arrival:
    """A sighting that arrived so many minutes before noon."""
    return Arrival(f"{label}{minutes}", camera, label, NOON - timedelta(minutes=minutes), None)


def test_sightings_of_one_label_that_follow_each_other_are_one_line() -> None:
    found = grouped([came(1), came(3), motion(4), came(5)], ZONE)
    assert [(one.family, one.title, len(one.events)) for one in found] == [
        ("sighting", "3 people", 3),
        ("motion", "Motion", 1),
    ]


def test_sightings_after_a_pause_elsewhere_or_of_something_else_are_lines_of_their_own() -> None:
    found = grouped([came(1), came(2, "dog"), came(2, camera="garden"), came(30)], ZONE)
    assert [one.title for one in found] == ["Person", "Dog", "Person", "Person"]


def report(minutes: float, kind: str = "device_active", device_id: str = "door", **more: Any) -> SimpleNamespace:
    return event(
        kind, minutes, device_id=device_id, **{"detail": "open" if kind == "device_active" else "closed"} | more
    )


def test_what_a_device_reports_within_minutes_is_one_line() -> None:
    found = grouped([report(1, "device_quiet"), report(2), report(3, "device_quiet"), report(4), report(30)], ZONE)
    assert [(one.title, one.detail, len(one.events)) for one in found] == [("Closed", "2 times", 4), ("Open", "", 1)]


def test_other_devices_do_not_break_a_line() -> None:
    found = grouped([report(1), report(2, device_id="window"), report(3)], ZONE)
    assert [(one.newest.device_id, len(one.events)) for one in found] == [("door", 2), ("window", 1)]


def test_a_number_that_a_device_reports_is_told() -> None:
    assert [one.detail for one in grouped([report(1, value=3.5)], ZONE)] == ["3.5"]


def test_a_device_that_falls_silent_or_floods_is_loud() -> None:
    found = grouped([event(kind, 1) for kind in ("device_stale", "device_flooding", "device_back")], ZONE)
    assert [(one.title, one.loud) for one in found] == [
        ("Fell silent", True),
        ("Sends too much", True),
        ("Is back", False),
    ]


def test_what_rules_are_asked_about_and_what_became_of_orders_has_words_of_its_own() -> None:
    kinds = ("panic", "device_escalated", "device_resolved", "output_on", "command_expired")
    found = grouped([event(kind, number, detail="why") for number, kind in enumerate(kinds)], ZONE)
    assert [(one.title, one.detail, one.family, one.loud) for one in found] == [
        ("Panic", "why", "device", True),
        ("Has not stopped", "why", "device", True),
        ("Is over", "why", "device", False),
        ("Switched on", "why", "device", False),
        ("Could not be switched", "why", "device", True),
    ]
