"""`/health`."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask_login import current_user

from flaskapp.camera.reach_words import unwell
from flaskapp.gallery import Gallery, gallery
from flaskapp.guard import OWNERS
from flaskapp.health import disk, keeping, tabs, verdict
from flaskapp.health.board import CALLED, EXPECTED, INTAKES, PAGES
from flaskapp.text import in_words
from services.store import backlog, camera, reach, retention

PATIENCE = timedelta(seconds=15)
"""What waits for less is on its way."""
blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def page() -> str:
    """One sentence, then what waits, what is late, what is full."""
    home = gallery()
    facts = gather(home)
    found = verdict.findings(facts, in_words)
    return render_template(
        "health/page.html",
        facts=facts,
        findings=found,
        headline=verdict.headline(facts, found),
        services=home.board.all(),
        does=EXPECTED,
        called=CALLED,
        pages={name: page for name, page in PAGES.items() if current_user.owner or page not in OWNERS},
    )


def gather(home: Gallery) -> verdict.Facts:
    """All that the page says, none of it read from a whole table."""
    now, board = home.now(), home.board
    with home.engine.connect() as connection:
        cameras = camera.all_cameras(connection)
        rate = home.rate.get(connection, now)
        wrong = unwell(reach.all_reaches(connection).values())
        return verdict.Facts(
            for_plan=backlog.for_plan(connection, now - PATIENCE),
            for_detector=backlog.for_detector(connection, now - PATIENCE),
            for_verdict=backlog.for_verdict(connection, now - PATIENCE),
            for_happening=backlog.for_happening(connection, now - PATIENCE),
            failed_today=backlog.failed_since(connection, now - timedelta(days=1)),
            silent=[one for one in cameras if one.silent_since],
            cameras=len(cameras),
            disk=disk.look(home.media.root, rate),
            broker=home.bus.connected(),
            missing=board.missing(),
            late_replies=board.figure("hub", "late_replies"),
            refused=board.figure("hub", "refused"),
            spool_bytes=sum(board.figure(one, "spool_bytes") for one in INTAKES),
            tabs=tabs.read(home.settings.data_dir),
            unreached=[(one.name, wrong[one.id]) for one in cameras if one.id in wrong],
            kept=keeping.told(retention.ages(home.settings), retention.expired(connection)),
        )
