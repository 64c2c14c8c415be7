"""`/alerts`."""

from flask import Blueprint, render_template, request

from flaskapp.alert import telling_words
from flaskapp.alert.grouping import CHOICES, OF_PERSON, OUTCOMES, grouped
from flaskapp.gallery import gallery
from flaskapp.paging import wanted_place
from services.store import album, alert_log, camera, keyset, person, telling
from services.store.alert_log import Wanted

READ = 400
PAGE = 30
FILTERS = ("camera", "person", "outcome")
blueprint = Blueprint("alert", __name__)


@blueprint.get("/alerts")
def page() -> str:
    """One row a decision, newest first; with `before`, only what follows that place."""
    home, before = gallery(), wanted_place()
    chosen = {name: request.args.get(name) or None for name in FILTERS}
    choices = OF_PERSON if chosen["person"] else CHOICES
    wanted = Wanted(chosen["camera"], chosen["person"], choices.get(chosen["outcome"] or "", ("", ()))[1])
    with home.engine.connect() as connection:
        decisions = alert_log.older(connection, wanted, before, READ)
        groups = grouped(decisions, PAGE)
        ids = [group.head.id for group in groups]
        deliveries = alert_log.deliveries(connection, ids)
        people = person.all_people(connection)
        context = {
            "whole": alert_log.whole(connection, ids),
            "boxes": album.boxes(connection, [group.head.image_id for group in groups if group.head.image_id]),
            "deliveries": deliveries,
            "attempts": alert_log.attempts(connection, [one.id for some in deliveries.values() for one in some]),
            "tellings": telling.of(connection, ids),
            "names": {one.id: one.name for one in camera.all_cameras(connection)},
        }
    shown = sum(1 + len(group.more) for group in groups)
    last = decisions[shown - 1] if shown else None
    return render_template(
        "alert/more.html" if before else "alert/page.html",
        groups=groups,
        chosen=chosen,
        choices=choices,
        outcomes=OUTCOMES,
        people={one.id: one.name for one in people},
        words=telling_words,
        reaches=bool(people or (home.settings.smtp_host and home.settings.alert_email_to)),
        next=keyset.Place(last.decided_at, last.id)
        if last and (shown < len(decisions) or len(decisions) == READ)
        else None,
        **context,
    )
