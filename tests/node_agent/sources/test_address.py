"""Addresses as they may be logged."""

import pytest

from node_agent.sources.address import without_secrets


@pytest.mark.parametrize(
    ("url", "logged"),
    [
        ("rtsp://user:pass@192.168.1.20:554/stream1", "rtsp://192.168.1.20:554/stream1"),
        ("http://cam/still.cgi?user=a&pwd=b", "http://cam/still.cgi"),
        ("http://us@er:p@ss@cam/x", "http://cam/x"),
        ("http://cam/", "http://cam/"),
    ],
)
def test_neither_user_nor_password_nor_query_is_left(url: str, logged: str) -> None:
    assert without_secrets(url) == logged
