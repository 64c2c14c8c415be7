from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.ids import new_id
from services.core.rule_messages import ConfigLinks
from services.core.settings import Settings
from services.scribe.link_config import LinkConfigs
from services.store import link
from services.store.link import Link
from tests.ear import Ear
from tests.pictures import NOON

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
PIR: dict[str, Any] = {"kind": "device", "id": "pir", "moment": "trigger"}
PIR |= dict.fromkeys(("labels", "zones", "standings", "plates", "details"))
SIREN = {"kind": "switch", "id": "siren", "on": True, "seconds": 30.0, "text": None, "people": None}
LINK = Link(new_id(), "Siren", True, [PIR], 60, ["away"], None, [SIREN], NOON)


@pytest.fixture
def configs(engine: Engine, bus: Bus, start_bus: Callable[[Bus], None]) -> LinkConfigs:
    start_bus(bus)
    return LinkConfigs(engine, bus, SystemClock())


def add(engine: Engine, one: Link) -> None:
    with engine.begin() as connection:
        link.add(connection, one)


def test_flows_learn_the_links(configs: LinkConfigs, engine: Engine, house: Settings) -> None:
    add(engine, LINK)
    with Ear(house, [ConfigLinks]) as ear:
        assert configs.look()
        (told,) = ear.wait(ConfigLinks)
    (one,) = told.links
    assert one.model_dump() == {"id": LINK.id, **LINK.values()}
    assert not configs.look()


def test_a_change_is_told_and_an_act_is_not(configs: LinkConfigs, engine: Engine) -> None:
    add(engine, LINK)
    assert configs.look()
    with engine.begin() as connection:
        link.acted(connection, [LINK.id], NOON)
    assert not configs.look()
    with engine.begin() as connection:
        link.change(connection, LINK.id, enabled=False)
    assert configs.look()


def test_a_link_that_no_message_can_carry_keeps_no_other_from_being_told(
    configs: LinkConfigs, engine: Engine, house: Settings
) -> None:
    add(engine, LINK)
    add(engine, replace(LINK, id=new_id(), name="Odd", inputs=[{"kind": "moon"}]))
    with Ear(house, [ConfigLinks]) as ear:
        assert configs.look()
        (told,) = ear.wait(ConfigLinks)
    assert [one.name for one in told.links] == ["Siren"]
