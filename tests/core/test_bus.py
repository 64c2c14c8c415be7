import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import paho.mqtt.publish
import pytest

from services.core import bus as module
from services.core.arrivals import rejected
from services.core.bus import UNSECURED_MAX, Bus, BusAway, dropped, refused
from services.core.clock import SystemClock
from services.core.device_messages import DeviceTrigger
from services.core.ids import new_id
from services.core.messages import ImageNew, ServiceStatus, WorkDetect
from services.core.rule_messages import OutputState
from services.core.settings import Settings
from tests.peers import Mosquitto, free_port, wait_until

pytestmark = pytest.mark.mosquitto
CLOCK = SystemClock()
CONNECT, SUBSCRIBE = 1, 8
NOT_AUTHORIZED = 0x87
Open = Callable[..., Bus]


@pytest.fixture
def base() -> str:
    return f"t{free_port()}"


@pytest.fixture
def open_bus(mosquitto: Mosquitto, base: str, tmp_path: Path) -> Iterator[Open]:
    opened: list[Bus] = []

    def make(service: str, instance: str = "1", **more: Any) -> Bus:
        settings = Settings(
            _env_file=None, mqtt_port=mosquitto.port, mqtt_base_topic=base, instance=instance, data_dir=tmp_path
        )
        opened.append(Bus(settings, service, CLOCK, **more))
        return opened[-1]

    yield make
    for bus in opened:
        bus.stop()


def running(bus: Bus) -> Bus:
    bus.start()
    wait_until(bus.listening, "the broker")
    return bus


def note(ids: list[str], message: WorkDetect) -> None:
    ids.append(message.id)


def work() -> WorkDetect:
    return WorkDetect.make(CLOCK, "test", image_id=new_id(), camera_id="front", reasons=["asked"])


def test_a_message_arrives_typed(open_bus: Open) -> None:
    got: list[WorkDetect] = []
    receiver = open_bus("receiver")
    receiver.subscribe(WorkDetect, got.append)
    running(receiver)
    sent = work()
    running(open_bus("sender")).publish(sent)
    wait_until(lambda: got, "the message")
    assert got == [sent]


def device_trigger() -> DeviceTrigger:
    nothing = dict.fromkeys(("detail", "value", "happened_at"))
    return DeviceTrigger.make(CLOCK, "door", device_id="door", active=True, **nothing)


class Slow:
    """A handler that is held at each message until it may go on."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.got: list[str] = []

    def take(self, message: WorkDetect) -> None:
        self.got.append(message.id)
        self.begun.set()
        assert self.go_on.wait(30)


class Crowd:
    """Takes many triggers at a time; the first of them waits until all the others are there, too."""

    class Misfit(Exception):
        pass

    def __init__(self, bus: Bus, misfit: str = "") -> None:
        self.misfit = misfit
        self.batches: list[list[str]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.in_order: list[str] = []
        bus.subscribe_many(DeviceTrigger, self.take)
        bus.subscribe(WorkDetect, lambda one: self.in_order.append(one.id))

    def take(self, messages: Sequence[DeviceTrigger]) -> None:
        self.begun.set()
        assert self.go_on.wait(20)
        if self.misfit in {one.id for one in messages}:
            raise self.Misfit
        self.batches.append([one.id for one in messages])
        self.in_order += [one.id for one in messages]


def test_what_waits_is_taken_together_and_never_overtakes_another_kind(open_bus: Open) -> None:
    receiver, sender = open_bus("receiver"), running(open_bus("sender"))
    crowd = Crowd(receiver)
    running(receiver)
    first, before, asked, after = device_trigger(), [device_trigger() for _ in range(3)], work(), [device_trigger()]
    sender.publish(first)
    assert crowd.begun.wait(20)
    sender.publish_all([*before, asked, *after])
    wait_until(lambda: receiver._arrivals.qsize() == 5, "the rest")
    crowd.go_on.set()
    wait_until(lambda: len(crowd.in_order) == 6, "all of them")
    assert [len(one) for one in crowd.batches] == [1, 3, 1]
    assert crowd.in_order == [one.id for one in (first, *before, asked, *after)]


def test_of_what_is_taken_together_a_misfit_keeps_no_other_back_and_none_comes_again(open_bus: Open) -> None:
    sent = [device_trigger() for _ in range(4)]
    receiver, sender = open_bus("receiver", misfits=(Crowd.Misfit,)), running(open_bus("sender"))
    crowd = Crowd(receiver, misfit=sent[2].id)
    running(receiver)
    before = refused.labels(DeviceTrigger.topic)._value.get()
    sender.publish(sent[0])
    assert crowd.begun.wait(20)
    sender.publish_all(sent[1:])
    wait_until(lambda: receiver._arrivals.qsize() == 3, "the rest")
    crowd.go_on.set()
    wait_until(lambda: len(crowd.in_order) == 3, "those that fit")
    assert crowd.in_order == [sent[0].id, sent[1].id, sent[3].id]
    assert refused.labels(DeviceTrigger.topic)._value.get() == before + 1
    receiver.stop()
    again: list[DeviceTrigger] = []
    restarted = open_bus("receiver")
    restarted.subscribe(DeviceTrigger, again.append)
    running(restarted)
    last = device_trigger()
    sender.publish(last)
    wait_until(lambda: again, "the last one")
    assert [one.id for one in again] == [last.id]


def test_what_was_taken_together_and_not_finished_comes_again_as_a_whole(open_bus: Open) -> None:
    class Away(Exception):
        pass

    tried = threading.Event()

    def fail(messages: Sequence[DeviceTrigger]) -> None:
        tried.set()
        raise Away

    first = open_bus("worker", passing=(Away,))
    first.subscribe_many(DeviceTrigger, fail)
    running(first)
    sent = [device_trigger() for _ in range(5)]
    running(open_bus("sender")).publish_all(sent)
    assert tried.wait(10)
    first.stop()
    got: list[DeviceTrigger] = []
    second = open_bus("worker")
    second.subscribe_many(DeviceTrigger, got.extend)
    running(second)
    wait_until(lambda: len(got) == 5, "all of them again")
    assert got == sent


def test_a_message_whose_handler_did_not_finish_comes_again_after_a_restart(open_bus: Open) -> None:
    class Away(Exception):
        pass

    tried = threading.Event()

    def fail(message: WorkDetect) -> None:
        tried.set()
        raise Away

    first = open_bus("worker", passing=(Away,))
    first.subscribe(WorkDetect, fail)
    running(first)
    sent = work()
    running(open_bus("sender")).publish(sent)
    assert tried.wait(10)
    first.stop()

    got: list[WorkDetect] = []
    second = open_bus("worker")
    second.subscribe(WorkDetect, got.append)
    running(second)
    wait_until(lambda: got, "the message again")
    assert got == [sent]


def test_what_is_sent_while_a_service_is_away_waits_for_it(open_bus: Open) -> None:
    first = open_bus("worker")
    first.subscribe(WorkDetect, lambda _: None)
    running(first).stop()
    sent = [work() for _ in range(3)]
    running(open_bus("sender")).publish_all(sent)
    got: list[WorkDetect] = []
    second = open_bus("worker")
    second.subscribe(WorkDetect, got.append)
    running(second)
    wait_until(lambda: len(got) == 3, "three messages")
    assert got == sent


def test_a_message_that_breaks_its_contract_is_counted_and_does_not_block_the_next(
    open_bus: Open, mosquitto: Mosquitto, base: str
) -> None:
    got: list[WorkDetect] = []
    receiver = open_bus("receiver")
    receiver.subscribe(WorkDetect, got.append)
    running(receiver)
    before = rejected.labels("work/detect")._value.get()
    good = work()
    for payload in (b"not json", b"{}", json.dumps({**json.loads(good.model_dump_json()), "typo": 1}).encode()):
        paho.mqtt.publish.single(f"{base}/work/detect", payload, qos=1, port=mosquitto.port, hostname="127.0.0.1")
    running(open_bus("sender")).publish(good)
    wait_until(lambda: got, "the good message")
    assert got == [good]
    assert rejected.labels("work/detect")._value.get() == before + 3


def test_a_message_that_its_handler_can_never_take_is_counted_and_does_not_come_again(open_bus: Open) -> None:
    class Misfit(Exception):
        pass

    tried: list[str] = []

    def take(message: WorkDetect) -> None:
        tried.append(message.id)
        if message.reasons == ["poison"]:
            raise Misfit

    before = refused.labels("work/detect")._value.get()
    first = open_bus("worker", misfits=(Misfit,))
    first.subscribe(WorkDetect, take)
    running(first)
    poison, good = work().model_copy(update={"reasons": ["poison"]}), work()
    running(open_bus("sender")).publish_all([poison, good])
    wait_until(lambda: len(tried) == 2, "both messages")
    first.stop()
    assert refused.labels("work/detect")._value.get() == before + 1

    second = open_bus("worker")
    second.subscribe(WorkDetect, take)
    running(second)
    last = work()
    running(open_bus("sender", "2")).publish(last)
    wait_until(lambda: last.id in tried, "the last message")
    assert tried == [poison.id, good.id, last.id]


def test_what_was_handled_over_a_connection_that_is_gone_is_not_acknowledged_over_the_next(
    open_bus: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow()
    receiver = open_bus("worker")
    receiver.subscribe(WorkDetect, slow.take)
    running(receiver)
    sent = work()
    running(open_bus("sender")).publish(sent)
    assert slow.begun.wait(20)
    acknowledged: list[int] = []
    monkeypatch.setattr(receiver._client, "ack", lambda mid, qos: acknowledged.append(receiver.connections))
    sock = receiver._client.socket()
    assert isinstance(sock, socket.socket)
    sock.shutdown(socket.SHUT_RDWR)
    wait_until(lambda: receiver.connections == 2, "another connection")
    slow.go_on.set()
    wait_until(lambda: len(slow.got) == 2, "the message again")
    assert slow.got == [sent.id, sent.id]
    wait_until(lambda: acknowledged, "the acknowledgement")
    assert acknowledged == [2]


def test_the_work_of_a_pool_does_not_wait_for_a_member_that_is_gone(
    open_bus: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "POOL_SESSION_S", 1)
    gone = open_bus("worker", "gone")
    gone.subscribe(WorkDetect, lambda _: None, pool="worker")
    running(gone).stop()
    got: list[str] = []
    member = open_bus("worker", "there")
    member.subscribe(WorkDetect, partial(note, got), pool="worker")
    running(member)
    sender = running(open_bus("sender"))

    def all_arrive() -> bool:
        before = len(got)
        sender.publish_all([work() for _ in range(4)])
        with contextlib.suppress(TimeoutError):
            wait_until(lambda: len(got) == before + 4, "the work", 1)
        return len(got) == before + 4

    wait_until(all_arrive, "the end of the session of the one that is gone")


def test_a_pool_shares_the_work(open_bus: Open) -> None:
    got: dict[str, list[str]] = {"1": [], "2": []}
    for instance, ids in got.items():
        member = open_bus("worker", instance)
        member.subscribe(WorkDetect, partial(note, ids), pool="worker")
        running(member)
    sent = [work() for _ in range(20)]
    running(open_bus("sender")).publish_all(sent)
    wait_until(lambda: len(got["1"]) + len(got["2"]) == 20, "all of the work")
    assert sorted(got["1"] + got["2"]) == sorted(message.id for message in sent)
    assert got["1"]
    assert got["2"]


@contextmanager
def stern_broker() -> Iterator[int]:
    """A broker's port that lets everybody in and refuses each subscription: Mosquitto's access list only hushes it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=refuse_everything, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]


def refuse_everything(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        while packet := connection.recv(4096):
            if packet[0] >> 4 == CONNECT:
                connection.sendall(bytes([0x20, 3, 0, 0, 0]))
            elif packet[0] >> 4 == SUBSCRIBE:
                connection.sendall(bytes([0x90, 4, *packet[2:4], 0, NOT_AUTHORIZED]))


def test_a_bus_that_may_not_hear_says_so_and_is_not_ready(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with stern_broker() as port:
        bus = Bus(Settings(_env_file=None, mqtt_port=port, data_dir=tmp_path), "deaf", CLOCK)
        bus.subscribe(WorkDetect, lambda one: None)
        bus.start()
        said = ""

        def complaint() -> bool:
            nonlocal said
            said += capsys.readouterr().out
            return "subscription_refused" in said

        wait_until(complaint, "the complaint")
        assert "hearthwatch/work/detect" in said
        assert bus.connected()
        assert not bus.listening()
        bus.stop()


def test_publishing_without_a_broker_says_so(tmp_path: Path) -> None:
    bus = Bus(Settings(_env_file=None, mqtt_port=free_port(), data_dir=tmp_path), "lonely", CLOCK)
    with pytest.raises(BusAway, match="took 0 of 1"):
        bus.publish(work())
    bus.ring(work())


def test_a_service_that_dies_is_told_offline(open_bus: Open) -> None:
    states: list[str] = []
    watcher = open_bus("watcher")
    watcher.subscribe(ServiceStatus, lambda status: states.append(status.state) if status.service == "victim" else None)
    running(watcher)
    victim = running(open_bus("victim"))
    wait_until(lambda: states == ["online"], "online")
    sock = victim._client.socket()
    assert sock is not None
    victim._stopping.set()
    victim._client.loop_stop()
    sock.close()
    wait_until(lambda: states[-1] == "offline", "the last will")


def test_the_image_bell_has_its_topic() -> None:
    message = ImageNew.make(
        CLOCK, "hub", image_id=new_id(), camera_id="front", captured_at=CLOCK.now(), received_at=CLOCK.now()
    )
    assert message.address() == "image/new"


def test_a_message_does_not_wait_for_the_answer_to_the_one_before(open_bus: Open) -> None:
    connection = running(open_bus("sender"))._client.socket()
    assert isinstance(connection, socket.socket)
    assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_that_a_retained_message_is_cleared_breaks_no_contract(open_bus: Open, mosquitto: Mosquitto, base: str) -> None:
    got: list[OutputState] = []
    receiver = open_bus("receiver")
    receiver.subscribe(OutputState, got.append)
    running(receiver)
    before = rejected.labels(OutputState.topic)._value.get()
    topic = f"{base}/output/siren/state"
    paho.mqtt.publish.single(topic, b"", qos=1, retain=True, port=mosquitto.port)
    running(open_bus("sender")).publish(OutputState.make(CLOCK, "siren", device_id="siren", on=True, detail=None))
    wait_until(lambda: got, "the message behind it")
    assert rejected.labels(OutputState.topic)._value.get() == before


def test_a_message_under_the_topic_of_another_is_counted_and_dropped(
    open_bus: Open, mosquitto: Mosquitto, base: str
) -> None:
    got: list[DeviceTrigger] = []
    receiver = open_bus("receiver")
    receiver.subscribe(DeviceTrigger, got.append)
    running(receiver)
    before = rejected.labels(DeviceTrigger.topic)._value.get()
    said = {"active": True, "detail": None, "value": None, "happened_at": None}
    door = DeviceTrigger.make(CLOCK, "door", device_id="door", **said)
    paho.mqtt.publish.single(f"{base}/device/window/trigger", door.model_dump_json(), qos=1, port=mosquitto.port)
    running(open_bus("sender")).publish(door)
    wait_until(lambda: got, "the message")
    assert got == [door]
    assert rejected.labels(DeviceTrigger.topic)._value.get() == before + 1


def test_messages_that_nothing_holds_back_cannot_fill_the_memory_and_no_other_is_dropped(
    open_bus: Open, mosquitto: Mosquitto, base: str
) -> None:
    slow = Slow()
    receiver = open_bus("receiver")
    receiver.subscribe(WorkDetect, slow.take)
    running(receiver)
    sender = running(open_bus("sender"))
    sender.publish(work())
    assert slow.begun.wait(10)
    before = dropped.labels("too many are waiting")._value.get()
    unsecured: list[Any] = [
        (f"{base}/work/detect", work().model_dump_json(), 0, False) for _ in range(UNSECURED_MAX + 50)
    ]
    paho.mqtt.publish.multiple(unsecured, hostname="127.0.0.1", port=mosquitto.port)
    wait_until(lambda: dropped.labels("too many are waiting")._value.get() == before + 50, "what is too much")
    secured = [work() for _ in range(20)]
    sender.publish_all(secured)
    slow.go_on.set()
    wait_until(lambda: len(slow.got) == 1 + UNSECURED_MAX + 20, "all others")
    assert slow.got[-20:] == [one.id for one in secured]


def test_what_came_over_connections_that_are_gone_does_not_heap_up(open_bus: Open) -> None:
    slow = Slow()
    receiver = open_bus("worker")
    receiver.subscribe(WorkDetect, slow.take)
    running(receiver)
    running(open_bus("sender")).publish_all([work() for _ in range(30)])
    assert slow.begun.wait(10)
    for number in (2, 3):
        sock = receiver._client.socket()
        assert isinstance(sock, socket.socket)
        sock.shutdown(socket.SHUT_RDWR)
        wait_until(lambda number=number: receiver.connections == number, "another connection")
        wait_until(lambda: receiver._arrivals.qsize() >= 30, "all of them again")
    assert receiver._arrivals.qsize() == 30
    slow.go_on.set()
