from services.ftp.lockout import REMEMBERED, Lockout
from tests.pictures import HeldClock


def test_too_many_wrong_passwords_lock_their_address_out_for_a_while_and_no_other() -> None:
    clock = HeldClock()
    lockout = Lockout(clock, 3, 60)
    for _ in range(3):
        assert not lockout.is_locked("10.0.0.1")
        lockout.wrong("10.0.0.1")
    assert lockout.is_locked("10.0.0.1")
    assert not lockout.is_locked("10.0.0.2")
    assert lockout.count() == 1
    clock.pass_by(60)
    assert not lockout.is_locked("10.0.0.1")
    assert lockout.count() == 0


def test_a_right_password_forgives_the_wrong_ones_before() -> None:
    lockout = Lockout(HeldClock(), 2, 60)
    for _ in range(5):
        lockout.wrong("10.0.0.1")
        lockout.right("10.0.0.1")
    assert not lockout.is_locked("10.0.0.1")


def test_however_many_addresses_try_it_no_more_than_so_many_are_remembered() -> None:
    lockout = Lockout(HeldClock(), 1, 60)
    for number in range(REMEMBERED + 5):
        lockout.wrong(str(number))
    assert lockout.count() == REMEMBERED
