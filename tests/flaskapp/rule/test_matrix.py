import pytest
from sqlalchemy import Engine

from flaskapp.rule import choices
from flaskapp.rule.matrix import matrix
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.house import House
from tests.flaskapp.rule.making import a_rule, an_action, an_input

PIR, SIREN = "device:garage-pir", "switch:siren"


@pytest.fixture
def offered(engine: Engine) -> choices.Choices:
    a_device(engine, "garage-pir", called="Garage PIR")
    a_device(engine, "siren", called="Siren", is_input=False, is_output=True)
    with engine.connect() as connection:
        return choices.read(connection)


def test_each_input_meets_each_output(offered: choices.Choices) -> None:
    table = matrix([], offered)
    assert table.inputs == {PIR: "Garage PIR", "device:": "Any device", "panic:": "The panic button"}
    assert table.outputs == {SIREN: "Siren"}
    assert {key: cell.rules for key, cell in table.cells.items()} == {(what, SIREN): () for what in table.inputs}


def test_a_rule_of_one_input_and_one_output_can_be_switched_in_its_cell(offered: choices.Choices) -> None:
    rule = a_rule(enabled=False)
    cell = matrix([rule], offered).cells[PIR, SIREN]
    assert (cell.rules, cell.simple, cell.on) == ((rule,), rule, False)


def test_a_rule_that_does_more_is_shown_in_each_of_its_cells(offered: choices.Choices) -> None:
    rule = a_rule(inputs=[an_input(), an_input("panic", None)], actions=[an_action(), an_action("mode", "away")])
    cells = matrix([rule], offered).cells
    for what in (PIR, "panic:"):
        cell = cells[what, SIREN]
        assert (cell.rules, cell.simple, cell.on) == ((rule,), None, True)
    assert cells["device:", SIREN].rules == ()


@pytest.mark.parametrize("kind", ["plate", "camera_event"])
def test_whatever_a_camera_does_is_in_its_row_and_leads_to_the_rule(
    offered: choices.Choices, house: House, engine: Engine, kind: str
) -> None:
    house.camera()
    with engine.connect() as connection:
        offered = choices.read(connection)
    rule = a_rule(inputs=[an_input(kind, "front-door")])
    cell = matrix([rule], offered).cells["camera:front-door", SIREN]
    assert (cell.rules, cell.simple) == ((rule,), None)


def test_what_switches_off_is_not_in_it(offered: choices.Choices) -> None:
    assert matrix([a_rule(actions=[an_action(on=False)])], offered).cells[PIR, SIREN].rules == ()
