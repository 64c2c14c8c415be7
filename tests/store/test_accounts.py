import pytest

from services.store.accounts import script, statements

OWNER, READER = ("hearthwatch", "one"), ("grafana", "two")


def test_the_reader_gets_no_right_but_to_read() -> None:
    grants = [made for made in statements("house", OWNER, READER) if made.startswith("GRANT")]
    assert grants == [
        "GRANT ALL ON `house`.* TO 'hearthwatch'@'127.0.0.1'",
        "GRANT SELECT ON `house`.* TO 'grafana'@'127.0.0.1'",
    ]


@pytest.mark.parametrize("password", ["it's", "back\\slash", "two\nlines"])
def test_a_password_that_would_end_its_quotes_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match="choose another"):
        statements("house", OWNER, ("grafana", password))


def test_a_script_has_one_statement_a_line() -> None:
    made = statements("house", OWNER, READER)
    assert script(made).splitlines() == [f"{statement};" for statement in made]
