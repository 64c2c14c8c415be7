"""One picture's whole way through the real stack, and how it looks to the owner."""

import json
import re

import pytest

from bench.own_stack import wait_until
from tests.conftest import Figure
from tests.system.stack_under_test import StackUnderTest, eventually
from tests.system.visitor import Visitor

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
STOCK_NAME = re.compile(r"Front-Door-\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d\.\d{6}\.jpg")
IDLE_MB = 1024


def test_an_idle_stack_is_healthy_and_keeps_within_its_memory(stack: StackUnderTest, figure: Figure) -> None:
    said = stack.at_rest
    assert said["healthy"]
    assert said["memory_mb"] <= IDLE_MB
    figure(f"{said['memory_mb']:.0f} MB, goal {IDLE_MB}")


def test_a_stock_senders_picture_is_kept_looked_at_and_told_of(stack: StackUnderTest) -> None:
    stack.introduce(["Front Door"])
    before = set(stack.mailbox.copies())
    stack.clear()
    sending = stack.send("Front Door")
    assert sending.reply == b"OK"
    row = eventually(lambda: stack.picture(sending), "the picture's row")
    assert STOCK_NAME.fullmatch(row.path.rsplit("/", 1)[-1])
    assert (stack.media / row.path).is_file()
    stack.account_for([sending])
    (delivery,) = set(stack.mailbox.copies()) - before
    (mail,) = [one.message for one in stack.mailbox.mails() if one.delivery_id == delivery]
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "image/jpeg"
    body = mail.get_body(("plain",))
    assert body is not None
    assert f"http://127.0.0.1:{stack.ports.gallery}" in body.get_content()
    assert row.id in body.get_content()


def test_scripts_sql_shows_one_row_with_its_outcome_and_reasons(stack: StackUnderTest) -> None:
    stack.clear()
    sending = stack.send("Gate")
    stack.settle([sending])
    found = stack.command(
        "sql",
        "SELECT image.state, decision.outcome, decision.reasons FROM image JOIN decision ON image_id = image.id "
        f"WHERE sha256 = '{sending.sha256}'",
    )
    (line,) = found.stdout.splitlines()
    state, outcome, reasons = line.split("\t")
    assert (state, outcome) == ("detected", "told")
    assert "is an alert label of Gate" in json.loads(reasons)[0]


def test_the_one_time_link_works_once(stack: StackUnderTest, owner: Visitor) -> None:
    with Visitor(f"http://127.0.0.1:{stack.ports.gallery}") as stranger:
        assert stranger.sign_up(stack.owner_link).status_code == 410
        assert stranger.get("/").status_code == 401


def test_the_owner_sees_the_picture_its_people_and_why_they_were_told(stack: StackUnderTest, owner: Visitor) -> None:
    stack.clear()
    sending = stack.send("Yard")
    stack.settle([sending])
    row = eventually(lambda: stack.picture(sending), "the picture's row")
    live = owner.get("/").text
    assert f'data-image="{row.id}"' in live
    assert "Yard" in live
    assert row.id in owner.get("/pictures?camera=yard&label=person").text
    assert row.id not in owner.get("/pictures?camera=yard&label=elephant").text
    assert "is an alert label of Yard" in owner.get("/alerts").text


@pytest.mark.parametrize(("plan", "state"), [("keep", "kept"), ("detect", "detected")])
def test_a_change_of_plan_takes_effect_at_once(stack: StackUnderTest, owner: Visitor, plan: str, state: str) -> None:
    stack.introduce(["Cellar"])
    assert owner.send("/cameras/cellar", plan=plan).status_code == 200
    wait_until(lambda: flows_plan(stack, "cellar") == plan, f"flows to be told that the plan is {plan}", 5)
    sending = stack.send("Cellar")
    stack.settle([sending])
    row = eventually(lambda: stack.picture(sending), "the picture's row")
    assert (row.state, row.people > 0) == (state, plan == "detect")
    assert (stack.media / row.path).is_file()
    stack.assert_well()


def flows_plan(stack: StackUnderTest, camera_id: str) -> str:
    """A camera's plan as flows were told it last."""
    return {str(one["id"]): str(one["plan"]) for one in stack.told_cameras()}[camera_id]
