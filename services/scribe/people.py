"""`config/people`, retained: what flows may know of those who are told. Never an address or a chat id."""

from prometheus_client import Counter
from pydantic import ValidationError
from sqlalchemy import Connection

from services.core.logging import get
from services.core.person_messages import ConfigPeople, PersonConfig
from services.scribe.retained import RetainedConfig
from services.store import person
from services.store.person import Person

impossible = Counter("scribe_people_impossible", "people whose row no message can carry; flows are not told of them")
log = get(__name__)


class People(RetainedConfig):
    """Tells flows of the people."""

    noun = person.NOUN

    def message(self, connection: Connection, version: int) -> ConfigPeople:
        """All people that a message can carry, and whether each has a channel."""
        reachable = person.reachable(connection)
        known = [made for one in person.all_people(connection) if (made := _told_of(one, one.id in reachable))]
        return ConfigPeople.make(self._clock, "scribe", version=version, people=known)


def _told_of(one: Person, reachable: bool) -> PersonConfig | None:
    """None for a row that no message can carry: flows hear of all the others, and that one is told nothing."""
    shown = {name: getattr(one, name) for name in PersonConfig.model_fields if name != "reachable"}
    try:
        return PersonConfig.model_validate(shown | {"reachable": reachable})
    except ValidationError as error:
        impossible.inc()
        wrong = sorted({str(mistake["loc"][0]) for mistake in error.errors(include_input=False)})
        log.error("person_not_told", person_id=one.id, wrong=wrong, fix="save the person anew on the page People")
        return None
