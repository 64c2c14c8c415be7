"""The recorder as a process: with a real camera, MariaDB, broker, ffmpeg."""

import signal
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from services.core.clock import SystemClock
from services.core.ids import new_id
from services.core.recording_messages import ClipReady, SegmentNew
from services.core.settings import Settings
from services.recorder.probe import look
from services.store import clip
from services.store.clip import Wish
from services.store.recording_tables import clip as clips
from services.store.recording_tables import reach
from services.store.recording_tables import segment as segments
from services.store.segment import Segment
from services.store.tables import event, image
from tests.ear import Ear
from tests.peers import MariaDb, Mosquitto, wait_until
from tests.processes import process
from tests.recorder.cameras import ACCOUNT, PASSWORD, RtspServer
from tests.recorder.test_recording import processes
from tests.store.recordings import recorded_camera

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
CLOCK = SystemClock()
MODULE = "services.recorder"
SETTINGS = {"HEARTHWATCH_RECORDER_SEGMENT_S": "4", "HEARTHWATCH_CLIP_AFTER_S": "2"}


@pytest.fixture
def house(migrated: MariaDb, mosquitto: Mosquitto, tmp_path: Path) -> Settings:
    """Settings with the session's servers and a base topic of the test's own."""
    return migrated.settings(data_dir=tmp_path, mqtt_port=mosquitto.port, mqtt_base_topic=f"t{new_id()[-12:]}")


def stored(engine: Engine) -> list[Segment]:
    with engine.connect() as connection:
        rows = connection.execute(select(segments).order_by(segments.c.began_at))
        return [Segment(**row._mapping) for row in rows]


def at_work(house: Settings, camera_id: str = "yard") -> list[Path]:
    return list((house.media / "recordings" / ".work" / camera_id).glob("*/*.mp4"))


def test_it_records_looks_for_motion_and_cuts_and_loses_nothing_when_it_is_killed(
    engine: Engine, house: Settings, cameras: RtspServer
) -> None:
    recorded_camera(engine, stream_url=cameras.url("auth"), account=ACCOUNT, password=PASSWORD)
    with Ear(house, [ClipReady, SegmentNew]) as ear:
        with process(house, MODULE, **SETTINGS) as child:
            ear.wait(SegmentNew, 2)
            wait_until(lambda: any(one.stat().st_size > 10_000 for one in at_work(house)), "a fragment of the next one")
            child.send_signal(signal.SIGKILL)
            child.wait(20)
        wait_until(lambda: not processes(f"{house.media}/recordings"), "the end of its children")
        cut_off = {one.name for one in at_work(house)}
        assert cut_off
        with process(house, MODULE, **SETTINGS) as child:
            wait_until(lambda: any(not one.whole for one in stored(engine)), "what the killed one had recorded")
            count = len(stored(engine))
            wait_until(lambda: len(stored(engine)) >= count + 2, "the next ones")
            ask_for_a_clip(engine)
            wait_until(lambda: look_at_motion(engine), "motion, and a picture of it")
            assert ear.wait(ClipReady, seconds=40)[0].outcome == "ready"
            child.terminate()
            assert child.wait(30) == 0
    assert at_work(house) == [], "the last one was filed at the end"
    assert len(without_row(engine, house)) <= 1, "what was filed last may wait in the spool for the next start"
    for one in stored(engine):
        film = look(house.media / one.path)
        assert film
        assert film.bytes == one.bytes
    log = (house.data_dir / "log").read_text()
    assert not any(secret in log for secret in (PASSWORD, "pa%3Ass", f":{cameras.port}"))


def ask_for_a_clip(engine: Engine) -> None:
    now = CLOCK.now()
    with engine.begin() as connection:
        clip.want(connection, Wish("yard", "asked", now - timedelta(seconds=3), now, now), now)


def without_row(engine: Engine, house: Settings) -> set[str]:
    files = {str(one.relative_to(house.media)) for one in house.media.glob("recordings/2*/*Z.mp4")}
    return files - {one.path for one in stored(engine)}


def look_at_motion(engine: Engine) -> bool:
    with engine.connect() as connection:
        happened = connection.execute(select(event.c.detail).where(event.c.kind == "motion")).all()
        pictures = connection.execute(select(image.c.id).where(image.c.camera_id == "yard")).all()
        states = connection.scalars(select(reach.c.state)).all()
        wanted = connection.execute(select(clips.c.id)).all()
    return bool(happened and pictures and wanted) and states == ["ok"]
