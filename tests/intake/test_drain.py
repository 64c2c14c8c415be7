import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Connection, Engine, select

from services.core.ids import new_id
from services.core.media import Media
from services.core.messages import EventNew, ImageNew, Message
from services.core.spool import Record, SpoolReader, SpoolWriter
from services.intake import records
from services.intake.drain import MISFITS, Drain
from services.intake.records import Happening
from services.intake.speakers import Speakers
from services.store import camera, node
from services.store.camera import Camera
from services.store.engine import Away, connect
from services.store.node import Node
from services.store.tables import event, image
from tests.peers import MariaDb, free_port
from tests.pictures import NOON, HeldClock, jpeg

pytestmark = pytest.mark.mariadb
DATA = jpeg()
MOVING = Happening("motion", "camera", "moving")
BEAT = Happening("note", "node", "here")


class House:
    def __init__(self, folder: Path, engine: Engine) -> None:
        self.clock = HeldClock()
        self.media = Media(folder / "media")
        self.media.prepare()
        self.spool = folder / "spool"
        self.writer = SpoolWriter(self.spool)
        self.engine = engine
        self.rung: list[Message] = []
        self.drain = self.new_drain()

    def new_drain(self, ring: Callable[..., None] | None = None) -> Drain:
        return Drain(SpoolReader(self.spool), self.media, self.engine, self.clock, ring or self._ring)

    def _ring(self, *messages: Message) -> None:
        self.rung += messages

    def image(self, source: str = "Front Door", place: bool = True, **more: Any) -> Record:
        self.clock.pass_by(1)
        path = f"images/2026-05-01/{source}-{self.clock.now():%H%M%S}.jpg"
        if place:
            self.media.place(path, DATA)
        file = {"width": 64, "height": 48, "bytes": len(DATA), "sha256": hashlib.sha256(DATA).hexdigest()}
        return records.image(source, path, self.clock.now(), self.clock.now(), **{**file, **more})

    def event(self, source: str, happening: Happening) -> Record:
        self.clock.pass_by(1)
        return records.event(source, "text", happening, self.clock.now(), self.clock.now())

    def beat(self, source: str) -> Record:
        self.clock.pass_by(1)
        return records.heartbeat(source, self.clock.now())

    def put(self, *group: Record) -> None:
        self.writer.append(group)
        self.writer.close_group()

    def kill_writer(self) -> None:
        """What a kill leaves: the next writer begins a segment of its own."""
        self.writer = SpoolWriter(self.spool)

    def rows(self, table: Any) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(select(table).order_by(table.c.id)))

    def cameras(self) -> dict[str, Camera]:
        with self.engine.connect() as connection:
            return {one.source: one for one in camera.all_cameras(connection)}

    def nodes(self) -> dict[str, Node]:
        with self.engine.connect() as connection:
            return {one.source: one for one in node.all_nodes(connection)}


@pytest.fixture
def house(tmp_path: Path, engine: Engine) -> House:
    return House(tmp_path, engine)


def test_a_picture_becomes_a_row_and_a_bell(house: House) -> None:
    record = house.image()
    house.put(record)
    assert house.drain.drain() == 1
    (row,) = house.rows(image)
    assert (row.id, row.path, row.camera_id, row.state) == (record["id"], record["path"], "front-door", "new")
    (bell,) = house.rung
    assert isinstance(bell, ImageNew)
    assert (bell.image_id, bell.camera_id) == (record["id"], "front-door")
    assert house.drain.drain() == 0


def test_a_batch_that_was_written_but_not_ticked_off_is_written_once(house: House) -> None:
    def die(*_: Message) -> None:
        raise KeyboardInterrupt

    house.put(house.image(), house.event("Front Door", MOVING))
    first = house.new_drain()
    first._spool.drained = die  # type: ignore[method-assign,assignment]
    with pytest.raises(KeyboardInterrupt):
        first.drain()
    assert house.new_drain().drain() == 2
    assert len(house.rows(image)) == len(house.rows(event)) == 1


def test_a_doubtful_record_with_its_whole_picture_becomes_a_row(house: House) -> None:
    house.writer.append([house.image()])
    house.kill_writer()
    assert house.drain.drain() == 1
    assert len(house.rows(image)) == 1


def test_a_doubtful_record_without_its_picture_becomes_none(house: House) -> None:
    house.writer.append([house.image(place=False), house.event("Front Door", MOVING)])
    house.kill_writer()
    before = REGISTRY.get_sample_value("intake_records_without_picture_total") or 0
    assert house.drain.drain() == 2
    assert house.rows(image) == []
    assert len(house.rows(event)) == 1
    assert REGISTRY.get_sample_value("intake_records_without_picture_total") == before + 1


@pytest.mark.parametrize("content", [b"", DATA[:100], bytes(len(DATA))])
def test_a_picture_that_a_power_cut_tore_is_taken_away_with_its_record(house: House, content: bytes) -> None:
    torn = house.image()
    whole = house.image()
    house.writer.append([torn, whole])
    house.media.path(torn["path"]).write_bytes(content)
    house.kill_writer()
    house.drain.drain()
    assert [row.id for row in house.rows(image)] == [whole["id"]]
    assert not house.media.holds(torn["path"])
    assert house.media.holds(whole["path"])


def test_zeros_at_the_end_of_a_segment_close_no_group(house: House) -> None:
    house.writer.append([house.image(place=False)])
    segment = next(house.spool.glob("*.spool"))
    segment.write_bytes(segment.read_bytes() + bytes(4096))
    house.kill_writer()
    house.drain.drain()
    assert house.rows(image) == []


def test_a_record_that_does_not_fit_is_set_aside_and_holds_up_nothing(house: House) -> None:
    bad = [
        house.image(sha256="no hash"),
        house.image("x" * 300, place=False),
        house.image(width=-1),
        {"kind": "image", "id": "x"},
    ]
    good = [house.image("Back Door"), house.event("Front Door", MOVING)]
    house.put(bad[0], good[0], bad[1], good[1], *bad[2:])
    assert house.drain.drain() == 6
    assert [row.id for row in house.rows(image)] == [good[0]["id"]]
    assert [row.id for row in house.rows(event)] == [good[1]["id"]]
    kept = [json.loads(line) for line in (house.spool / MISFITS).read_text().splitlines()]
    assert kept == bad
    assert house.drain.drain() == 0
    assert len(house.rung) == 2


def test_a_database_that_is_away_loses_nothing(house: House, migrated: MariaDb, tmp_path: Path) -> None:
    settings = migrated.settings(data_dir=tmp_path).model_copy(update={"db_port": free_port()})
    house.put(house.image())
    away = Drain(SpoolReader(house.spool), house.media, connect(settings), house.clock, lambda *_: None)
    with pytest.raises(Away):
        away.drain()
    assert house.drain.drain() == 1
    assert len(house.rows(image)) == 1


def test_a_node_adopts_its_cameras_whichever_speaks_first(house: House) -> None:
    house.put(house.image("Driveway RPiCam7"), house.image("Drive Shed"), house.beat("Driveway"))
    house.drain.drain()
    house.put(house.image("Driveway Gate"), house.image("Driveway"), house.event("Driveway RPiCam7", MOVING))
    house.drain.drain()
    of = {source: one.node_id for source, one in house.cameras().items()}
    assert of == {
        "Driveway RPiCam7": "driveway",
        "Drive Shed": None,
        "Driveway Gate": "driveway",
        "Driveway": "driveway",
    }
    assert house.rows(event)[0].node_id == "driveway"


def test_names_with_one_slug_are_two_cameras(house: House) -> None:
    house.put(house.image("Front Door"), house.image("front-door"), house.image("日本"), house.image("中国"))
    house.drain.drain()
    assert {one.id for one in house.cameras().values()} == {"front-door", "front-door-2", "unnamed", "unnamed-2"}


def test_a_restart_leaves_its_facts_with_the_node(house: House) -> None:
    facts: dict[str, str | int | None] = {"host": "pi4", "system": "RPi", "address": "192.168.1.7", "memory_mb": 3800}
    house.put(house.event("Driveway", Happening("restart", "node", "pi4", facts=facts)))
    house.drain.drain()
    one = house.nodes()["Driveway"]
    assert (one.host, one.system, one.address, one.memory_mb) == ("pi4", "RPi", "192.168.1.7", 3800)
    assert one.restarted_at == NOON + timedelta(seconds=1)


def test_who_spoke_is_noted_with_the_newest_moment(house: House) -> None:
    house.put(house.beat("Driveway"), house.image("Driveway Gate"))
    house.drain.drain()
    house.put(*[house.image("Driveway Gate") for _ in range(3)])
    house.drain.drain()
    assert house.cameras()["Driveway Gate"].last_seen_at == house.clock.now()
    assert house.nodes()["Driveway"].last_seen_at == house.clock.now()


def test_the_first_word_after_a_silence_is_an_event(house: House) -> None:
    house.put(house.image())
    house.drain.drain()
    house.clock.pass_by(600)
    with house.engine.begin() as connection:
        assert camera.mark_silent(connection, "front-door", house.clock.now())
    house.put(house.image())
    house.drain.drain()
    assert [row.kind for row in house.rows(event)] == ["camera_back"]
    assert [bell.kind for bell in house.rung if isinstance(bell, EventNew)] == ["camera_back"]
    assert house.cameras()["Front Door"].silent_since is None


def test_an_event_of_the_hub_itself_is_nobodys(house: House) -> None:
    house.put(house.event("Stranger", Happening("too_many_names", "hub", "a new name is refused")))
    house.drain.drain()
    (row,) = house.rows(event)
    assert (row.camera_id, row.node_id) == (None, None)
    assert not house.cameras()
    assert not house.nodes()


def test_an_event_that_may_be_of_either_goes_to_the_camera_where_there_is_one(house: House) -> None:
    either = Happening("jam", "either", "x")
    house.put(house.image("Front Door"), house.event("Front Door", either), house.event("Cellar", either))
    house.drain.drain()
    assert [(row.camera_id, row.node_id) for row in house.rows(event)] == [("front-door", None), (None, "cellar")]


@pytest.mark.parametrize(
    ("source", "happening", "waits"),
    [
        ("Driveway RPiCam7", Happening("motion", "camera", "moving"), True),
        ("Driveway RPiCam7", Happening("light", "camera", "dark"), True),
        ("Driveway RPiCam7", Happening("snow", "camera", "falling"), False),
        ("Driveway", Happening("temperature", "node", "21 C", value=21.0, unit="C"), False),
    ],
)
def test_rules_have_to_say_what_motion_and_light_at_a_camera_lead_to(
    house: House, source: str, happening: Happening, waits: bool
) -> None:
    house.put(house.event(source, happening))
    house.drain.drain()
    (row,) = house.rows(event)
    assert (row.undecided_since == row.stored_at) is waits


def test_a_heartbeat_is_no_event(house: House) -> None:
    house.put(house.beat("Driveway"))
    house.drain.drain()
    assert house.rows(event) == []
    assert house.nodes()["Driveway"].last_seen_at == house.clock.now()


def test_an_intakes_own_kind_of_record_is_written_in_the_same_transaction_and_rung_for(house: House) -> None:
    seen: list[list[str]] = []

    def write(connection: Connection, speakers: Speakers, records: Sequence[Record]) -> list[Message]:
        seen.append([one["text"] for one in records])
        return [
            ImageNew.make(house.clock, "test", image_id=new_id(), camera_id="x", captured_at=NOON, received_at=NOON)
        ]

    house.drain = Drain(
        SpoolReader(house.spool), house.media, house.engine, house.clock, house._ring, {"shelved": write}
    )
    own = [{"kind": "shelved", "id": new_id(), "text": text} for text in ("one", "two")]
    house.put(own[0], house.image(), own[1])
    house.drain.drain()
    assert seen == [["one", "two"]]
    assert len(house.rung) == 2


def test_a_file_of_another_kind_that_was_cut_off_by_a_kill_is_not_written(house: House) -> None:
    seen: list[str] = []

    def write(connection: Connection, speakers: Speakers, records: Sequence[Record]) -> list[Message]:
        seen.extend(one["path"] for one in records)
        return []

    house.drain = Drain(
        SpoolReader(house.spool), house.media, house.engine, house.clock, house._ring, {"shelved": write}
    )
    whole = house.image() | {"kind": "shelved"}
    cut = house.image() | {"kind": "shelved", "sha256": "0" * 64}
    house.writer.append([whole, cut])
    house.kill_writer()
    house.drain.drain()
    assert seen == [whole["path"]]
    assert not house.media.holds(cut["path"])
