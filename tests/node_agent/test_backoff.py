"""How long to wait before trying again."""

from node_agent.backoff import Backoff


def test_it_doubles_up_to_the_longest_wait() -> None:
    backoff = Backoff(first=0.5, longest=3)
    assert [backoff.fail() for _ in range(4)] == [0.5, 1, 2, 3]


def test_it_begins_again_after_a_success() -> None:
    backoff = Backoff(first=0.5, longest=3)
    backoff.fail()
    backoff.fail()
    backoff.succeed()
    assert (backoff.failures, backoff.fail()) == (0, 0.5)


def test_a_year_of_failures_does_not_overflow() -> None:
    backoff = Backoff(first=0.5, longest=3)
    backoff.failures = 10_000_000
    assert backoff.fail() == 3
