"""`/last`: the newest picture."""

from services.notifier.telegram.asked import Asked, Reply
from services.notifier.telegram.calls import ALBUM_MAX
from services.notifier.telegram.names import Named, the_one
from services.notifier.words import lasting, since
from services.store import album, camera

NOTHING = "There is no picture yet."


def last(asked: Asked) -> Reply:
    """Of the camera that is named; else of every camera that has one, the newest first. Raises `NotUnderstood`."""
    cameras = [Named(one.id, one.name) for one in camera.all_cameras(asked.connection)]
    newest = album.newest_of_each_camera(asked.connection)
    wanted = [the_one(asked.argument, cameras, "camera")] if asked.argument else cameras
    names = {one.id: one.name for one in wanted}
    found = sorted(
        (one for one in newest.values() if one.camera_id in names), key=lambda one: one.captured_at, reverse=True
    )[:ALBUM_MAX]
    if not found:
        return Reply(NOTHING)
    lines = (
        f"{names[one.camera_id]}: {asked.clock(one.captured_at)},"
        f" {lasting(since(one.captured_at, asked.now).total_seconds())} ago"
        for one in found
    )
    return Reply("\n".join(lines), [one.id for one in found])
