"""One message that the hub will never have, or a hub that takes none."""

from node_agent.refusals import Refusals, Verdict

TRY_AGAIN = Verdict(0.0, everything_refused=False)


def test_a_message_is_tried_three_times_before_it_stands_aside() -> None:
    refusals = Refusals()
    verdicts = [refusals.refused("a") for _ in range(3)]
    assert verdicts[:2] == [TRY_AGAIN, TRY_AGAIN]
    assert verdicts[2].aside_s == 30


def test_a_second_message_refused_means_that_the_hub_takes_nothing() -> None:
    refusals = Refusals()
    for _ in range(3):
        refusals.refused("a")
    assert refusals.refused("b") == Verdict(0.0, everything_refused=True)


def test_after_an_acceptance_another_refusal_is_that_message_again() -> None:
    refusals = Refusals()
    for _ in range(3):
        refusals.refused("a")
    refusals.accepted(None)
    assert refusals.refused("b") == TRY_AGAIN


def test_it_stands_aside_for_longer_each_time_up_to_an_hour() -> None:
    refusals = Refusals()
    asides = [refusals.refused("a").aside_s for _ in range(12)]
    assert asides[:5] == [0, 0, 30, 60, 120]
    assert asides[-1] == 3600


def test_after_its_first_time_aside_it_gets_another_try_as_soon_as_the_hub_takes_something() -> None:
    refusals = Refusals()
    for _ in range(3):
        refusals.refused("a")
    assert refusals.accepted("b")
    for _ in range(3):
        refusals.refused("a")
    assert not refusals.accepted("c")


def test_a_message_that_is_taken_after_all_is_forgotten() -> None:
    refusals = Refusals()
    for _ in range(3):
        refusals.refused("a")
    refusals.accepted("a")
    assert not refusals.accepted("b")
