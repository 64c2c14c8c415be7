"""The table of all settings in docs/operations.md, from the settings' own code: `python -m stack.settings_table`."""

from pydantic.fields import FieldInfo

from services.core.settings import PREFIX, Settings
from stack.layout import ROOT

PAGE = ROOT / "docs" / "operations.md"
BEGIN, END = "<!-- settings: begin -->\n", "<!-- settings: end -->\n"
HEAD = "| key | default | what it is |\n| --- | --- | --- |\n"


def render() -> str:
    """The table, one line a key."""
    return HEAD + "".join(_line(name, field) for name, field in Settings.model_fields.items())


def filled(page: str) -> str:
    """A page with the table between its two marks replaced."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{render()}{END}{after}"


def _line(name: str, field: FieldInfo) -> str:
    secret = "a secret: better as `…_FILE`, the path of a file" if "Secret" in str(field.annotation) else ""
    words = "; ".join(part for part in (field.description, secret) if part)
    return f"| `{PREFIX}{name.upper()}` | {_default(field.default)} | {words} |\n"


def _default(value: object) -> str:
    if value is None or value == ():
        return ""
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text()))
