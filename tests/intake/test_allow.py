from ipaddress import ip_network

import pytest

from services.intake.allow import AllowList


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("192.168.7.9", True), ("::ffff:192.168.7.9", True), ("fd00::5", True), ("192.168.8.9", False), ("", False)],
)
def test_only_listed_networks_may_send(address: str, allowed: bool) -> None:
    listed = AllowList([ip_network("192.168.7.0/24"), ip_network("fd00::/8")])
    assert listed.allows(lambda: address) is allowed


def test_an_empty_list_lets_everybody_in_and_asks_nobody() -> None:
    def never() -> str:
        raise AssertionError("asked for the address")

    assert AllowList([]).allows(never)
