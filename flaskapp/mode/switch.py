"""The switch on every page: what the house is set to, and what it can be set to."""

from dataclasses import dataclass

from flask import Flask

from flaskapp.gallery import gallery
from services.store import mode
from services.store.engine import Away
from services.store.mode import Mode, Standing


@dataclass(frozen=True)
class Switch:
    """What is shown of the house."""

    now: Standing
    modes: list[Mode]


def install(app: Flask) -> None:
    """Gives `house_mode()` to the templates."""
    app.jinja_env.globals.update(house_mode=house_mode)


def house_mode() -> Switch | None:
    """The switch; None while the database cannot say, which must not take the page that tells of it down too."""
    try:
        with gallery().engine.connect() as connection:
            return Switch(mode.current(connection), mode.all_modes(connection))
    except Away:
        return None
