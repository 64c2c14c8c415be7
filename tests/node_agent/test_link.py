"""The connection to the hub."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zmq
import zmq.auth

from node_agent.curve import CurveKeys
from node_agent.link import Answer, HubLink, Outcome, understood
from tests.node_agent.staging import RouterHub, message

PORT = 24110


@contextmanager
def linked(port: int = PORT, keys: CurveKeys | None = None, timeout_s: float = 0.3) -> Iterator[HubLink]:
    link = HubLink(f"tcp://127.0.0.1:{port}", lambda: False, keys, timeout_s)
    try:
        yield link
    finally:
        link.close()


def test_a_message_goes_out_as_two_parts_and_is_accepted() -> None:
    with RouterHub(PORT).running() as hub, linked(timeout_s=10) as link:
        assert link.ask(message("Demo Street|jpg", body=b"\xff\xd8")).outcome is Outcome.ACCEPTED
    header, body = hub.parts[0]
    assert json.loads(header)["msg"] == "Demo Street|jpg"
    assert body == b"\xff\xd8"


def test_a_hub_that_is_not_there_is_silence_not_a_hang() -> None:
    with linked() as link:
        assert link.ask(message()) == Answer(Outcome.SILENT)


def test_a_hub_that_never_answers_is_silence_and_the_next_message_goes_out_all_the_same() -> None:
    hub = RouterHub(PORT, behave=lambda text: None if text == "first" else b"OK")
    with hub.running(), linked(timeout_s=1) as link:
        assert link.ask(message("first")).outcome is Outcome.SILENT
        assert link.ask(message("second")).outcome is Outcome.ACCEPTED


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_one() -> None:
    answers = {"first": None, "second": b"REFUSED: disk full"}
    with RouterHub(PORT, behave=answers.get).running(), linked(timeout_s=1) as link:
        link.ask(message("first"))
        assert link.ask(message("second")) == Answer(Outcome.REFUSED, "REFUSED: disk full")


def test_it_goes_on_after_a_restart_of_the_hub() -> None:
    with linked(timeout_s=5) as link:
        with RouterHub(PORT).running():
            assert link.ask(message("before")).outcome is Outcome.ACCEPTED
        with RouterHub(PORT).running() as hub:
            assert link.ask(message("after")).outcome is Outcome.ACCEPTED
            assert hub.texts == ["after"]


def test_a_stop_ends_the_wait_for_an_answer() -> None:
    link = HubLink(f"tcp://127.0.0.1:{PORT}", lambda: True, timeout_s=3600)
    assert link.ask(message()).outcome is Outcome.SILENT
    link.close()


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (b"OK", Outcome.ACCEPTED),
        (b"", Outcome.ACCEPTED),
        (b"send_10_images", Outcome.ACCEPTED),
        (b"REFUSED", Outcome.REFUSED),
        (b"REFUSED too large \xff", Outcome.REFUSED),
    ],
)
def test_only_a_reply_that_begins_with_refused_is_a_refusal(reply: bytes, outcome: Outcome) -> None:
    assert understood(reply).outcome is outcome


def test_an_encrypted_hub_is_reached_with_its_key_and_not_with_another(tmp_path: Path) -> None:
    hub_public, hub_secret = zmq.curve_keypair()
    own_public, own_secret = zmq.curve_keypair()
    context = zmq.Context()
    hub = context.socket(zmq.ROUTER)
    hub.linger = 0
    hub.curve_server = True
    hub.curve_secretkey = hub_secret
    port = hub.bind_to_random_port("tcp://127.0.0.1", 24111, 24120)
    try:
        with linked(port, CurveKeys(own_public, own_public, own_secret)) as link:
            assert link.ask(message()).outcome is Outcome.SILENT
            assert not hub.poll(0)
        with linked(port, CurveKeys(hub_public, own_public, own_secret)) as link:
            link.ask(message())
            assert hub.poll(10_000)
    finally:
        hub.close()
        context.term()
