"""Makes the watch of a stream, with what people have masked of its view."""

from collections.abc import Callable

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.settings import Settings
from services.intake.acceptor import Note, Picture
from services.recorder.motion import Gate, Rules
from services.recorder.verdict import Verdict
from services.recorder.watching import Pace, Watching
from services.store import zone
from services.store.stream import Stream


def open_watch(
    stream: Stream,
    settings: Settings,
    clock: Clock,
    engine: Engine,
    hand_in: Callable[[Picture | Note], None],
    say: Callable[[str, Verdict], None],
) -> Watching:
    """A watch that has not begun. A mask for every label hides its part of the view from it."""
    with engine.connect() as connection:
        shapes = zone.of_camera(connection, stream.camera_id)
    masks = [one.points for one in shapes if one.kind == zone.MASK and one.labels is None]
    rules = Rules(settings.recorder_motion_area_percent, settings.recorder_motion_contrast)
    pace = Pace(
        settings.recorder_picture_every_s,
        settings.recorder_watch_fps,
        settings.recorder_stall_s,
        settings.recorder_options,
    )
    return Watching(stream, Gate(rules, masks), pace, clock, hand_in, say)
