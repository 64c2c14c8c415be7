"""`/detector`."""

from datetime import timedelta

from flask import Blueprint, render_template

from flaskapp.detector.pace import fall_backs, paces
from flaskapp.detector.verdict import took, verdict
from flaskapp.gallery import gallery
from flaskapp.text import in_words
from services.store import backlog, camera, detector_log

PATIENCE = timedelta(seconds=15)
"""What waits for less is on its way."""
HOUR, DAY, MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
blueprint = Blueprint("detector", __name__)
blueprint.add_app_template_filter(took, "took")


@blueprint.get("/detector")
def page() -> str:
    """One sentence, then pace, queue, stand-ins, what was put right, and what was dropped."""
    home = gallery()
    now, copies = home.now(), [one for one in home.board.all() if one.service == "detector"]
    with home.engine.connect() as connection:
        looked = detector_log.looked_at(connection, now - DAY)
        hour = paces(one for one in looked if one.captured_at >= now - HOUR)
        waiting = backlog.for_detector(connection, now - PATIENCE)
        return render_template(
            "detector/page.html",
            verdict=verdict(waiting, hour, any(one.online for one in copies), in_words),
            waiting=waiting,
            copies=copies,
            hour={(one.model, one.version): one for one in hour},
            day=paces(looked),
            sampled=len(looked) == detector_log.PICTURES,
            fall_backs=fall_backs(looked),
            accuracy=detector_log.accuracy(connection, now - MONTH),
            sample=detector_log.SAMPLE,
            dropped=detector_log.dropped(connection, now - DAY),
            names={one.id: one.name for one in camera.all_cameras(connection)},
        )
