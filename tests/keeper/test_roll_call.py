from services.core.messages import ServiceStatus
from services.keeper.roll_call import RollCall
from tests.pictures import HeldClock


def says(roll: RollCall, clock: HeldClock, service: str, state: str = "online", instance: str = "1") -> None:
    fields = {"service": service, "instance": instance, "state": state, "version": "1", "figures": {}}
    roll.hear(ServiceStatus.make(clock, service, **fields))


def test_a_service_is_missing_when_its_last_word_is_that_it_has_gone(clock: HeldClock) -> None:
    roll = RollCall(clock)
    says(roll, clock, "hub")
    says(roll, clock, "notifier", "offline")
    assert roll.missing() == ["notifier"]
    says(roll, clock, "notifier")
    assert roll.missing() == []


def test_one_that_has_not_repeated_for_a_minute_that_it_is_there_is_missing(clock: HeldClock) -> None:
    roll = RollCall(clock)
    says(roll, clock, "hub")
    clock.pass_by(60)
    assert roll.missing() == []
    clock.pass_by(1)
    assert roll.missing() == ["hub"]


def test_node_red_says_it_once_a_connection(clock: HeldClock) -> None:
    roll = RollCall(clock)
    says(roll, clock, "nodered")
    clock.pass_by(3600)
    assert roll.missing() == []
    says(roll, clock, "nodered", "offline")
    assert roll.missing() == ["nodered"]


def test_one_instance_of_several_is_enough(clock: HeldClock) -> None:
    roll = RollCall(clock)
    says(roll, clock, "detector", "offline")
    says(roll, clock, "detector", instance="2")
    assert roll.missing() == []


def test_nobody_is_late_for_what_they_could_not_say_while_the_broker_was_away(clock: HeldClock) -> None:
    roll = RollCall(clock)
    says(roll, clock, "hub")
    says(roll, clock, "scribe", "offline")
    clock.pass_by(600)
    roll.begin_anew()
    assert roll.missing() == ["scribe"]
