from sqlalchemy.exc import OperationalError

from services.keeper.rounds import Rounds


def test_a_duty_that_the_database_refuses_holds_up_no_other() -> None:
    done: list[str] = []

    def away() -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    rounds = Rounds({"first": away, "second": lambda: done.append("second")})
    rounds.go()
    rounds.go()
    assert done == ["second", "second"]
