"""`/rules/if`: what would happen if something triggered?"""

from flask import Blueprint, render_template, request

from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from flaskapp.rule import asking, choices
from flaskapp.rule.sentence import Names, done
from services.core.camera_events import DETAILS
from services.core.rule_messages import AnswerRules

blueprint = Blueprint("trying", __name__)


@blueprint.get("/rules/if")
def page() -> str | tuple[str, int]:
    """The form; with `what`, also Node-RED's answer (`look` only shows what else can be said). Nothing is done."""
    home, sent = gallery(), asking.typed(request.args)
    with home.engine.connect() as connection:
        offered = choices.read(connection)
    mistakes, answer = {}, None
    asked = "what" in request.args and "look" not in request.args
    if asked:
        try:
            question = asking.question(sent, request.args.getlist("zone"), offered, home)
            answer = home.answers.to(question, home.bus)
        except Mistakes as wrong:
            mistakes = dict(wrong.by_field)
    shown = render_template(
        "rule/if.html",
        sent=sent,
        zones=request.args.getlist("zone"),
        offered=offered,
        places=asking.places(offered),
        asked=asked,
        answer=answer,
        said=_said(answer, offered.names) if answer else {},
        mistakes=mistakes,
        moments=asking.moments(sent.what, offered),
        standings=asking.WORDS,
        details=DETAILS,
    )
    return (shown, 422) if mistakes else shown


def _said(answer: AnswerRules, names: Names) -> dict[str, str]:
    """What each rule that listens would do, by its id."""
    return {one.link_id: done([action.model_dump() for action in one.actions], names) for one in answer.links}
