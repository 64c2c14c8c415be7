"""`config/links`, retained: what flows may know of the links."""

from prometheus_client import Counter
from pydantic import ValidationError
from sqlalchemy import Connection

from services.core.logging import get
from services.core.rule_messages import ConfigLinks, LinkConfig
from services.scribe.retained import RetainedConfig
from services.store import link
from services.store.link import Link

impossible = Counter("scribe_links_impossible", "links whose row no message can carry; flows are not told of them")
log = get(__name__)


class LinkConfigs(RetainedConfig):
    """Tells flows of the links."""

    noun = link.NOUN

    def message(self, connection: Connection, version: int) -> ConfigLinks:
        """All links that a message can carry."""
        known = [made for one in link.all_links(connection) if (made := _told_of(one))]
        return ConfigLinks.make(self._clock, "scribe", version=version, links=known)


def _told_of(one: Link) -> LinkConfig | None:
    """None for a row that no message can carry: flows hear of all the others."""
    try:
        return LinkConfig.model_validate({"id": one.id, **one.values()})
    except ValidationError as error:
        impossible.inc()
        wrong = sorted({str(mistake["loc"][0]) for mistake in error.errors(include_input=False)})
        log.error("link_not_told", link_id=one.id, wrong=wrong, fix="save the rule anew on its page")
        return None
