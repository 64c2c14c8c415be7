"""The file of settings: what is taken away is what comes back, all of it or nothing."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine

from flaskapp.mistakes import Mistakes
from services.core.ids import new_id
from services.store import channel, config, device, forgetting, link, person, schedule, zone
from services.store.schedule import Schedule
from tests.flaskapp.device.test_switching import an_output
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.house import NOON, House
from tests.flaskapp.person.cast import a_channel, a_person
from tests.flaskapp.rule.making import a_rule, an_input
from tests.flaskapp.setting.conftest import Settings
from tests.flaskapp.setting.entries import files

NIGHTS = Schedule(new_id(), "Nights", [{"days": [1], "from": "22:00", "to": "06:00"}], [], True, "night", None)


def a_house(engine: Engine, house: House) -> None:
    """One of each, made as services and pages make them."""
    house.camera()
    a_device(engine, "garage-pir", name="Garage PIR")
    an_output(engine, group_name="Attic", longest_on_s=120)
    with engine.begin() as connection:
        schedule.add(connection, NIGHTS)
        link.add(connection, a_rule(modes=["away"], schedule_id=NIGHTS.id))


@given(files())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_is_taken_away_is_what_comes_back(kept: Settings, tree: Any) -> None:
    kept.move()
    kept.bring(tree)
    taken = kept.export()
    kept.move()
    report = kept.bring(taken, exact=True)
    assert kept.export() == taken
    assert len(report.of("added")) == sum(len(tree[noun]) for noun in tree if noun != "version") - 4
    assert not kept.bring(taken, exact=True).changes


def test_a_house_moves_with_what_its_rules_no_longer_find(kept: Settings, engine: Engine, house: House) -> None:
    a_house(engine, house)
    with engine.begin() as connection:
        link.add(connection, a_rule(name="Old", inputs=[an_input(id="gone")]))
    taken = kept.export()
    kept.move()
    report = kept.bring(taken)
    assert kept.export() == taken
    assert list(report.notes) == ["Old: There is no device gone any more."]


def test_people_come_without_their_channels_which_stay_where_they_are(kept: Settings, engine: Engine) -> None:
    anna = a_person(engine)
    a_channel(engine, anna)
    taken = kept.export()
    assert "anna@" not in taken
    tree = kept.tree()
    tree["people"][0]["labels"] = ["dog"]
    kept.bring(tree)
    with engine.connect() as connection:
        assert [one.labels for one in person.all_people(connection)] == [["dog"]]
        assert len(channel.of(connection, anna)) == 1
    kept.move()
    assert list(kept.bring(taken).notes) == ["Anna: enter how to reach them."]


def test_the_same_again_changes_nothing_and_is_not_written_down(kept: Settings, engine: Engine, house: House) -> None:
    a_house(engine, house)
    assert not kept.bring(kept.export()).changes
    assert kept.audits() == []


def test_trying_says_what_would_be_and_changes_nothing(kept: Settings, engine: Engine, house: House) -> None:
    a_house(engine, house)
    before = kept.export()
    tree = kept.tree()
    tree["cameras"][0]["min_score"] = 0.7
    tree["links"] = []
    tree["modes"].append({"id": "party", "name": "Party"})
    report = kept.bring(tree, exact=True, dry=True)
    told = [(line.kind, line.noun, line.title, line.fields) for line in report.lines]
    assert told == [
        ("removed", "links", "Siren", ()),
        ("added", "modes", "Party", ()),
        ("changed", "cameras", "Front Door", ("min_score",)),
    ]
    assert kept.export() == before
    assert kept.audits() == []


def test_each_change_has_the_audit_row_of_its_page_and_the_file_one_of_its_own(
    kept: Settings, engine: Engine, house: House
) -> None:
    a_house(engine, house)
    tree = kept.tree()
    tree["cameras"][0] |= {"min_score": 0.7, "min_height": 0.2}
    corners = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
    tree["cameras"][0]["zones"] = [{"id": new_id(), "kind": "mask", "name": "Street", "points": corners}]
    tree["devices"][0]["latch_s"] = 5
    tree["links"][0]["enabled"] = False
    tree["schedules"][0]["name"] = "Every night"
    kept.bring(tree)
    actions = [action for action, _ in kept.audits()]
    assert actions == [
        "schedule.update",
        "camera.update",
        "camera.seeing",
        "zone.add",
        "device.update",
        "link.update",
        "settings.import",
    ]
    with engine.connect() as connection:
        for noun in ("cameras", "devices", "links", "schedules"):
            assert config.version(connection, noun) > 1


def test_what_is_not_in_the_file_stays_unless_it_is_to_be_exactly_this(
    kept: Settings, engine: Engine, house: House
) -> None:
    a_house(engine, house)
    kept.bring({"version": 1, "modes": [{"id": "party", "name": "Party"}]})
    house.camera("Yard", "yard")
    tree = kept.tree()
    tree["cameras"] = [one for one in tree["cameras"] if one["id"] != "yard"]
    tree |= {"links": [], "schedules": [], "devices": [], "modes": tree["modes"][:4]}
    assert {line.kind for line in kept.bring(tree).lines} == {"kept"}
    report = kept.bring(tree, exact=True)
    assert [line.title for line in report.of("removed")] == ["Siren", "Nights", "Party"]
    assert [line.title for line in report.of("kept")] == ["Garage PIR", "Siren", "Yard"]


def test_what_went_by_a_schedule_that_is_removed_is_told_and_written_down(
    kept: Settings, engine: Engine, house: House
) -> None:
    a_house(engine, house)
    tree = kept.tree() | {"schedules": []}
    for noun in ("cameras", "devices"):
        for one in tree[noun]:
            one["schedule_id"] = NIGHTS.id
    kept.bring(tree | {"schedules": kept.tree()["schedules"]})
    already = len(kept.audits())
    del tree["cameras"], tree["devices"], tree["links"]
    report = kept.bring(tree, exact=True)
    names = "Front Door, Garage PIR, Siren and Siren"
    assert list(report.notes) == [f"Nights: {names} then hold at any time."]
    actions = ["camera.update", "device.update", "device.update", "link.update", "schedule.update", "settings.import"]
    assert [action for action, _ in kept.audits()][already:] == actions


def test_what_is_removed_with_its_schedule_or_goes_by_another_then_is_not_told(
    kept: Settings, engine: Engine, house: House
) -> None:
    a_house(engine, house)
    tree = kept.tree()
    tree["cameras"][0]["schedule_id"] = NIGHTS.id
    kept.bring(tree)
    others = new_id()
    tree["schedules"][0] |= {"id": others, "name": "Others"}
    tree["cameras"][0]["schedule_id"] = others
    assert kept.bring(tree | {"links": []}, exact=True).notes == ()


def test_a_device_that_is_being_forgotten_is_named(kept: Settings, engine: Engine, house: House) -> None:
    a_house(engine, house)
    tree = kept.tree()
    with engine.begin() as connection:
        forgetting.begin(connection, "siren", kept.anna.id, NOON)
    with pytest.raises(Mistakes) as refused:
        kept.bring(tree)
    place = [one["id"] for one in tree["devices"]].index("siren")
    assert refused.value.by_field == {f"devices[{place}].id": "It is being forgotten: try again in a while."}


def test_a_noun_that_the_file_does_not_name_stays(kept: Settings, engine: Engine, house: House) -> None:
    a_house(engine, house)
    assert kept.bring({"version": 1}, exact=True).lines == ()
    with engine.connect() as connection:
        assert len(link.all_links(connection)) == 1


def test_zones_go_only_when_it_is_to_be_exactly_this(kept: Settings, engine: Engine, house: House) -> None:
    a_house(engine, house)
    tree = kept.tree()
    shape = {"kind": "zone", "points": [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]}
    tree["cameras"][0]["zones"] = [{"id": new_id(), "name": name, **shape} for name in ("Path", "Street")]
    kept.bring(tree)
    tree["cameras"][0]["zones"] = tree["cameras"][0]["zones"][:1]
    assert not kept.bring(tree).changes
    kept.bring(tree, exact=True)
    with engine.connect() as connection:
        assert [one.name for one in zone.of_camera(connection, "front-door")] == ["Path"]


def test_what_a_device_says_of_itself_is_its_own(kept: Settings, engine: Engine) -> None:
    a_device(engine, "garage-pir")
    tree = kept.tree()
    tree["devices"][0] |= {"called": "Other", "is_new": True}
    assert not kept.bring(tree).changes
    with engine.connect() as connection:
        found = device.find(connection, "garage-pir")
    assert found is not None
    assert not found.is_new


def spoil(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    inner = tree
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return tree


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("version",), 2, "version"),
        (("colour",), "red", "colour"),
        (("links", 0, "inputs", 0, "kind"), "door", "links[0].inputs[0].kind"),
        (("links", 0, "actions", 0, "on"), None, "links[0].actions[0].on"),
        (("links", 0, "actions", 0), {"kind": "alert", "people": []}, "links[0].actions[0].people"),
        (("links", 0, "modes"), ["party"], "links[0].modes[0]"),
        (("links", 0, "schedule_id"), new_id(), "links[0].schedule_id"),
        (("links", 0, "id"), "x", "links[0].id"),
        (("schedules", 0, "windows", 0, "from"), "25:00", "schedules[0].windows[0].from"),
        (("schedules", 0, "mode_id"), "party", "schedules[0].mode_id"),
        (("schedules", 0, "exceptions"), [{"date": "2026-02-30", "windows": []}], "schedules[0].exceptions[0].date"),
        (("cameras", 0, "min_score"), 40, "cameras[0].min_score"),
        (("cameras", 0, "source"), "Yard", "cameras[0].source"),
        (("cameras", 0, "seen_in"), 0, "cameras[0].seen_in"),
        (("cameras", 0, "alert_modes"), [], "cameras[0].alert_modes"),
        (("devices", 0, "rate_count"), 3, "devices[0].rate_s"),
        (("devices", 0, "latch_s"), "5", "devices[0].latch_s"),
        (("modes", 0, "name"), "Home", "modes[0]"),
        *(
            ((noun, 0, "name"), " \n", f"{noun}[0].name")
            for noun in ("modes", "schedules", "cameras", "devices", "links")
        ),
    ],
)
def test_a_mistake_names_its_place_and_nothing_is_changed(
    kept: Settings, engine: Engine, house: House, path: tuple[Any, ...], value: Any, where: str
) -> None:
    a_house(engine, house)
    before = kept.export()
    tree = spoil(kept.tree(), path, value)
    tree["modes"].append({"id": "later", "name": "Later"})
    with pytest.raises(Mistakes) as refused:
        kept.bring(tree)
    assert list(refused.value.by_field) == [where]
    assert kept.export() == before
    assert kept.audits() == []


def test_names_are_one_line_with_single_spaces(kept: Settings, engine: Engine, house: House) -> None:
    a_house(engine, house)
    a_person(engine)
    shape = {"id": new_id(), "kind": "zone", "points": [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]}
    nouns = ("modes", "schedules", "cameras", "devices", "people", "links")
    tree = kept.tree()
    tree["cameras"][0]["zones"] = [shape | {"name": "The\npath"}]
    for noun in nouns:
        tree[noun][0]["name"] = f" New\r\n  {noun}"
    kept.bring(tree)
    told = kept.tree()
    assert [[one["name"] for one in told[noun] if one["id"] == tree[noun][0]["id"]] for noun in nouns] == [
        [f"New {noun}"] for noun in nouns
    ]
    assert told["cameras"][0]["zones"][0]["name"] == "The path"


def test_an_id_is_there_once(kept: Settings, engine: Engine, house: House) -> None:
    a_house(engine, house)
    tree = kept.tree()
    tree["links"] *= 2
    with pytest.raises(Mistakes) as refused:
        kept.bring(tree)
    assert refused.value.by_field == {"links[1].id": "This id is there twice."}


def test_a_mode_that_is_needed_cannot_be_left_out(kept: Settings, engine: Engine, house: House) -> None:
    a_house(engine, house)
    kept.bring({"version": 1, "modes": [{"id": "party", "name": "Party"}]})
    with engine.begin() as connection:
        link.add(connection, a_rule(name="Lights", modes=["party"]))
    with pytest.raises(Mistakes) as refused:
        kept.bring({"version": 1, "modes": kept.tree()["modes"][:4]}, exact=True)
    assert "still chosen for Lights" in refused.value.by_field["modes"]


def test_the_example_of_the_guide_is_a_file(kept: Settings) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "settings.md").read_text()
    (example,) = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert [line.title for line in kept.bring(example).of("added")] == ["Party", "Nights", "Siren at night"]


@pytest.mark.parametrize("sent", ["", "[]", "7", "version: one", "nothing"])
def test_what_is_no_file_of_settings_is_refused(kept: Settings, sent: str) -> None:
    with pytest.raises(Mistakes):
        kept.bring(sent)
