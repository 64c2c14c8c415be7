"""Files of settings as hypothesis makes them: whatever people may set."""

from typing import Any

from hypothesis import strategies as st

from services.core.ids import new_id
from services.store.seeing import CROPS

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"))
WORDS = st.text(LETTERS, max_size=8)
SHARES = st.integers(0, 10_000).map(lambda number: number / 10_000)
LABELS = st.lists(st.sampled_from(["person", "car", "on", "null"]), min_size=1, max_size=3, unique=True)
EDGES = st.sampled_from(["22:00", "06:30", "sunset", "sunrise+01:00"])
SECONDS = st.none() | st.integers(10, 3600)


def named(draw: st.DrawFn, number: int) -> str:
    """A name that no other has, however the database compares."""
    return f"{number} {draw(WORDS)}".strip()


def chosen(draw: st.DrawFn, some: list[str]) -> Any:
    """One of some, or none."""
    return draw(st.sampled_from([None, *some]))


@st.composite
def schedules(draw: st.DrawFn, number: int, modes: list[str]) -> dict[str, Any]:
    window = st.builds(lambda days, begins, ends: {"days": days, "from": begins, "to": ends}, DAYS, EDGES, EDGES)
    free = {"date": "2026-12-24", "windows": draw(st.lists(st.builds(lambda at: {"from": at, "to": at}, EDGES)))}
    return {
        "id": new_id(),
        "name": named(draw, number),
        "enabled": draw(st.booleans()),
        "windows": draw(st.lists(window, max_size=3)),
        "exceptions": draw(st.sampled_from([[], [free]])),
        "mode_id": chosen(draw, modes),
        "mode_after_id": chosen(draw, modes),
        "exit_delay": draw(st.booleans()),
    }


DAYS = st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True)


@st.composite
def zones(draw: st.DrawFn, number: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(["zone", "mask"]))
    corners = [[0.1, 0.1], [draw(SHARES) / 10 + 0.8, 0.2], [0.5, draw(SHARES) / 10 + 0.8]]
    labels = draw(st.none() | LABELS) if kind == "mask" else None
    return {"id": new_id(), "kind": kind, "name": named(draw, number), "points": corners, "labels": labels}


@st.composite
def cameras(draw: st.DrawFn, number: int, modes: list[str], known: list[str]) -> dict[str, Any]:
    least = draw(st.integers(1, 5))
    return {
        "id": f"camera-{number}",
        "source": f"Camera {number}",
        "name": named(draw, number),
        "plan": draw(st.sampled_from(["detect", "keep"])),
        "labels": draw(st.none() | LABELS),
        "min_score": draw(SHARES),
        "label_scores": draw(st.dictionaries(st.sampled_from(["person", "no"]), SHARES)),
        "night_min_score": draw(st.none() | SHARES),
        "min_area": draw(SHARES) / 4,
        "max_area": 0.5,
        "min_height": draw(SHARES),
        "crops": draw(st.sampled_from(CROPS)),
        "seen_in": least,
        "seen_of": least + draw(st.integers(0, 5)),
        "alert_labels": draw(LABELS),
        "departure_labels": draw(st.just([]) | LABELS),
        "alert_modes": draw(st.none() | st.lists(st.sampled_from(modes), min_size=1, unique=True)),
        "schedule_id": chosen(draw, known),
        "entry": draw(st.booleans()),
        "zones": [draw(zones(place)) for place in range(draw(st.integers(0, 2)))],
    }


@st.composite
def devices(draw: st.DrawFn, number: int, known: list[str]) -> dict[str, Any]:
    is_input = draw(st.booleans())
    rate = draw(st.sampled_from([(None, None), (3, 10)]))
    own: dict[str, Any] = {
        "id": f"device-{number}",
        "called": f"Device {number}",
        "kind": draw(st.sampled_from(["motion", "siren"])),
    }
    own |= {"is_input": is_input, "is_output": not is_input or draw(st.booleans()), "location": None}
    if draw(st.integers(0, 4)) == 0:
        return {**own, "is_new": True}
    return {
        **own,
        "name": draw(st.none() | st.just(named(draw, number))),
        "group": chosen(draw, ["Attic", "off"]),
        "enabled": draw(st.booleans()),
        "entry": is_input and draw(st.booleans()),
        "schedule_id": chosen(draw, known),
        "stale_after_s": draw(SECONDS),
        "latch_s": draw(SECONDS),
        "rate_count": rate[0],
        "rate_s": rate[1],
        "interval_s": draw(SECONDS),
    }


@st.composite
def people(draw: st.DrawFn, number: int, modes: list[str]) -> dict[str, Any]:
    window = st.builds(lambda days, begins, ends: {"days": days, "from": begins, "to": ends}, DAYS, EDGES, EDGES)
    return {
        "id": new_id(),
        "name": named(draw, number),
        "enabled": draw(st.booleans()),
        "cameras": draw(st.none() | st.just(["camera-0"])),
        "labels": draw(st.none() | LABELS),
        "zones": draw(st.none() | st.just(["Drive"])),
        "modes": draw(st.none() | st.lists(st.sampled_from(modes), min_size=1, unique=True)),
        "happenings": draw(st.sampled_from([[], ["camera_silent", "rule_alert"]])),
        "quiet": draw(st.lists(window, max_size=2)),
        "breaks_through": draw(st.sampled_from([[], ["person", "plate_deny"]])),
        "per_hour": draw(st.none() | st.integers(1, 1000)),
    }


@st.composite
def links(draw: st.DrawFn, number: int, modes: list[str], known: list[str]) -> dict[str, Any]:
    says = named(draw, number)
    actions = [
        {"kind": "switch", "id": "device-0", "on": True, "seconds": draw(st.none() | st.integers(1, 600))},
        {"kind": "switch_group", "id": "off", "on": False},
        {"kind": "say", "id": "gone", "text": says},
        {"kind": "mode", "id": draw(st.sampled_from(modes))},
        {"kind": "alert", "text": draw(st.none() | st.just(says))},
    ]
    inputs = [
        {"kind": "device", "id": "device-0", "moment": draw(st.sampled_from(["trigger", "escalation"]))},
        {"kind": "camera", "id": None, "labels": draw(st.none() | LABELS)},
        {"kind": "panic"},
    ]
    some = draw(st.lists(st.sampled_from(inputs), min_size=1, max_size=3))
    return {
        "id": new_id(),
        "name": says,
        "enabled": draw(st.booleans()),
        "inputs": some,
        "within_s": draw(SECONDS) if len(some) > 1 else None,
        "modes": draw(st.none() | st.lists(st.sampled_from(modes), min_size=1, unique=True)),
        "schedule_id": chosen(draw, known),
        "actions": draw(st.lists(st.sampled_from(actions), min_size=1, max_size=4)),
    }


def mode(draw: st.DrawFn, number: int, mode_id: str) -> dict[str, Any]:
    delays = {name: 0 if mode_id == "disarmed" else draw(st.integers(0, 300)) for name in ("exit_s", "entry_s")}
    return {"id": mode_id, "name": named(draw, number), **delays}


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """A whole file, of which each part speaks of others."""
    counts = st.integers(0, 3)
    modes = ["disarmed", "home", "away", "night"] + [f"mode-{number}" for number in range(draw(counts))]
    made_schedules = [draw(schedules(number, modes)) for number in range(draw(counts))]
    known = [one["id"] for one in made_schedules]
    return {
        "version": 1,
        "modes": [mode(draw, place, one) for place, one in enumerate(modes)],
        "schedules": made_schedules,
        "cameras": [draw(cameras(number, modes, known)) for number in range(draw(counts))],
        "devices": [draw(devices(number, known)) for number in range(draw(counts))],
        "groups": [{"id": name, "schedule_id": one} for name, one in zip(("Attic", "off"), known, strict=False)],
        "people": [draw(people(number, modes)) for number in range(draw(counts))],
        "links": [draw(links(number, modes, known)) for number in range(draw(counts))],
    }
