"""What is asked of the rows, a range of images at a time."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from services.core.clock import Clock
from services.keeper.doctor.finding import Check
from services.store import doctor, doctor_alerts, doctor_plates, doctor_sightings
from services.store.doctor import Imageless, Span

Question = Callable[[Connection, Span], list[str]]
AlertQuestion = Callable[[Connection, Span | Imageless], list[str]]
OURS = "this is a fault of ours: keep the logs and report it"


ALERTS: Mapping[Check, AlertQuestion] = {
    Check(4, "reasons_missing", "decisions do not say why", OURS): doctor_alerts.reasons_missing,
    Check(
        4, "told_without_delivery", "decisions count as told although no channel accepted", OURS
    ): doctor_alerts.told_without_delivery,
    Check(
        4, "not_told_but_delivered", "decisions not to tell have a delivery", OURS
    ): doctor_alerts.not_told_but_delivered,
    Check(
        4, "ended_wrongly", "decisions ended in another way than their deliveries", "start the notifier; " + OURS
    ): doctor_alerts.ended_wrongly,
    Check(4, "tries_askew", "deliveries have not one attempt row for each try", OURS): doctor_alerts.tries_askew,
    Check(
        4, "accepted_askew", "deliveries were sent without acceptance, or accepted more or less than once", OURS
    ): doctor_alerts.accepted_askew,
    Check(
        4,
        "telling_askew",
        "people were told in another way than the deliveries to them say",
        "start the notifier; " + OURS,
    ): doctor_alerts.tellings_askew,
}
"""Those about decisions, which may also be about no image."""


def questions(clock: Clock) -> Mapping[Check, Question]:
    """Every check of rows, with the question that answers it: the ids of what is wrong."""
    return {
        Check(3, "claim_askew", "images have a claim that does not fit their state", OURS): doctor.claims_askew,
        Check(3, "step_askew", "images lack what their state stands for", OURS): doctor.steps_askew,
        Check(
            3, "detections_too_early", "images have detections although no look has ended", OURS
        ): doctor.detections_too_early,
        Check(
            3, "best_wrong", "images mark the wrong detection as best of its label", "repair marks them anew"
        ): doctor.best_wrong,
        Check(
            4, "nothing_found_unjudged", "images with nothing in them wait for a verdict", OURS
        ): doctor.nothing_found_unjudged,
        Check(
            4, "judged_without_decision", "images are settled although no decision says how", OURS
        ): doctor.judged_without_decision,
        Check(
            4, "arrival_askew", "images claim an arrival that is another image's", OURS
        ): doctor_sightings.arrivals_askew,
        Check(
            3, "plate_look_askew", "images have a look for plates that does not fit its state", OURS
        ): doctor_plates.looks_askew,
        Check(
            3, "plate_read_too_early", "images have plates although no look for them has ended", OURS
        ): doctor_plates.reads_too_early,
        **ALERTS,
        Check(
            5, "drop_without_reason", "images have a dropped detection without a reason", OURS
        ): doctor.drops_without_reason,
        Check(
            6,
            "times_askew",
            "images were stored before they came, or came in the future",
            "set the machine's clock (timedatectl)",
        ): lambda connection, span: doctor.times_askew(connection, span, clock.now()),
    }
