"""Our node agent repeats a message unchanged when its answer was lost: however often it comes, it is one picture."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from services.core.clock import to_rfc3339
from services.core.media import Media
from services.core.messages import Message
from services.core.spool import SpoolReader
from services.intake.drain import Drain
from services.keeper.sweeper import Sweeper
from services.store.tables import event, garbage, image
from tests.hub.rig import CLOCK, Client, Rig, rig
from tests.pictures import NOON, HeldClock, jpeg

pytestmark = pytest.mark.mariadb
SAID: dict[str, Any] = {"captured_at": to_rfc3339(CLOCK.now()), "seq": 7}
WRONG_CLOCK: dict[str, Any] = {"captured_at": to_rfc3339(NOON.replace(year=1970)), "seq": 7}


class Catalogue:
    """The other end of a rig's spool."""

    def __init__(self, hub: Rig, engine: Engine) -> None:
        self.media = Media(hub.settings.media)
        self.engine = engine
        self.rung: list[Message] = []
        self._drain = Drain(SpoolReader(hub.spool), self.media, engine, HeldClock(), self._ring)

    def _ring(self, *messages: Message) -> None:
        self.rung += messages

    def drain(self) -> None:
        while self._drain.drain():
            pass

    def column(self, of: Any) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.scalars(select(of)))


@pytest.mark.parametrize("said", [SAID, WRONG_CLOCK])
@pytest.mark.parametrize("in_one_batch", [True, False])
def test_a_picture_that_was_sent_again_has_one_row_and_one_file(
    tmp_path: Path, engine: Engine, said: dict[str, Any], in_one_batch: bool
) -> None:
    with rig(tmp_path) as hub, Client(hub.port) as client:
        catalogue = Catalogue(hub, engine)
        assert client.ask("Front Door|jpg", **said) == b"OK"
        if not in_one_batch:
            catalogue.drain()
        assert client.ask("Front Door|jpg", **said) == b"OK"
        first, second = (one["path"] for one in hub.records()[-2:]) if in_one_batch else _paths(catalogue, hub)
        catalogue.drain()
        assert catalogue.column(image.c.path) == [first]
        assert catalogue.column(garbage.c.path) == [second]
        assert len(catalogue.rung) == 1
        assert Sweeper(engine, catalogue.media, CLOCK).sweep() == 1
        assert [path.name for path in hub.files()] == [Path(first).name]


def _paths(catalogue: Catalogue, hub: Rig) -> tuple[str, str]:
    return catalogue.column(image.c.path)[0], hub.records()[-1]["path"]


def test_what_is_alike_but_not_the_same_message_stays(tmp_path: Path, engine: Engine) -> None:
    with rig(tmp_path) as hub, Client(hub.port) as client:
        catalogue = Catalogue(hub, engine)
        for name, data, said in (
            ("Front Door|jpg", jpeg(), SAID),
            ("Front Door|jpg", jpeg(), SAID | {"seq": 8}),
            ("Back Door|jpg", jpeg(), SAID),
            ("Front Door|jpg", jpeg(shade=91), SAID),
            ("Front Door|jpg", jpeg(), SAID | {"captured_at": to_rfc3339(CLOCK.now())}),
            ("Front Door|jpg", jpeg(), SAID | {"seq": "7"}),
            ("Front Door|jpg", jpeg(), SAID | {"captured_at": "1969-12-31T23:59:59Z"}),
            ("Front Door|jpg", jpeg(), {}),
            ("Front Door|jpg", jpeg(), {}),
        ):
            assert client.ask(name, data, **said) == b"OK"
        catalogue.drain()
        assert len(catalogue.column(image.c.id)) == 9
        assert catalogue.column(garbage.c.path) == []


def test_an_event_that_was_sent_again_is_one(tmp_path: Path, engine: Engine) -> None:
    with rig(tmp_path) as hub, Client(hub.port) as client:
        catalogue = Catalogue(hub, engine)
        for said in (SAID, SAID, SAID | {"seq": 8}):
            assert client.ask("Front Door|motion|moving", **said) == b"OK"
        catalogue.drain()
        assert len(catalogue.column(event.c.id)) == 2
