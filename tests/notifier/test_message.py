from datetime import UTC, datetime, timedelta, timezone

from services.core.messages import Wanted
from services.notifier.message import SUBJECT_MAX, Story, aged, file_name, link, render

SEEN = datetime(2026, 11, 20, 22, 14, 5, tzinfo=UTC)
PERSON, DOG = Wanted(label="person", score=0.871), Wanted(label="dog", score=0.6)
STORY = Story([PERSON, DOG], "Front Door", SEEN, ["person is an alert label"], "http://house/picture/1")


def test_the_subject_says_what_where_and_when() -> None:
    assert render(STORY, UTC).subject == "Person and dog at Front Door (22:14)"


def test_the_body_says_what_when_why_and_where_to_see_it() -> None:
    assert render(STORY, UTC).body == (
        "Person (87%) and dog (60%) at Front Door, Fri 20 Nov 2026, 22:14:05 UTC.\n\n"
        "Why you are told:\n- person is an alert label\n\n"
        "The picture with all that is known of it:\nhttp://house/picture/1\n"
    )


def test_the_age_is_that_of_the_moment_of_sending() -> None:
    lines = aged(render(STORY, UTC).body, timedelta(minutes=7)).splitlines()
    assert lines[1] == "The picture was 7 min old when this message was sent."
    assert lines[-1] == "http://house/picture/1"


def test_times_are_those_of_the_house() -> None:
    assert "(23:14)" in render(STORY, timezone(timedelta(hours=1))).subject


def test_a_name_cannot_add_a_header_or_outgrow_the_subject() -> None:
    subject = render(Story([PERSON] * 9, "x\r\nBcc: all@example.org" + "y" * 300, SEEN, [], ""), UTC).subject
    assert subject.isprintable()
    assert len(subject) <= SUBJECT_MAX
    assert subject.endswith("… (22:14)")


def test_the_link_leads_to_the_picture_in_the_gallery() -> None:
    assert link("http://house:8080/", "0190") == "http://house:8080/picture/0190"


def test_the_file_is_named_by_camera_and_time() -> None:
    assert file_name("front-door", SEEN, UTC) == "front-door-2026-11-20T22.14.05.jpg"
