"""Whose phone is there, and what is told of it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from node_agent.config import PhoneSection, PresenceSection
from node_agent.l2ping import PingError
from node_agent.mqtt import Words
from node_agent.presence import Memory, Phone, Watch
from tests.node_agent.staging import TestClock

ANNA = PhoneSection(called="Anna's phone", address="AA:BB:CC:DD:EE:FF")
SETTINGS = PresenceSection(phones={"anna-phone": ANNA}, every_seconds=30, away_after_seconds=90)


class Radio:
    """Answers as it is told to; None: it cannot ask. The last answer stays."""

    def __init__(self, *answers: bool | None) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def ask(self, address: str) -> bool:
        self.asked.append(address)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            raise PingError("Can't connect: No route to host")
        return answer


class Broker:
    """Takes what it is told, while it is there."""

    def __init__(self) -> None:
        self.is_there = True
        self.heard: list[Words] = []

    def tell(self, said: Words) -> bool:
        if self.is_there:
            self.heard.append(said)
        return self.is_there

    def triggers(self) -> list[bool]:
        return [one.fields["active"] for one in self.heard if one.topic == "device/anna-phone/trigger"]

    def heartbeats(self) -> int:
        return sum(one.topic == "device/anna-phone/heartbeat" for one in self.heard)


class Hall:
    """A watch, its radio and its broker; rounds pass as they do in the agent."""

    def __init__(self, folder: Path, *answers: bool | None) -> None:
        self.clock, self.radio, self.broker = TestClock(), Radio(*answers), Broker()
        self.memory = Memory(folder / "presence.json")
        self.start()

    def start(self) -> None:
        self.watch = Watch(SETTINGS, self.radio, self.broker, self.memory, self.clock)

    def rounds(self, count: int) -> list[bool]:
        for _ in range(count):
            self.watch.go()
            self.clock.wait(30)
        return self.broker.triggers()


def states(answers: Sequence[bool], away_after_s: float = 90) -> list[bool | None]:
    phone, found = Phone(away_after_s), []
    for number, answer in enumerate(answers):
        phone.note(answer, number * 30.0)
        found.append(phone.is_there)
    return found


def test_a_phone_is_there_at_its_first_answer_and_away_after_a_while_without_one() -> None:
    assert states([True, False, False, False, True]) == [True, True, True, False, True]


def test_of_a_phone_that_never_answered_nobody_knows_for_a_while() -> None:
    assert states([False, False, False, False]) == [None, None, None, False]


def test_a_single_answer_that_is_missing_changes_nothing() -> None:
    assert states([True, False, False, True, False, False]) == [True] * 6


def test_it_registers_itself_and_then_tells_each_change_once(tmp_path: Path) -> None:
    hall = Hall(tmp_path, True, True, False, False, False, False, True)
    assert hall.rounds(8) == [True, False, True]
    first = hall.broker.heard[0]
    assert first.topic == "device/anna-phone/heartbeat"
    assert (first.fields["called"], first.fields["kind"], first.fields["is_input"]) == (
        "Anna's phone",
        "presence",
        True,
    )
    assert set(hall.radio.asked) == {"AA:BB:CC:DD:EE:FF"}


def test_it_says_once_a_minute_that_the_phone_is_asked_for(tmp_path: Path) -> None:
    hall = Hall(tmp_path, True)
    hall.rounds(10)
    assert hall.broker.heartbeats() == 5


def test_while_it_cannot_ask_nobody_leaves_and_the_device_falls_silent(tmp_path: Path) -> None:
    hall = Hall(tmp_path, True, *[None] * 20, False)
    assert hall.rounds(21) == [True]
    assert hall.broker.heartbeats() == 1
    assert hall.rounds(3) == [True]
    assert hall.rounds(1) == [True, False]


def test_a_change_is_told_when_the_broker_is_back_with_the_id_and_the_moment_that_it_had(tmp_path: Path) -> None:
    hall = Hall(tmp_path, True)
    hall.broker.is_there = False
    hall.rounds(10)
    hall.broker.is_there = True
    assert hall.rounds(1) == [True]
    assert hall.broker.heard[-1].fields["at"] == "2026-11-20T12:00:00.000000Z"


def test_who_left_and_came_back_while_the_broker_was_away_has_not_been_away(tmp_path: Path) -> None:
    hall = Hall(tmp_path, True, False, False, False, False, True)
    hall.rounds(1)
    hall.broker.is_there = False
    hall.rounds(5)
    hall.broker.is_there = True
    assert hall.rounds(3) == [True]


def test_an_agent_that_starts_anew_tells_nothing_that_is_known_already(tmp_path: Path) -> None:
    hall = Hall(tmp_path, True)
    hall.rounds(2)
    hall.start()
    assert hall.rounds(3) == [True]
    hall.radio.answers = [False]
    hall.start()
    assert hall.rounds(4) == [True, False]


@pytest.mark.parametrize("kept", ["", "[1]", '{"anna-phone": "yes"}', "\x00"])
def test_a_memory_that_cannot_be_read_is_none(tmp_path: Path, kept: str) -> None:
    (tmp_path / "presence.json").write_text(kept)
    assert Hall(tmp_path, True).rounds(1) == [True]


def test_a_memory_that_cannot_be_written_keeps_nobody_from_being_told(tmp_path: Path) -> None:
    hall = Hall(tmp_path / "nowhere", True)
    assert hall.rounds(2) == [True]
