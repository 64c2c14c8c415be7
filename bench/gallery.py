"""How long the gallery takes for its pages with many pictures, and how much longer than with few.

A MariaDB of its own is filled with 10 000 pictures, every page is asked for, then older ones up to `--images` and the
same pages are asked for again. Time is the server's: from the request to the whole answer, without the network.
"""

import argparse
import json
import logging
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np
import structlog
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import Engine, text

from flaskapp import create_app
from services.core.bus import Bus
from services.core.ids import new_id
from services.core.settings import Settings
from services.store import user
from services.store.engine import connect
from services.store.keyset import Place
from services.store.migrate import migrate
from services.store.user import User
from tests.peers import MariaDb
from tests.pictures import HeldClock

FEW = 10_000
CAMERAS = 5
CHUNK = 100_000
ROUNDS = 5
WARM_UP = 3
GOAL_P95_MS = 50.0
GOAL_RATIO = 1.5
END = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
Page = Callable[[random.Random], str]

_ID = "CONCAT(LPAD(LOWER(HEX(seq)), 8, '0'), '-0000-7000-8000-{:012x}')"
_AT = f"TIMESTAMP('{END:%Y-%m-%d %H:%M:%S}') - INTERVAL ((:all - seq) * 3) SECOND"
_LABEL = "ELT(1 + (seq * 7 + {}) % 10, 'person','person','person','car','car','car','dog','cat','bicycle','truck')"
_CAMERA = f"CONCAT('camera-', seq % {CAMERAS})"
_ZONE = "CONCAT('00000000-0000-7000-8000-00000000004', {})"
# So many pictures of a camera in a row are one sighting; it has the number of the first of them.
_TOGETHER = 25
_BLOCK = _TOGETHER * CAMERAS
_LASTED = 3 * (_BLOCK - CAMERAS)
_SIGHTED = _ID.format(3).replace("seq", f"seq - (seq - 1) % {_BLOCK} + (seq - 1) % {CAMERAS}")
# Nine plates come every day, two thousand now and then.
_PLATE = "IF(seq % 2, CONCAT('KA000', seq DIV 9 % 9), CONCAT('MB', LPAD(seq * 37 % 2000, 4, '0')))"
_FILL = {
    "sighting": f"""
        INSERT INTO sighting (id, camera_id, label, began_at, arrived_at, last_seen_at, departed_at, images, x1, y1, x2,
            y2, first_image_id, arrival_image_id, last_image_id, best_image_id, best_score, departure_judged_at)
        SELECT {_ID.format(3)}, {_CAMERA}, {_LABEL.format(0)}, {_AT}, {_AT}, {_AT} + INTERVAL {_LASTED} SECOND,
            IF(seq + {2 * _BLOCK} > :all, NULL, {_AT} + INTERVAL {_LASTED} SECOND), {_TOGETHER}, 0.1, 0.1, 0.4, 0.6,
            {_ID.format(0)}, {_ID.format(0)}, {_ID.format(0)}, {_ID.format(0)}, 0.9, {_AT}
        FROM seq_{{first}}_to_{{last}} WHERE seq % {_BLOCK} BETWEEN 1 AND {CAMERAS}""",
    "image": f"""
        INSERT INTO image (id, camera_id, name, path, captured_at, received_at, stored_at, width, height, bytes, sha256,
            state, decided_at, attempts, detected_at, model, model_version, took_ms, judged_at)
        SELECT {_ID.format(0)}, {_CAMERA}, CONCAT(seq, '.jpg'), CONCAT('images/2026-11-20/', seq, '.jpg'), {_AT}, {_AT},
            {_AT}, 1920, 1080, 250000, LPAD(LOWER(HEX(seq)), 64, '0'), 'detected', {_AT}, 1, {_AT}, 'coco-ssd', '1', 60,
            {_AT}
        FROM seq_{{first}}_to_{{last}}""",
    "first detection": f"""
        INSERT INTO detection (image_id, ordinal, camera_id, captured_at, label, score, x1, y1, x2, y2, model,
            model_version, best, sighting_id, arrival, place)
        SELECT {_ID.format(0)}, 0, {_CAMERA}, {_AT}, {_LABEL.format(0)}, 0.9, 0.1, 0.1, 0.4, 0.6, 'coco-ssd', '1', 1,
            {_SIGHTED}, seq % {_BLOCK} BETWEEN 1 AND {CAMERAS}, (seq - 1) % {_BLOCK} DIV {CAMERAS} + 1
        FROM seq_{{first}}_to_{{last}}""",
    "second detection": f"""
        INSERT INTO detection (image_id, ordinal, camera_id, captured_at, label, score, x1, y1, x2, y2, model,
            model_version, best)
        SELECT {_ID.format(0)}, 1, {_CAMERA}, {_AT}, {_LABEL.format(3)}, 0.6, 0.5, 0.2, 0.8, 0.9, 'coco-ssd', '1',
            {_LABEL.format(0)} <> {_LABEL.format(3)}
        FROM seq_{{first}}_to_{{last}}""",
    "dropped detection": f"""
        INSERT INTO detection (image_id, ordinal, camera_id, captured_at, label, score, x1, y1, x2, y2, model,
            model_version, dropped_because)
        SELECT {_ID.format(0)}, 2, {_CAMERA}, {_AT}, {_LABEL.format(5)}, 0.3, 0.5, 0.2, 0.8, 0.9, 'coco-ssd', '1',
            IF(seq % 12 = 0, 'masked', 'below score')
        FROM seq_{{first}}_to_{{last}} WHERE seq % 4 = 0""",
    "detection in a zone": f"""
        INSERT INTO detection_zone (zone_id, captured_at, image_id, ordinal)
        SELECT {_ZONE.format(f"seq % {CAMERAS}")}, {_AT}, {_ID.format(0)}, 0
        FROM seq_{{first}}_to_{{last}} WHERE seq % 3 = 0""",
    "plate that was read": f"""
        INSERT INTO plate_read (image_id, ordinal, camera_id, captured_at, sighting_id, raw, text, folded, score, x1,
            y1, x2, y2)
        SELECT {_ID.format(0)}, 0, {_CAMERA}, {_AT}, {_SIGHTED}, {_PLATE}, {_PLATE}, {_PLATE}, 0.9, 0.2, 0.4, 0.3, 0.5
        FROM seq_{{first}}_to_{{last}} WHERE seq % 9 = 0""",
    "correction": f"""
        INSERT INTO correction (id, image_id, ordinal, model, label_before, label_after, user_id, corrected_at)
        SELECT {_ID.format(4)}, {_ID.format(0)}, 0, 'coco-ssd', {_LABEL.format(0)}, NULL, user.id, {_AT}
        FROM seq_{{first}}_to_{{last}} JOIN user WHERE seq % 1000 = 0""",
    "event": f"""
        INSERT INTO event (id, kind, camera_id, detail, happened_at, received_at, stored_at)
        SELECT {_ID.format(1)}, IF(seq % 50 = 0, 'camera_silent', 'motion'), {_CAMERA}, IF(seq % 2, 'moving', 'still'),
            {_AT}, {_AT}, {_AT}
        FROM seq_{{first}}_to_{{last}} WHERE seq % 5 < 2""",
    "decision": f"""
        INSERT INTO decision (id, image_id, camera_id, rule, outcome, labels, reasons, asked_at, decided_at, told_at)
        SELECT {_ID.format(2)}, {_ID.format(0)}, {_CAMERA}, 'alert-labels', IF(seq % 40 < 2, 'told', 'not_told'),
            '[{{{{"label": "person", "score": 0.9}}}}]', CONCAT('["told ', seq % 300, ' s ago"]'), {_AT}, {_AT},
            IF(seq % 40 < 2, {_AT}, NULL)
        FROM seq_{{first}}_to_{{last}} WHERE seq % 3 = 0""",
}
_TABLES = "image, detection, detection_zone, sighting, plate_read, correction, event, decision"


def main(argv: Sequence[str]) -> int:
    """Runs the benchmark and prints the figures: 0; 1 when a goal is missed and `--strict` is given."""
    options = _parser().parse_args(argv)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="hearthwatch-bench-") as folder, MariaDb(Path(folder)) as server:
        figures = run(server, Path(folder), options.images, options.requests)
    print(json.dumps(figures) if options.json else in_words(figures))
    missed = float(str(figures["p95_ms"])) > GOAL_P95_MS or float(str(figures["ratio_to_10k"])) > GOAL_RATIO
    return int(options.strict and missed)


def run(server: MariaDb, folder: Path, images: int, requests: int) -> dict[str, object]:
    """Fills, measures, fills on, measures again; the figures of DESIGN section 9."""
    settings = server.settings(data_dir=folder, gallery_secret_key=SecretStr("bench"), time_zone="UTC")
    migrate(settings)
    engine = connect(settings)
    client = browser(settings, engine)
    few = min(FEW, images)
    # The newest first: a page about the last day then has the same to show before and after.
    older = images - few
    fill(engine, older + 1, images, images)
    before = measure(client, pages(engine, older + 1, images), requests)
    began = perf_counter()
    fill(engine, 1, older, images)
    filled_s = perf_counter() - began
    after = measure(client, pages(engine, 1, images), requests)
    engine.dispose()
    return summary(images, filled_s, before, after)


def browser(settings: Settings, engine: Engine) -> FlaskClient:
    """A signed-in browser on the gallery, without network between them."""
    clock = HeldClock(END)
    app = create_app(settings, engine, clock, Bus(settings, "gallery", clock, durable=False))
    made = User(new_id(), "bench", "$argon2id$none", "owner", 0, clock.now(), None)
    with engine.begin() as connection:
        user.create(connection, made)
        for number in range(CAMERAS):
            connection.execute(
                text("INSERT INTO camera (id, source, name, created_at) VALUES (:id, :id, :id, NOW(6))"),
                {"id": f"camera-{number}"},
            )
        connection.execute(
            text(
                "INSERT INTO zone (id, camera_id, kind, name, points, created_at) "
                f"SELECT {_ZONE.format('RIGHT(id, 1)')}, id, 'zone', 'Drive', '[[0,0],[1,0],[1,1]]', NOW(6) FROM camera"
            )
        )
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    with client.session_transaction() as session:
        session["_user_id"] = f"{made.id}:0"
    return client


def fill(engine: Engine, first: int, last: int, images: int) -> None:
    """Pictures `first` to `last` of `images` with all that is known of them; the last is of now."""
    for start in range(first, last + 1, CHUNK):
        with engine.begin() as connection:
            for statement in _FILL.values():
                part = statement.format(first=start, last=min(last, start + CHUNK - 1))
                connection.execute(text(part), {"all": images})
    with engine.begin() as connection:
        connection.execute(text(f"ANALYZE TABLE {_TABLES}"))


def pages(engine: Engine, first: int, last: int) -> dict[str, Page]:
    """The pages that are asked for, of pictures `first` to `last`; each picks its own camera, label or depth."""
    with engine.connect() as connection:
        oldest, newest = connection.execute(text("SELECT MIN(captured_at), MAX(captured_at) FROM image")).one()
    start, span = oldest.replace(tzinfo=UTC), (newest - oldest).total_seconds()

    def deep(dice: random.Random) -> Place:
        return Place(start + timedelta(seconds=span * dice.uniform(0.05, 0.95)), "0")

    def label(dice: random.Random) -> str:
        return dice.choice(("person", "car", "truck"))

    def zone(dice: random.Random) -> str:
        return f"00000000-0000-7000-8000-00000000004{dice.randrange(CAMERAS)}"

    def sighting(dice: random.Random) -> str:
        number = (
            1 + _BLOCK * dice.randrange(-(-(first - 1) // _BLOCK), 1 + (last - 1) // _BLOCK) + dice.randrange(CAMERAS)
        )
        return f"{number:08x}-0000-7000-8000-000000000003"

    def plate(dice: random.Random) -> str:
        return f"KA000{dice.randrange(9)}"

    def camera(dice: random.Random) -> str:
        return f"camera-{dice.randrange(CAMERAS)}"

    return {
        "live": lambda _: "/",
        "pictures": lambda _: "/pictures",
        "by_label": lambda dice: f"/pictures?label={label(dice)}",
        "by_camera_and_label": lambda dice: f"/pictures?camera={camera(dice)}&label={label(dice)}",
        "deep": lambda dice: f"/pictures?before={deep(dice)}",
        "deep_by_label": lambda dice: f"/pictures?label={label(dice)}&before={deep(dice)}",
        "by_zone": lambda dice: f"/pictures?zone={zone(dice)}",
        "deep_by_zone_and_label": lambda dice: f"/pictures?zone={zone(dice)}&label={label(dice)}&before={deep(dice)}",
        "by_zone_and_label_never_there": lambda dice: f"/pictures?zone={zone(dice)}&label=zebra",
        "by_plate": lambda dice: f"/pictures?plate={plate(dice)}",
        "by_part_of_plate": lambda dice: f"/pictures?plate={dice.choice(('A00', 'MB0', 'B01'))}",
        "by_sighting": lambda dice: f"/pictures?sighting={sighting(dice)}",
        "by_dropped": lambda dice: f"/pictures?dropped=masked&camera={camera(dice)}",
        "sightings": lambda dice: f"/sightings?before={deep(dice)}",
        "sightings_by_camera_and_label": lambda dice: f"/sightings?camera={camera(dice)}&label={label(dice)}",
        "one_sighting": lambda dice: f"/sightings/{sighting(dice)}",
        "one_picture": lambda dice: (
            f"/picture/{dice.randrange(first, last):08x}-0000-7000-8000-000000000000?label=person"
        ),
        "events": lambda dice: f"/events?before={deep(dice)}",
        "alerts": lambda dice: f"/alerts?before={deep(dice)}",
        "health": lambda _: "/health",
        "detector": lambda _: "/detector",
    }


def measure(client: FlaskClient, asked: dict[str, Page], requests: int) -> dict[str, tuple[float, float]]:
    """p50 and p95 in milliseconds of each page: the middle one of several rounds, as other programs run meanwhile."""
    rounds = [{name: _times(client, page, requests // ROUNDS) for name, page in asked.items()} for _ in range(ROUNDS)]
    middle = {name: np.median([one[name] for one in rounds], axis=0) for name in asked}
    return {name: (float(p50), float(p95)) for name, (p50, p95) in middle.items()}


def _times(client: FlaskClient, page: Page, requests: int) -> tuple[float, float]:
    dice, taken = random.Random(7), []
    for number in range(requests + WARM_UP):
        path = page(dice)
        began = perf_counter()
        answer = client.get(path)
        body = answer.get_data()
        if number >= WARM_UP:
            taken.append((perf_counter() - began) * 1000)
        if answer.status_code != 200 or not body:
            raise RuntimeError(f"{path} answered {answer.status_code}")
    p50, p95 = np.percentile(taken, [50, 95])
    return float(p50), float(p95)


def summary(
    images: int, filled_s: float, before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]
) -> dict[str, object]:
    """The figures of each page, and the worst of all of them."""
    by_page = {
        name: {
            "p50_ms": round(p50, 2),
            "p95_ms": round(p95, 2),
            "p50_ms_10k": round(before[name][0], 2),
            "p95_ms_10k": round(before[name][1], 2),
            "ratio_to_10k": round(p95 / before[name][1], 2),
        }
        for name, (p50, p95) in after.items()
    }
    return {
        "images": images,
        "fill_s": round(filled_s, 1),
        "pages": by_page,
        "p95_ms": max(page["p95_ms"] for page in by_page.values()),
        "ratio_to_10k": max(page["ratio_to_10k"] for page in by_page.values()),
    }


def in_words(figures: dict[str, object]) -> str:
    """A table for people."""
    by_page: dict[str, dict[str, float]] = figures["pages"]  # type: ignore[assignment]
    rows = [f"{'page':22}{'p50 ms':>9}{'p95 ms':>9}{'p95 at 10k':>12}{'ratio':>8}"]
    for name, page in by_page.items():
        rows.append(f"{name:22}{page['p50_ms']:>9}{page['p95_ms']:>9}{page['p95_ms_10k']:>12}{page['ratio_to_10k']:>8}")
    return "\n".join([f"{figures['images']} pictures, filled in {figures['fill_s']} s", *rows])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench gallery", description=__doc__)
    parser.add_argument(
        "--images", type=int, default=1_000_000, help="pictures to fill in, with two detections or three"
    )
    parser.add_argument("--requests", type=int, default=300, help="requests for each page")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a goal is missed")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
