from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flaskapp.picture import filters
from flaskapp.picture.filters import DAYS_A_PAGE, Filter
from flaskapp.zone import Zone
from services.store.wanted import EVER, Span

ZONE = Zone(UTC)
NOW = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)


def test_what_was_chosen_survives_the_url() -> None:
    some_id = "0193475a-0000-7000-8000-000000000007"
    chosen = Filter("front-door", "person", date(2026, 11, 20), "night", some_id, "KA12", some_id, "masked")
    assert filters.read(chosen.query()) == chosen


def test_a_plate_is_read_as_its_signs_only() -> None:
    assert filters.read({"plate": "ka-b 12é%"}).plate == "KAB12E"
    assert filters.read({"plate": " -% "}).plate is None


ARGUMENTS = ["camera", "label", "day", "part", "zone", "plate", "sighting", "dropped"]


@given(st.dictionaries(st.sampled_from(ARGUMENTS), st.text(max_size=30)))
def test_nonsense_in_the_url_is_left_out(arguments: dict[str, str]) -> None:
    chosen = filters.read(arguments)
    assert chosen.part in (None, "night", "morning", "afternoon", "evening")
    assert list(filters.spans(chosen, ZONE, NOW))


def test_without_a_time_there_is_one_open_span() -> None:
    assert list(filters.spans(Filter(camera="street"), ZONE, NOW)) == [EVER]


def test_a_day_is_one_span() -> None:
    day = datetime(2026, 11, 18, tzinfo=UTC)
    assert list(filters.spans(Filter(day=day.date()), ZONE, NOW)) == [Span(day, day + timedelta(days=1))]


def test_a_time_of_day_is_a_span_a_day_newest_first() -> None:
    found = list(filters.spans(Filter(part="morning"), ZONE, NOW))
    assert len(found) == DAYS_A_PAGE
    assert found[0] == Span(datetime(2026, 11, 20, 6, tzinfo=UTC), datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert found[1].start == datetime(2026, 11, 19, 6, tzinfo=UTC)


def test_looking_for_newer_ones_goes_forward() -> None:
    found = list(filters.spans(Filter(part="morning"), ZONE, NOW, backwards=False))
    assert found[1].start == datetime(2026, 11, 21, 6, tzinfo=UTC)
