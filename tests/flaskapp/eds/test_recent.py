from datetime import datetime

from flaskapp.eds.recent import OVERLAP, Ready, Recent
from services.store.segment import Kind
from tests.flaskapp.house import NOON, Standing


def test_however_many_ask_it_is_read_once_a_second_for_each_kind() -> None:
    asked: list[tuple[Kind, datetime]] = []

    def read(kind: Kind, since: datetime) -> list[Ready]:
        asked.append((kind, since))
        return [Ready(since, {"event_id": kind})]

    clock = Standing()
    recent = Recent(clock)
    for _ in range(20):
        assert recent.of("clip", read)[0].told == {"event_id": "clip"}
    assert asked == [("clip", NOON - OVERLAP)]
    recent.of("segment", read)
    clock.pass_by(1)
    recent.of("clip", read)
    assert [kind for kind, _ in asked] == ["clip", "segment", "clip"]
