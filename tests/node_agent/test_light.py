"""Light and dark."""

from node_agent.config import LightSettings
from node_agent.frames import small_grey
from node_agent.light import LightDetector
from tests.node_agent.staging import scene


def states(settings: dict[str, object], levels: list[int]) -> list[str | None]:
    detector = LightDetector(LightSettings.model_validate(settings))
    return [detector.look(small_grey(scene(level))) for level in levels]


def test_it_says_lighted_and_dark_after_min_frames_each() -> None:
    found = states({"threshold": 100, "min_frames": 2}, [20, 20, 200, 200, 200, 20, 20])
    assert found == [None, "dark", None, "lighted", None, None, "dark"]


def test_the_threshold_itself_is_dark() -> None:
    assert states({"threshold": 100, "min_frames": 1}, [100]) == ["dark"]
    assert states({"threshold": 99, "min_frames": 1}, [100]) == ["lighted"]


def test_only_the_region_counts() -> None:
    detector = LightDetector(LightSettings.model_validate({"ROI": "(0,0),(25,25)", "min_frames": 1}))
    assert detector.look(small_grey(scene(level=20, square=(0, 0, 90)))) == "lighted"
