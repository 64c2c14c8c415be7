from datetime import timedelta

import pytest

from services.notifier.telegram.commands import Command, NotUnderstood, how_long, parse


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/report", Command("report", "")),
        ("  /Mode   night shift ", Command("mode", "night shift")),
        ("/mode@house_bot night", Command("mode", "night")),
        ("/last\nfront door", Command("last", "front door")),
        ("/INPUTOFF Küche", Command("inputoff", "Küche")),
    ],
)
def test_a_command_is_read(text: str, command: Command) -> None:
    assert parse(text) == command


@pytest.mark.parametrize("text", ["", "hello", "/", "a /mode night", "/mo-de", "//mode", "/" + "x" * 40])
def test_anything_else_is_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("", 60),
        ("30m", 30),
        ("1h", 60),
        ("1h30m", 90),
        ("1 h 30 min", 90),
        ("2d", 2880),
        ("2 Days", 2880),
        ("7d", 10080),
    ],
)
def test_a_length_of_time_is_read(text: str, minutes: int) -> None:
    assert how_long(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["off", "OFF", "0"])
def test_a_mute_is_ended(text: str) -> None:
    assert how_long(text) is None


@pytest.mark.parametrize("text", ["soon", "30", "5 weeks", "8d", "0m", "1h and more", "m30", "-5m", "1.5h"])
def test_what_is_no_length_of_time_is_asked_about(text: str) -> None:
    with pytest.raises(NotUnderstood, match="For how long"):
        how_long(text)
