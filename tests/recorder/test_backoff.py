from services.recorder.backoff import Backoff


def test_pauses_grow_to_a_minute_and_shrink_after_a_minute_without_trouble() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.next_s(0) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert backoff.next_s(61) == 1


def test_cameras_that_went_at_once_do_not_come_back_at_once() -> None:
    pauses = {Backoff().next_s(0) for _ in range(10)}
    assert len(pauses) == 10
    assert all(0.5 <= one <= 1 for one in pauses)
