import threading
from dataclasses import replace
from typing import Any, cast

from services.recorder.recording import Growing, Recording
from services.recorder.roster import Roster
from services.store.stream import Stream
from tests.peers import wait_until
from tests.recorder.cameras import stream


class Work:
    """Stands for a recording or a watch: what it was given, and whether it works."""

    def __init__(self, one: Stream) -> None:
        self.stream = one
        self.pauses: list[float] = []
        self.works = False
        self.looks_closer = False
        self.cost_percent = 1.5

    def work(self, stopping: threading.Event, first_pause_s: float = 0.0) -> None:
        self.pauses.append(first_pause_s)
        self.works = True
        stopping.wait()
        self.works = False

    def look_closer(self, stopping: threading.Event) -> None:
        self.looks_closer = True
        stopping.wait()
        self.looks_closer = False

    def growing(self) -> Growing | None:
        return None


class House:
    def __init__(self) -> None:
        self.recordings: list[Work] = []
        self.watches: list[Work] = []
        self.roster = Roster(self._record, self._watch)

    def _record(self, one: Stream) -> Recording:
        self.recordings.append(Work(one))
        return cast("Recording", self.recordings[-1])

    def _watch(self, one: Stream) -> Any:
        self.watches.append(Work(one))
        return self.watches[-1]


def yard(camera_id: str = "yard", **values: Any) -> Stream:
    return stream("rtsp://10.0.0.5/live", camera_id, **values)


def test_cameras_begin_one_after_the_other_and_only_with_what_is_wanted() -> None:
    house = House()
    house.roster.follow([yard("a"), yard("b", watches=False), yard("c", records=False, substream_url="rtsp://h/s")])
    wait_until(lambda: all(one.works for one in (*house.recordings, *house.watches)), "all of them")
    assert [one.stream.camera_id for one in house.recordings] == ["a", "b"]
    assert [one.stream.camera_id for one in house.watches] == ["a", "c"]
    assert [one.looks_closer for one in house.watches] == [False, True]
    assert len({pause for one in (*house.recordings, *house.watches) for pause in one.pauses}) == 4
    assert house.roster.recorded() == {"a", "b"}
    assert house.roster.cost_percent() == 3
    house.roster.end()
    assert not any(one.works for one in (*house.recordings, *house.watches))


def test_a_camera_whose_address_changed_begins_anew_and_others_go_on() -> None:
    house = House()
    first, other = yard(), yard("other")
    assert house.roster.follow([first, other]) == []
    assert house.roster.follow([first, other]) == []
    assert house.roster.follow([replace(first, password="new"), other]) == []
    assert [one.stream.camera_id for one in house.recordings] == ["yard", "other", "yard"]
    assert house.roster.follow([other]) == ["yard"]
    assert house.roster.recorded() == {"other"}
    house.roster.end()
