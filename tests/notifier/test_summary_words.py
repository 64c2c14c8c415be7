from datetime import UTC, timedelta

from services.notifier.summary_words import LINES_MAX, render
from services.store.telling import Kept
from tests.notifier.cast import NOON


def kept(
    camera: str | None = "Front Door", *labels: str, minutes: int = 5, why: str = "quiet hours until 07:00"
) -> Kept:
    at = NOON - timedelta(minutes=minutes)
    return Kept("t", "i", camera, f"{labels[0] if labels else 'panic'} (11:00)", list(labels), at, at, ["wish", why])


def test_it_counts_by_place_and_label() -> None:
    made = render(
        [kept("Front Door", "person"), kept("Front Door", "person", "car"), kept(None)], NOON, "http://h", UTC
    )
    assert made.subject == "3 alerts that waited: Front Door and elsewhere"
    assert made.body.splitlines()[0] == "3 alerts waited for you: 2 at Front Door (person ×2, car) and 1 elsewhere."


def test_one_alert_is_said_in_the_singular() -> None:
    assert render([kept("Garage", "dog")], NOON, "http://h", UTC).subject == "1 alert that waited: Garage"


def test_each_reason_is_said_once_and_the_link_comes_last() -> None:
    body = render([kept(), kept(), kept(why="5 alerts in the last hour")], NOON, "http://h/alerts", UTC).body
    assert body.endswith(
        "Why they waited:\n- quiet hours until 07:00\n- 5 alerts in the last hour\n\nAll alerts:\nhttp://h/alerts\n"
    )


def test_the_newest_come_first_and_the_rest_is_counted() -> None:
    many = [kept("Front Door", f"label {number}", minutes=60 - number) for number in range(LINES_MAX + 3)]
    lines = [line for line in render(many, NOON, "http://h", UTC).body.splitlines() if line.startswith("- ")]
    assert lines[0] == "- 11:22:00 label 22 (11:00)"
    assert lines[LINES_MAX] == "- and 3 more"
