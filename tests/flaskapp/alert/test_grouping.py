from types import SimpleNamespace

from flaskapp.alert.grouping import grouped


def decision(number: int, outcome: str = "not_told", camera: str = "street", reason: str = "") -> SimpleNamespace:
    reasons = [reason or f"told {number} s ago; next alert from 12:{number:02d}:10 on"]
    return SimpleNamespace(id=str(number), outcome=outcome, camera_id=camera, reasons=reasons)


def test_the_same_reason_with_other_numbers_is_one_line() -> None:
    found = grouped([decision(number) for number in range(58)], 30)
    assert [(one.head.id, len(one.more), one.last.id) for one in found] == [("0", 57, "57")]


def test_another_reason_begins_another_line() -> None:
    found = grouped([decision(1), decision(2, reason="car is not an alert label"), decision(3)], 30)
    assert [len(one.more) for one in found] == [0, 0, 0]


def test_what_was_told_is_never_folded() -> None:
    found = grouped([decision(1, "told"), decision(1, "told"), decision(1)], 30)
    assert len(found) == 3


def test_another_camera_between_does_not_break_a_line() -> None:
    found = grouped([decision(1), decision(2, camera="garden"), decision(3)], 30)
    assert [(one.head.camera_id, len(one.more)) for one in found] == [("street", 1), ("garden", 0)]


def test_a_page_ends_before_the_line_that_has_no_room() -> None:
    found = grouped([decision(number, "told") for number in range(5)], 3)
    assert [one.head.id for one in found] == ["0", "1", "2"]


def test_what_found_no_channel_is_one_line_whatever_else_was_seen() -> None:
    found = grouped([decision(number, "no_channel", reason=f"thing {number * 'x'}") for number in range(58)], 30)
    assert [len(one.more) for one in found] == [57]


def test_no_channel_and_not_told_are_different_lines() -> None:
    found = grouped([decision(1), decision(2, "no_channel"), decision(3, "no_channel"), decision(4)], 30)
    assert [len(one.more) for one in found] == [0, 1, 0]


def test_what_could_not_be_delivered_is_never_folded() -> None:
    assert len(grouped([decision(1, "failed"), decision(1, "failed")], 30)) == 2
