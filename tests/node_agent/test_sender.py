"""The one thread that talks to the hub, against hubs that behave badly."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from node_agent.clock import SystemClock
from node_agent.heartbeat import Heartbeat
from node_agent.link import Answer, HubLink, Outcome
from node_agent.messages import Message, Writer
from node_agent.outbox import Outbox
from node_agent.sender import Sender
from node_agent.spool import Spool
from tests.node_agent.staging import RouterHub, TestClock, message, numbered, until

PORT = 24130


@dataclass
class Running:
    outbox: Outbox
    spool: Spool
    clock: SystemClock
    thread: threading.Thread

    def put(self, *texts: str, seconds: float = 0) -> None:
        for text in texts:
            self.outbox.put(message(text, seconds=seconds))

    def stop(self) -> None:
        self.clock.stop()
        self.outbox.wake()
        self.thread.join(10)
        assert not self.thread.is_alive()


@contextmanager
def sending(folder: Path, heartbeat_seconds: float = 0) -> Iterator[Running]:
    clock = SystemClock()
    spool = Spool(folder, 10_000_000, clock)
    spool.open()
    outbox = Outbox(spool, queuemax=50)
    link = HubLink(f"tcp://127.0.0.1:{PORT}", lambda: clock.stopping, timeout_s=0.5)
    heartbeat = Heartbeat("Demo", heartbeat_seconds, Writer(), clock)
    sender = Sender(link, outbox, spool, heartbeat, clock)
    running = Running(outbox, spool, clock, threading.Thread(target=sender.run))
    running.thread.start()
    try:
        yield running
    finally:
        running.stop()
        spool.close()


def test_messages_arrive_in_the_order_in_which_they_were_put(tmp_path: Path) -> None:
    with RouterHub(PORT).running() as hub, sending(tmp_path) as sender:
        sender.put("event", "picture 1", "picture 2")
        until(lambda: len(hub.texts) == 3, "three messages")
    assert hub.texts == ["event", "picture 1", "picture 2"]


def test_nothing_is_lost_while_the_hub_is_away_and_the_oldest_goes_first(tmp_path: Path) -> None:
    with sending(tmp_path) as sender:
        for one in reversed(numbered(6)):
            sender.outbox.put(one)
        until(lambda: sender.spool.count == 6, "all messages kept on disk")
        with RouterHub(PORT).running() as hub:
            until(lambda: sender.spool.count == 0, "an empty spool")
    assert hub.texts == [f"m{number}" for number in range(6)]


def test_a_message_whose_answer_is_lost_is_sent_again_with_the_same_number(tmp_path: Path) -> None:
    answers: Iterator[bytes | None] = iter([None, b"OK"])
    with RouterHub(PORT, behave=lambda _: next(answers)).running() as hub, sending(tmp_path) as sender:
        sender.put("picture")
        until(lambda: len(hub.parts) == 2 and not sender.spool.count, "a second attempt")
    assert hub.parts[0] == hub.parts[1]


def test_it_goes_on_after_a_restart_of_the_hub(tmp_path: Path) -> None:
    with sending(tmp_path) as sender:
        with RouterHub(PORT).running() as first:
            sender.put("before")
            until(lambda: first.texts == ["before"], "the first message")
        sender.put("meanwhile", seconds=1)
        until(lambda: sender.spool.count == 1, "the message kept on disk")
        with RouterHub(PORT).running() as second:
            until(lambda: second.texts == ["meanwhile"], "the kept message")
            until(lambda: not sender.spool.count, "an empty spool")
            sender.put("after", seconds=2)
            until(lambda: second.texts == ["meanwhile", "after"], "the fresh message")


def test_what_the_hub_refuses_is_kept_and_sent_when_it_takes_it(tmp_path: Path) -> None:
    full = threading.Event()
    full.set()
    hub = RouterHub(PORT, behave=lambda _: b"REFUSED: disk full" if full.is_set() else b"OK")
    with hub.running(), sending(tmp_path) as sender:
        sender.put("picture")
        until(lambda: len(hub.texts) >= 2, "a second attempt")
        assert sender.spool.count == 1
        full.clear()
        until(lambda: sender.spool.count == 0, "an empty spool")


def test_one_message_that_the_hub_never_takes_does_not_block_the_others(tmp_path: Path) -> None:
    hub = RouterHub(PORT, behave=lambda text: b"REFUSED: too large" if text == "m0" else b"OK")
    with hub.running(), sending(tmp_path) as sender:
        sender.spool.keep(numbered(3))
        sender.outbox.wake()
        sender.put("fresh", seconds=9)
        until(lambda: {"m1", "m2", "fresh"} <= set(hub.texts), "the other messages", seconds=60)
        until(lambda: sender.spool.count == 1, "only the refused one left")


def test_fresh_messages_go_out_while_old_ones_are_drained(tmp_path: Path) -> None:
    with sending(tmp_path) as sender:
        sender.spool.keep(numbered(40))

        def a_picture_comes_in_between(text: str) -> bytes:
            if text == "m3":
                sender.put("fresh", seconds=99)
            return b"OK"

        with RouterHub(PORT, behave=a_picture_comes_in_between).running() as hub:
            sender.outbox.wake()
            until(lambda: sender.spool.count == 0 and "fresh" in hub.texts, "an empty spool")
    assert hub.texts.index("fresh") < hub.texts.index("m39")
    assert [text for text in hub.texts if text != "fresh"] == [f"m{number}" for number in range(40)]


def test_heartbeats_find_the_hub_again_and_are_never_kept(tmp_path: Path) -> None:
    with sending(tmp_path, heartbeat_seconds=0.2) as sender:
        sender.put("picture")
        until(lambda: sender.spool.count == 1, "the picture kept on disk")
        with RouterHub(PORT).running() as hub:
            until(lambda: hub.texts.count("Demo|Heartbeat") >= 2 and "picture" in hub.texts, "heartbeats")
            until(lambda: sender.spool.count == 0, "an empty spool")


def test_a_stop_keeps_what_is_not_sent(tmp_path: Path) -> None:
    with RouterHub(PORT, behave=lambda _: None).running() as hub, sending(tmp_path) as sender:
        sender.put("in flight", "waiting", "waiting too")
        until(lambda: bool(hub.texts), "a message in flight")
        sender.stop()
        assert sender.spool.count == 3


class ScriptedLink(HubLink):
    """Answers as it is told to; for the moments that only a clock of one's own can reach."""

    def __init__(self, answer: Callable[[Message], Answer]) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def ask(self, asked: Message) -> Answer:
        self.asked.append(asked.text)
        return self.answer(asked)


class ClockedOutbox(Outbox):
    """Waits in the test's time."""

    def __init__(self, spool: Spool, clock: TestClock) -> None:
        super().__init__(spool, queuemax=50)
        self._clock = clock

    def wait(self, seconds: float) -> None:
        self._clock.wait(seconds)


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def spool(tmp_path: Path, clock: TestClock) -> Iterator[Spool]:
    opened = Spool(tmp_path / "spool", 10_000_000, clock)
    opened.open()
    yield opened
    opened.close()


def stepped(spool: Spool, clock: TestClock, link: ScriptedLink, steps: int) -> list[dict[str, object]]:
    sender = Sender(link, ClockedOutbox(spool, clock), spool, Heartbeat("Demo", 30, Writer(), clock), clock)
    with capture_logs() as logs:
        for _ in range(steps):
            sender.step()
    return [dict(log) for log in logs]


def test_it_waits_longer_and_longer_and_logs_the_silence_once(spool: Spool, clock: TestClock) -> None:
    link = ScriptedLink(lambda _: Answer(Outcome.SILENT))
    spool.keep(numbered(1))
    logs = stepped(spool, clock, link, steps=12)
    assert clock.waits == [0.5, 1, 2, 4, 5, 5]
    assert [log["event"] for log in logs] == ["hub_away"]


def test_a_heartbeat_is_answered_even_by_a_hub_that_refuses_pictures(spool: Spool, clock: TestClock) -> None:
    def full(asked: Message) -> Answer:
        refuses = asked.text.endswith("|jpg")
        return Answer(Outcome.REFUSED, "REFUSED: disk full") if refuses else Answer(Outcome.ACCEPTED)

    link = ScriptedLink(full)
    spool.keep([message("Demo Street|jpg")])
    logs = stepped(spool, clock, link, steps=30)
    assert link.asked.count("Demo|Heartbeat") >= 2
    assert [(log["event"], log["reply"]) for log in logs] == [("hub_refuses", "REFUSED: disk full")]


def test_a_hub_that_refuses_everything_gets_the_oldest_first_when_it_recovers(spool: Spool, clock: TestClock) -> None:
    takes: list[str] = []

    def full_for_a_minute(asked: Message) -> Answer:
        if clock.seconds < 60 or "Heartbeat" in asked.text:
            return Answer(Outcome.REFUSED, "REFUSED: disk full")
        takes.append(asked.text)
        return Answer(Outcome.ACCEPTED)

    spool.keep(numbered(4))
    stepped(spool, clock, ScriptedLink(full_for_a_minute), steps=60)
    assert sorted(takes[:2]) == ["m0", "m1"]  # the one that was tried when it recovered may go ahead
    assert takes[2:] == ["m2", "m3"]
