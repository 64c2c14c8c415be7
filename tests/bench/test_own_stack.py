import socket

import pytest

from bench.own_stack import NotInTime, environment, free_offset, wait_until


def test_what_does_not_happen_in_time_is_named() -> None:
    with pytest.raises(NotInTime, match=r"waited 0 s for the moon"):
        wait_until(lambda: False, "the moon", 0)


def test_a_stack_gets_only_the_settings_that_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTHWATCH_HUB_ALLOW", "192.0.2.0/24")
    made = environment({"hub_port": "5556"})
    assert {name: value for name, value in made.items() if name.startswith("HEARTHWATCH_")} == {
        "HEARTHWATCH_HUB_PORT": "5556"
    }


def test_an_offset_with_a_taken_port_is_passed_over() -> None:
    first = free_offset(23000, 24000)
    with socket.create_server(("127.0.0.1", 5555 + first)):
        assert free_offset(first, 24500) > first
        with pytest.raises(NotInTime, match="no port offset"):
            free_offset(first, first)
