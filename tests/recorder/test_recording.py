"""With a real RTSP server and a real ffmpeg. Cameras are recorded side by side, to save the time of each."""

import signal
import subprocess
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from services.core.media import Media
from services.recorder.probe import look
from tests.peers import wait_until
from tests.recorder.cameras import ACCOUNT, PASSWORD, House, RtspServer, spans, stream

FRAME, SLOW_FRAME = timedelta(seconds=0.11), timedelta(seconds=1.1)
GOOD = ("h264", "aac", "h265", "mjpeg", "slow", "between")
BAD = {"nothing": "missing", "broken": "broken"}


def processes(needle: str) -> list[int]:
    """Those whose command line holds it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if needle in line:
            found.append(int(entry.name))
    return found


def test_every_kind_of_stream_is_recorded_in_contiguous_segments(cameras: RtspServer, media_folder: Path) -> None:
    house = House(media_folder)
    for name in (*GOOD, *BAD):
        house.record(stream(cameras.url(name), name))
    house.record(stream(cameras.url("h264"), "udp", transport="udp"))
    house.record(stream(cameras.url("auth"), "auth", account=ACCOUNT, password=PASSWORD))
    house.record(stream(cameras.url("auth"), "stranger", account=ACCOUNT, password="wrong"))
    good = (*GOOD, "udp", "auth")
    wait_until(lambda: all(len(house.of(name)) >= 3 for name in good), "three segments of each")
    lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in processes(str(media_folder))]
    house.stop()
    assert lines
    assert not any(secret in line for line in lines for secret in (b"pa:ss", b"pa%3Ass", b"rtsp://"))
    for name in good:
        assert house.states(name) == ["ok"], name
        times = spans(house.of(name))
        for (_, ended), (began, _) in pairwise(times):
            assert abs(began - ended) < (SLOW_FRAME if name == "slow" else FRAME), name
        for one, (began, ended) in zip(house.of(name), times, strict=True):
            film = look(Media(media_folder).path(one["path"]))
            assert film
            assert abs(film.seconds - (ended - began).total_seconds()) < (1.5 if name == "slow" else 0.5), name
            assert one["whole"], "the last one was finished at the end too"
    assert {name: house.of(name)[0]["video"] for name in ("h264", "h265", "mjpeg")} == {
        "h264": "h264",
        "h265": "hevc",
        "mjpeg": "mjpeg",
    }
    assert {one["audio"] for one in house.of("aac")} == {"aac"}
    assert {name: house.states(name) for name in BAD} == {name: [state] for name, state in BAD.items()}
    assert house.states("stranger") == ["refused"]
    assert processes(str(media_folder)) == []


def test_what_stalls_or_is_killed_is_filed_and_begun_again(cameras: RtspServer, media_folder: Path) -> None:
    house = House(media_folder, segment_s=60, stall_s=4)
    house.record(stream(cameras.url("stall"), "stall"))
    victim = house.record(stream(cameras.url("h264"), "victim"))
    wait_until(lambda: (now := victim.growing()) and now.path.stat().st_size > 20_000, "a fragment")
    (killed,) = processes(f"{media_folder}/recordings/.work/victim")
    subprocess.run(["kill", f"-{signal.SIGKILL.value}", str(killed)], check=True)
    # The clock may have cut one more just before.
    wait_until(lambda: [one for one in house.of("victim") if not one["whole"]], "what the killed one had recorded")
    for one in house.of("victim"):
        assert look(Media(media_folder).path(one["path"]))
    wait_until(lambda: house.states("victim") == ["ok", "cut_off", "ok"], "the next start")
    wait_until(lambda: "stalled" in house.states("stall"), "the watchdog")
    wait_until(lambda: house.of("stall"), "what there was before the camera fell silent")
    house.stop()


def test_with_the_disk_full_recording_pauses(cameras: RtspServer, media_folder: Path) -> None:
    house = House(media_folder, segment_s=60)
    recording = house.record(stream(cameras.url("h264")))
    wait_until(lambda: house.states("yard") == ["ok"], "the start")
    house.room.clear()
    wait_until(lambda: house.of("yard") and recording.growing() is None, "the pause")
    assert house.of("yard")[0]["whole"]
    house.room.set()
    wait_until(recording.growing, "the next start")
    house.stop()
    assert house.states("yard") == ["ok"]


def test_live_video_is_written_beside_the_segments_and_begun_anew_with_each_run(
    cameras: RtspServer, media_folder: Path
) -> None:
    left = media_folder / "live" / "yard" / "init.mp4"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"of an earlier run")
    house = House(media_folder, live=True)
    house.record(stream(cameras.url("aac")))
    playlist = left.parent / "index.m3u8"
    wait_until(lambda: playlist.exists() and playlist.read_text().count("#EXTINF") >= 3, "three pieces")
    names = [line for line in playlist.read_text().splitlines() if not line.startswith("#")]
    whole = left.read_bytes() + b"".join((left.parent / name).read_bytes() for name in names)
    house.stop()
    assert "#EXT-X-ENDLIST" not in playlist.read_text()
    (media_folder / "joined.mp4").write_bytes(whole)
    film = look(media_folder / "joined.mp4")
    assert film
    assert (film.video, film.audio) == ("h264", "aac")
    assert film.seconds > 4
    assert len(list(left.parent.iterdir())) < 12, "old pieces go"
    assert house.of("yard"), "segments are recorded as ever"
