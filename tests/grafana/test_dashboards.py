"""Every panel's SQL on the real MariaDB, as the read-only user, with Grafana's macros expanded."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, create_engine, insert, select, text
from sqlalchemy.exc import OperationalError

from services.core.ids import new_id
from services.core.settings import Settings
from services.store import accounts, camera, device, event, meter, node, plate, pull, service
from services.store.alert_tables import decision
from services.store.device import Described
from services.store.engine import url
from services.store.event import Event
from services.store.image import NewImage, add
from services.store.meter import Reading
from services.store.person_tables import telling
from services.store.pull import Ended, Pull
from services.store.tables import detection, image, sighting

pytestmark = pytest.mark.mariadb
GRAFANA = Path(__file__).parents[2] / "grafana"
DASHBOARDS = [json.loads(path.read_text()) for path in sorted(GRAFANA.glob("dashboards/*.json"))]
PANELS = [(panel["title"], target) for board in DASHBOARDS for panel in board["panels"] for target in panel["targets"]]
READER, PASSWORD = "grafana", "reader"
NOW = datetime.now(UTC).replace(microsecond=0)


def expanded(sql: str) -> str:
    """As Grafana's MySQL data source does it."""
    begin, end = int((NOW - timedelta(hours=24)).timestamp()), int((NOW + timedelta(hours=1)).timestamp())
    sql = re.sub(r"\$__timeFilter\(([^)]+)\)", rf"\1 BETWEEN FROM_UNIXTIME({begin}) AND FROM_UNIXTIME({end})", sql)
    sql = re.sub(r"\$__timeGroupAlias\(([^,]+),[^)]+\)", r'UNIX_TIMESTAMP(\1) DIV 60 * 60 AS "time"', sql)
    sql = re.sub(r"\$__timeGroup\(([^,]+),[^)]+\)", r"UNIX_TIMESTAMP(\1) DIV 60 * 60", sql)
    return sql.replace("$camera", "'front-door'")


@pytest.fixture
def reader(engine: Engine, settings: Settings) -> Iterator[Engine]:
    """Grafana's user, with the rights that the stack gives it."""
    made_by = accounts.statements(settings.db_name, (f"other-{settings.db_user}", "none"), (READER, PASSWORD))
    with engine.begin() as connection:
        fill(connection)
        for statement in made_by:
            connection.execute(text(statement))
    made = create_engine(url(settings).set(username=READER, password=PASSWORD))
    yield made
    made.dispose()


def fill(connection: Any) -> None:
    node_id = node.register(connection, "Front", NOW)
    camera_id = camera.register(connection, "Front Door", NOW)
    image_id = new_id()
    path = f"images/{NOW:%Y-%m-%d}/Front-Door.jpg"
    add(connection, [NewImage(image_id, camera_id, "Front-Door.jpg", path, NOW, NOW, NOW, 640, 480, 10, "0" * 64)])
    later = {"decided_at": NOW + timedelta(seconds=1), "detected_at": NOW + timedelta(seconds=2), "state": "detected"}
    connection.execute(image.update().values(**later, model="m", model_version="1", took_ms=61.5))
    waiting = NewImage(new_id(), camera_id, "b.jpg", "images/b.jpg", NOW, NOW, NOW, 640, 480, 10, "0" * 64)
    add(connection, [waiting])
    found = {"image_id": image_id, "camera_id": camera_id, "captured_at": NOW, "label": "person", "score": 0.9}
    box = {"ordinal": 0, "x1": 0.1, "y1": 0.1, "x2": 0.5, "y2": 0.5, "best": True}
    connection.execute(insert(detection).values(**found, **box, model="m", model_version="1"))
    shown = dict.fromkeys(("first_image_id", "arrival_image_id", "last_image_id", "best_image_id"), image_id)
    edges = {name: box[name] for name in ("x1", "y1", "x2", "y2")}
    came = {"began_at": NOW, "arrived_at": NOW, "last_seen_at": NOW, "images": 1, "best_score": 0.9}
    connection.execute(
        insert(sighting).values(id=new_id(), camera_id=camera_id, label="person", **came, **shown, **edges)
    )
    told = {"outcome": "told", "labels": [], "reasons": ["person"], "asked_at": NOW, "decided_at": NOW, "told_at": NOW}
    connection.execute(
        insert(decision).values(id=new_id(), image_id=image_id, camera_id=camera_id, rule="alert-labels", **told)
    )
    tell_people(connection, camera_id)
    corners = {name: box[name] for name in ("x1", "y1", "x2", "y2")}
    pictures = dict.fromkeys(("first_image_id", "last_image_id", "best_image_id"), image_id)
    means = {"plate_id": plate.get_or_add(connection, "BAB123", NOW).id, "plate_settled_at": NOW}
    car = {"id": new_id(), "camera_id": camera_id, "label": "car", "began_at": NOW, "last_seen_at": NOW}
    connection.execute(insert(sighting).values(**car, **pictures, **corners, **means, images=1, best_score=0.9))
    for kind, value, unit in (("temperature", 71.3, "F"), ("humidity", 41.5, "%")):
        reading = Event(new_id(), kind, None, node_id, f"{value} {unit}", NOW, NOW, NOW, value=value, unit=unit)
        event.add(connection, [reading])
    fill_meter(connection)
    fill_pull(connection, camera_id, image_id)
    fill_services(connection)


def fill_services(connection: Any) -> None:
    service.note(connection, "hub", "1", "online", "0.1.0", NOW)
    service.note_figures(connection, "hub", "1", NOW, {"spool_bytes": 12.0})
    service.note_figures(connection, "detector", "1", NOW, {"pending": 3.0})


def fill_pull(connection: Any, camera_id: str, image_id: str) -> None:
    wish = Pull(new_id(), camera_id, "rule Door", NOW, NOW + pull.IN_TIME)
    pull.want(connection, wish)
    pull.end(connection, [wish.id], Ended("ok", "", image_id, NOW))


def fill_meter(connection: Any) -> None:
    device.register(connection, "power", Described("Power", "meter", None, True, False), NOW)
    meter.begin(connection, Reading(new_id(), "power", NOW, 2500, 3))
    meter.change(connection, "power", factor=1000, unit="kWh")
    meter.add(connection, Reading(new_id(), "power", NOW, 2500, 3))


def tell_people(connection: Any, camera_id: str) -> None:
    """Anna at once, Ben not; Carla in a summary, Emil in one that nobody took."""
    for name, outcome in (("Anna", "told"), ("Ben", "not_told")):
        tell(connection, camera_id, name, outcome)
    for name, outcome in (("Carla", "told"), ("Emil", "failed")):
        summary_id = tell(connection, camera_id, name, outcome, f"summary-{name}")
        tell(connection, camera_id, name, "in_summary", summary_id=summary_id)


def tell(
    connection: Any, camera_id: str, name: str, outcome: str, rule: str | None = None, summary_id: str | None = None
) -> str:
    """A decision without a picture, and what it means for one person; the decision's id."""
    decision_id, at = new_id(), NOW + timedelta(seconds=1)
    about = {"camera_id": camera_id, "rule": rule or f"camera_silent-{name}", "labels": []}
    when = {"decided_at": at, "reasons": ["why"]}
    connection.execute(
        insert(decision).values(id=decision_id, outcome="told", asked_at=at, told_at=at, **about, **when)
    )
    told_at = at if outcome == "told" else None
    named = {"id": new_id(), "decision_id": decision_id, "name": name, "summary_id": summary_id}
    connection.execute(insert(telling).values(**named, outcome=outcome, told_at=told_at, **when))
    return decision_id


@pytest.mark.parametrize(("title", "target"), PANELS, ids=[f"{title}-{target['refId']}" for title, target in PANELS])
def test_the_panel_shows_something(reader: Engine, title: str, target: dict[str, Any]) -> None:
    with reader.connect() as connection:
        result = connection.execute(text(expanded(target["rawSql"]).replace(":", "\\:")))
        names, rows = list(result.keys()), result.all()
    assert rows, title
    if target["format"] == "time_series":
        assert names == ["time", "metric", "value"]
        assert all(row.value is not None for row in rows)


def test_a_temperature_keeps_its_decimals_and_is_in_celsius(reader: Engine) -> None:
    [sql] = [target["rawSql"] for title, target in PANELS if title == "Temperature"]
    with reader.connect() as connection:
        assert connection.execute(text(expanded(sql))).one().value == pytest.approx(21.83, abs=0.01)


def test_a_meter_is_shown_by_its_factor_and_unit(reader: Engine) -> None:
    [sql] = [target["rawSql"] for title, target in PANELS if title == "Meters"]
    with reader.connect() as connection:
        row = connection.execute(text(expanded(sql))).one()
    assert (row.metric, row.value) == ("Power kWh", 2.5)


def test_half_and_nineteen_of_twenty_pictures_were_looked_at_within_the_times_shown(
    engine: Engine, reader: Engine
) -> None:
    with engine.begin() as connection:
        found = connection.execute(select(image)).all()[0]._mapping
        for number in range(1, 21):
            more = {"id": new_id(), "path": f"images/{number}.jpg", "took_ms": float(number), "model": "many"}
            connection.execute(insert(image).values(**dict(found) | more))
    [sql] = [target["rawSql"] for title, target in PANELS if title == "Detector: time for a picture"]
    with reader.connect() as connection:
        rows = {row.metric: row.value for row in connection.execute(text(expanded(sql)))}
    assert rows["many p50"] == 10
    assert rows["many p95"] == 19


@pytest.mark.parametrize(
    ("title", "names"),
    [("Alerts told, per person", {"Anna", "Carla"}), ("Alerts not told, per person", {"Ben", "Emil"})],
)
def test_alerts_are_counted_for_each_person_and_tests_are_none(
    engine: Engine, reader: Engine, title: str, names: set[str]
) -> None:
    with engine.begin() as connection:
        for rule in ("test-1", "summary-1"):
            tell(connection, "front-door", "Dora", "told", rule)
            tell(connection, "front-door", "Dora", "failed", f"{rule}2")
    [sql] = [target["rawSql"] for one, target in PANELS if one == title]
    with reader.connect() as connection:
        assert {row.metric for row in connection.execute(text(expanded(sql)))} == names


@pytest.mark.parametrize("board", DASHBOARDS, ids=lambda board: board["uid"])
def test_the_dashboard_can_be_provisioned(board: dict[str, Any]) -> None:
    assert board["id"] is None
    sources = {panel["datasource"]["uid"] for panel in board["panels"]}
    provisioned = yaml.safe_load((GRAFANA / "provisioning/datasources/mariadb.yaml").read_text())
    assert sources == {provisioned["datasources"][0]["uid"]}
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_the_camera_list_of_the_dashboard_is_real(reader: Engine) -> None:
    [variable] = DASHBOARDS[0]["templating"]["list"]
    with reader.connect() as connection:
        assert connection.execute(text(variable["query"])).one() == ("Front Door", "front-door")


@pytest.mark.parametrize("table", ["user", "channel", "token", "invite", "audit", "person"])
def test_the_reader_is_refused_what_no_chart_shows(reader: Engine, table: str) -> None:
    with reader.connect() as connection, pytest.raises(OperationalError, match="denied"):
        connection.execute(text(f"SELECT * FROM `{table}`"))


def test_the_reader_may_read_no_table_that_no_chart_needs() -> None:
    asked = [target["rawSql"] for _, target in PANELS] + [
        one["query"] for board in DASHBOARDS for one in board["templating"]["list"]
    ]
    named = {name for sql in asked for name in re.findall(r"\b(?:FROM|JOIN) ([a-z_]+)", sql)}
    assert named == set(accounts.CHARTED)
