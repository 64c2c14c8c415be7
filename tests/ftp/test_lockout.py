from ipaddress import ip_address

from services.ftp.lockout import REMEMBERED, Lockout, of_one_house
from tests.pictures import HeldClock


def test_too_many_wrong_passwords_lock_their_address_out_for_a_while_and_no_other() -> None:
    clock = HeldClock()
    lockout = Lockout(clock, 3, 60)
    for _ in range(3):
        assert not lockout.is_locked("10.0.0.1")
        lockout.wrong("10.0.0.1", "front")
    assert lockout.is_locked("10.0.0.1")
    assert not lockout.is_locked("10.0.0.2")
    assert lockout.count() == 1
    clock.pass_by(60)
    assert not lockout.is_locked("10.0.0.1")
    assert lockout.count() == 0


def test_a_right_password_forgives_the_wrong_ones_before() -> None:
    lockout = Lockout(HeldClock(), 2, 60)
    for _ in range(5):
        lockout.wrong("10.0.0.1", "front")
        lockout.right("10.0.0.1", "front")
    assert not lockout.is_locked("10.0.0.1")


def test_a_right_password_of_one_user_forgives_no_guesses_at_another() -> None:
    lockout = Lockout(HeldClock(), 3, 60)
    for _ in range(3):
        lockout.wrong("10.0.0.1", "back")
        lockout.right("10.0.0.1", "front")
    assert lockout.is_locked("10.0.0.1")


def test_guesses_at_many_users_count_together() -> None:
    lockout = Lockout(HeldClock(), 3, 60)
    for name in ("a", "b", "c"):
        lockout.wrong("10.0.0.1", name)
    assert lockout.is_locked("10.0.0.1")


def test_the_addresses_of_one_house_are_one_also_in_ipv6_and_as_its_guests() -> None:
    lockout = Lockout(HeldClock(), 3, 60)
    for last in range(3):
        lockout.wrong(f"2001:db8:1:2::{last + 1:x}", "front")
    assert lockout.is_locked("2001:db8:1:2:aaaa::1")
    assert not lockout.is_locked("2001:db8:1:3::1")
    for _ in range(3):
        lockout.wrong("::ffff:10.0.0.1", "front")
    assert lockout.is_locked("10.0.0.1")
    assert not lockout.is_locked("::ffff:10.0.0.2")
    assert of_one_house("2001:db8::5", ["2001:db8::6", "2001:db8::7", "10.0.0.1", "2001:db8:0:1::5"]) == 2


def test_however_many_addresses_try_it_no_more_than_so_many_are_remembered() -> None:
    lockout = Lockout(HeldClock(), 1, 60)
    for number in range(REMEMBERED + 5):
        lockout.wrong(str(ip_address(number)), "front")
    assert lockout.count() == REMEMBERED
