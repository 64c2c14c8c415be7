"""The switch on every page: what the house is set to, and what it can be set to."""

from dataclasses import dataclass
from datetime import datetime

from flask import Flask

from flaskapp.gallery import gallery
from flaskapp.words import delays_in_words
from services.store import entry, mode
from services.store.engine import Away
from services.store.entry import Entry
from services.store.mode import Mode, Standing


@dataclass(frozen=True)
class Switch:
    """What is shown of the house. Until `arming` its exit delay lasts; `pending`: so does an entry delay."""

    now: Standing
    modes: list[Mode]
    arming: datetime | None
    pending: Entry | None

    @property
    def says(self) -> str | None:
        """What it waits for, in short."""
        return delays_in_words(self.arming, self.pending.until if self.pending else None, gallery().zone)


def install(app: Flask) -> None:
    """Gives `house_mode()` to the templates."""
    app.jinja_env.globals.update(house_mode=house_mode)


def house_mode() -> Switch | None:
    """The switch; None while the database cannot say, which must not take the page that tells of it down too."""
    try:
        with gallery().engine.connect() as connection:
            now = mode.current(connection)
            moment = gallery().now()
            return Switch(now, mode.all_modes(connection), now.arming_at(moment), entry.present(connection, moment))
    except Away:
        return None
