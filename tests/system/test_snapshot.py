"""A door opens, and a camera that answers by HTTP is asked what is there: the real stack beside a Foscam's double."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest

from bench.own_stack import wait_until
from services.core.ids import new_id
from services.store import device, link
from services.store.link import Link
from tests.cameras import SECRETS, hang_up
from tests.snapshot.camera import Answer, Camera, Request, camera, foscam
from tests.system.board import Board
from tests.system.stack_under_test import StackUnderTest, eventually
from tests.system.test_rules import an_input, await_devices, await_told, is_told
from tests.system.visitor import Visitor

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
SOON_S = 60
PATH = "/cgi-bin/CGIProxy.fcgi?cmd=snapPicture2&usr={account}&pwd={password}"
PULLS = "SELECT * FROM pull WHERE camera_id = 'porch-cam' ORDER BY asked_at"
STATE = "SELECT state, detail FROM reach WHERE camera_id = 'porch-cam' AND way = 'snapshot'"
TOLD = "SELECT rule, outcome FROM decision WHERE image_id = :image_id"
RULE_TOLD = """
SELECT decision.outcome, event.detail FROM decision JOIN event ON event.id = decision.event_id
WHERE decision.camera_id = 'porch-cam' AND decision.rule = 'rule_alert' ORDER BY decided_at
"""
Open = Callable[[], Any]


@pytest.fixture(scope="module")
def board(stack: StackUnderTest) -> Iterator[Board]:
    with Board(stack) as made:
        yield made


@pytest.fixture(scope="module")
def porch(stack: StackUnderTest) -> Iterator[Camera]:
    """A camera at the porch; nobody has ever sent a picture under its name."""
    with camera(foscam(stack.footage.picture, SECRETS["account"], SECRETS["password"])) as one:
        with stack.engine.begin() as connection:
            hang_up(connection, "Porch Cam", shown=one.place, snapshot_url=one.url(PATH))
        wait_until(lambda: is_told(stack, "cameras"), "flows to know the camera", SOON_S)
        yield one


@pytest.fixture(scope="module")
def door_opens(stack: StackUnderTest, board: Board, porch: Camera) -> Open:
    """Opens the door; gives the pull that came of it, once it has ended."""
    board.sensor("porch-door", "contact")
    await_devices(stack, "porch-door")
    nothing: dict[str, Any] = dict.fromkeys(("id", "on", "seconds", "text", "people"))
    actions = [nothing | {"kind": "snapshot", "id": "porch-cam"}, nothing | {"kind": "alert", "text": "At the porch"}]
    made = Link(
        new_id(), "Porch", True, [an_input("device", "porch-door")], None, None, None, actions, datetime.now(UTC)
    )
    with stack.engine.begin() as connection:
        device.change(connection, "porch-door", enabled=True, latch_s=0)
        link.add(connection, made)
    await_told(stack)

    def opens() -> Any:
        before = len(stack.rows(PULLS))
        board.trigger("porch-door")
        return eventually(lambda: ended(stack, before), "the pull to end")

    return opens


def ended(stack: StackUnderTest, before: int) -> Any | None:
    made = stack.rows(PULLS)[before:]
    return made[0] if made and made[0].state == "ended" else None


def test_a_door_pulls_a_picture_that_is_looked_at_and_told_of(
    stack: StackUnderTest, owner: Visitor, door_opens: Open
) -> None:
    stack.clear()
    pulled = door_opens()
    assert (pulled.outcome, pulled.asked_by) == ("ok", "rule Porch")
    told = [("alert-labels", "told")]
    wait_until(lambda: stack.rows(TOLD, image_id=pulled.image_id) == told, "the picture to be told of", SOON_S)
    wait_until(lambda: stack.rows(RULE_TOLD) == [("told", "Porch: At the porch")], "the rule's alert", SOON_S)
    assert stack.rows(STATE)[0].state == "ok"
    assert pulled.image_id in owner.get("/").text
    assert "Pictures: it answers" in owner.get("/cameras/porch-cam").text


def sends(data: bytes, status: int = 200, kind: str = "image/jpeg") -> Answer:
    return lambda request: request.send(data, status, kind)


@pytest.mark.parametrize("state", ["refused", "html", "cut_short", "slow"])
def test_what_is_wrong_with_a_camera_ends_in_a_clear_state(
    stack: StackUnderTest, owner: Visitor, porch: Camera, door_opens: Open, state: str
) -> None:
    going_on = Event()

    def stalls(request: Request) -> None:
        going_on.wait(30)

    answers: dict[str, Answer] = {
        "refused": sends(b"", 401),
        "html": sends(b"<!doctype html><title>Sign in</title>", kind="text/html"),
        "cut_short": sends(stack.footage.picture()[:9000]),
        "slow": stalls,
    }
    usual = porch.server.answer
    porch.answer(answers[state])
    try:
        pulled = door_opens()
    finally:
        going_on.set()
        porch.answer(usual)
    assert (pulled.outcome, pulled.image_id) == (state, None)
    assert stack.rows(STATE)[0].state == state
    assert pulled.detail in owner.get("/cameras/porch-cam").text
    wait_until(lambda: "without a picture" in stack.rows(RULE_TOLD)[-1].detail, "the rule's alert", SOON_S)
    for log in stack.layout.log.glob("*.log"):
        assert SECRETS["password"] not in log.read_text(errors="replace"), log
