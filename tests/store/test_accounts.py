import re

import pytest

from services.store.accounts import CHARTED, script, statements

OWNER, READER = ("hearthwatch", "one"), ("grafana", "two")


def test_the_reader_gets_no_right_but_to_read_the_tables_of_the_charts() -> None:
    made = statements("house", OWNER, READER)
    kept = [one for one in made if one.startswith("GRANT") and "SELECT" in one]
    assert [re.findall("`house`.`([a-z]+)`", one) for one in kept] == [[table] for table in CHARTED]
    rights = [one for one in made if one.startswith("GRANT") and one not in kept]
    assert rights == ["GRANT ALL ON `house`.* TO 'hearthwatch'@'127.0.0.1'"]


def test_the_right_to_make_a_table_that_is_not_there_yet_is_taken_away_at_once() -> None:
    made = statements("house", OWNER, READER)
    for table in CHARTED:
        place = made.index(f"GRANT SELECT, CREATE ON `house`.`{table}` TO 'grafana'@'127.0.0.1'")
        assert made[place + 1] == f"REVOKE CREATE ON `house`.`{table}` FROM 'grafana'@'127.0.0.1'"


@pytest.mark.parametrize("password", ["it's", "back\\slash", "two\nlines"])
def test_a_password_that_would_end_its_quotes_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match="choose another"):
        statements("house", OWNER, ("grafana", password))


def test_a_script_has_one_statement_a_line() -> None:
    made = statements("house", OWNER, READER)
    assert script(made).splitlines() == [f"{statement};" for statement in made]
