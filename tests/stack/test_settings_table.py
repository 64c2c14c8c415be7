from services.core.settings import known_keys
from stack.settings_table import PAGE, filled, render


def test_the_page_lists_the_settings_as_they_are() -> None:
    page = PAGE.read_text()
    assert filled(page) == page, "bring it up to date with: .venv/bin/python -m stack.settings_table"


def test_every_key_has_its_line() -> None:
    table = render()
    assert [key for key in known_keys() if not key.endswith("_FILE") and f"`{key}`" not in table] == []
