import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hub.happening import happening
from services.hub.packet import parse
from services.intake.records import Happening


def of(text: str) -> Happening:
    return happening(parse(json.dumps({"msg": text}).encode(), memoryview(b"")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A B|motion|moving", Happening("motion", "camera", "moving")),
        ("A B|motion|still|FrontDoor", Happening("motion", "camera", "still", region="FrontDoor")),
        ("A B|light|dark", Happening("light", "camera", "dark")),
        ("A|Temp|71 F", Happening("temperature", "node", "71 F", value=71.0, unit="F")),
        ("A|Temp|21.0 C", Happening("temperature", "node", "21.0 C", value=21.0, unit="C")),
        ("A|Temp|-3.5 C|Roof", Happening("temperature", "node", "-3.5 C", value=-3.5, unit="C", sensor="Roof")),
        ("A|humidity|41.0 %", Happening("humidity", "node", "41.0 %", value=41.0, unit="%")),
        ("A|Humidity|42 %", Happening("humidity", "node", "42 %", value=42.0, unit="%")),
        ("A|Temp|warm", Happening("temperature", "node", "warm")),
        ("A|Temp", Happening("temperature", "node", "no number")),
        ("A|Temp|" + "9" * 400, Happening("temperature", "node", "9" * 400)),
        ("A|jam|paper", Happening("jam", "either", "paper")),
        ("A|Door Open", Happening("door-open", "either", "Door Open")),
        ("A|" + "x" * 700, Happening("x" * 64, "either", "x" * 500)),
        ("A|日本", Happening("unnamed", "either", "日本")),
    ],
)
def test_a_text_is_understood(text: str, expected: Happening) -> None:
    assert of(text) == expected


def test_a_restart_says_what_the_node_is() -> None:
    told = of("Driveway|Restart|vm|Linux|192.168x.y|24106|0.28")
    assert (told.kind, told.of, told.detail) == ("restart", "node", "vm Linux 192.168x.y 24106 0.28")
    assert told.facts == {"host": "vm", "system": "Linux", "address": "192.168x.y", "memory_mb": 24106}


@pytest.mark.parametrize("rest", ["", "|vm", "|vm|RPi||lots|x|y"])
def test_a_restart_with_less_in_it_is_one_too(rest: str) -> None:
    told = of(f"Driveway|Restart{rest}")
    assert told.kind == "restart"
    assert told.detail
    assert told.facts
    assert told.facts["memory_mb"] is None


@given(st.lists(st.text(max_size=700).filter(lambda text: "|" not in text), min_size=1, max_size=6))
def test_whatever_is_said_fits_its_columns(fields: list[str]) -> None:
    told = of("|".join(["A", "x" + fields[0], *fields[1:]]))
    assert len(told.kind) <= 64
    assert len(told.detail) <= 500
    assert len(told.region or "") <= 120
