"""Zones and masks are drawn on a phone and at a desk, and count from the next picture on."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import Engine, select

from bench.footage import Footage
from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.ids import new_id
from services.core.media import Media
from services.core.polygon import inside
from services.core.settings import Settings
from services.detector.looking import look
from services.detector.model_command import model_folder
from services.detector.opening import open_detector
from services.detector.recorder import Recorder
from services.look.file import read
from services.store import album, work, zone
from services.store.account_tables import audit
from services.store.album import Box
from services.store.zone import Zone
from stack.demo import CLIP, fetch_clip
from stack.layout import CACHE
from tests.flaskapp.browser.conftest import Visit
from tests.flaskapp.house import NOON, House, drawn
from tests.pictures import Album

pytestmark = pytest.mark.browser
PAGE = "/cameras/front-door/seeing"
SQUARE = ((20.0, 30.0), (60.0, 30.0), (60.0, 70.0), (20.0, 70.0))
Sees = Callable[[bytes], str]


@pytest.fixture
def people() -> bytes:
    """A real picture with people in it."""
    clip = CACHE.expanduser() / CLIP
    if not clip.exists():
        clip.parent.mkdir(parents=True, exist_ok=True)
        fetch_clip(clip)
    return Footage(clip).picture()


@pytest.fixture
def sees(settings: Settings, engine: Engine) -> Iterator[Sees]:
    """Front Door sends a picture, and the default detector looks at it: its id."""
    media, clock = Media(settings.media), SystemClock()
    media.prepare()
    pictures = Album(engine, media, at=datetime.now(UTC))
    bus = Bus(settings, "detector", clock)
    recorder = Recorder(engine, bus, clock, "w")
    detector = open_detector(model_folder(os.environ), "coco-ssd")

    def see(data: bytes) -> str:
        image_id = pictures.pending(data=data, width=768, height=576)
        with engine.begin() as connection:
            job = work.claim(connection, "", "w", clock.now() + timedelta(minutes=1))
        assert job
        assert job.image_id == image_id
        assert recorder.write(look(detector, clock, read(media, job)))
        return image_id

    yield see
    detector.close()


def boxes(engine: Engine, image_id: str) -> list[Box]:
    with engine.connect() as connection:
        return album.boxes(connection, [image_id])[image_id]


def shapes(engine: Engine) -> list[Zone]:
    with engine.connect() as connection:
        return zone.of_camera(connection, "front-door")


def foot(box: Box) -> tuple[float, float]:
    return (box.x1 + box.x2) / 2, box.y2


def begin(visit: Visit) -> Locator:
    """Opens the page and begins a new shape; the picture to draw on."""
    visit.page.emulate_media(reduced_motion="reduce")  # a page that still scrolls is hard to hit
    visit.go(PAGE)
    visit.page.locator("[data-ready]").wait_for()
    visit.page.click("text=Add a zone or mask")
    return visit.page.locator("[data-sheet] svg")


def tap(visit: Visit, picture: Locator, x: float, y: float) -> None:
    """At so many percent from the left and from the top."""
    box = picture.bounding_box()
    assert box
    where = box["x"] + x / 100 * box["width"], box["y"] + y / 100 * box["height"]
    if visit.page.evaluate("navigator.maxTouchPoints"):
        visit.page.touchscreen.tap(*where)
    else:
        visit.page.mouse.click(*where)


def corners(visit: Visit) -> list[list[float]]:
    lines = visit.page.locator(".one-shape[open] [name=corners]").input_value().splitlines()
    return [[float(number) for number in line.split()] for line in lines]


def test_a_mask_drawn_over_a_persons_place_leaves_that_person_out_of_the_next_picture(
    visit: Visit, engine: Engine, sees: Sees, people: bytes
) -> None:
    before = boxes(engine, sees(people))
    person = next(box for box in before if box.label == "person" and box.dropped_because is None)
    (x, y), reach = foot(person), 0.08
    square = [(x - reach, y - reach), (x + reach, y - reach), (x + reach, y + reach), (x - reach, y + reach)]
    visit.sign_in()
    picture = begin(visit)
    for across, down in square:
        tap(visit, picture, 100 * min(max(across, 0), 1), 100 * min(max(down, 0), 1))
    visit.page.get_by_role("button", name="Close the shape").first.click()
    visit.page.fill(".one-shape[open] [name=name]", "Bus stop")
    visit.page.locator(".one-shape[open]").get_by_role("button", name="Save").click()
    expect(visit.page.locator(".notice")).to_contain_text("Bus stop is saved")
    expect(visit.page.locator(".shape.mask text")).to_have_text("Bus stop")

    image_id = sees(people)
    after = boxes(engine, image_id)
    (mask,) = shapes(engine)
    masked = [box for box in after if box.dropped_because == "masked"]
    assert foot(person) in [foot(box) for box in masked]
    assert all(inside(mask.points, foot(box)) for box in masked)
    kept = [foot(box) for box in after if box.dropped_because is None]
    assert kept == [foot(box) for box in before if box.dropped_because is None and foot(box) not in map(foot, masked)]
    visit.go(f"/picture/{image_id}")
    visit.page.click("summary:has-text('left out')")
    expect(visit.page.locator("li:has-text('masked')").first).to_contain_text("person")
    with engine.connect() as connection:
        assert list(connection.scalars(select(audit.c.action))) == ["zone.add"]


def test_a_shape_is_closed_by_a_tap_on_its_first_corner_and_then_taps_add_no_more(visit: Visit, house: House) -> None:
    house.camera()
    house.picture(at=datetime.now(UTC), data=drawn())
    visit.sign_in()
    picture = begin(visit)
    for x, y in SQUARE:
        tap(visit, picture, x, y)
    tap(visit, picture, *SQUARE[0])
    expect(visit.page.locator(".draft polygon")).to_have_count(2)
    tap(visit, picture, 90, 90)
    assert corners(visit) == [pytest.approx(corner, abs=0.5) for corner in SQUARE]


def test_what_is_drawn_near_the_edge_reaches_to_the_edge(visit: Visit, house: House) -> None:
    house.camera()
    house.picture(at=datetime.now(UTC), data=drawn())
    visit.sign_in()
    picture = begin(visit)
    tap(visit, picture, 0.8, 99)
    tap(visit, picture, 99.2, 0.8)
    assert corners(visit) == [[0, 100], [100, 0]]


def test_a_corner_is_dragged_added_and_removed(visit: Visit, house: House, engine: Engine) -> None:
    house.camera()
    house.picture(at=datetime.now(UTC), data=drawn())
    visit.sign_in()
    picture = begin(visit)
    for x, y in (*SQUARE, SQUARE[0]):
        tap(visit, picture, x, y)
    drag(visit, picture, SQUARE[2], (80, 90))
    assert corners(visit)[2] == pytest.approx([80, 90], abs=0.6)
    drag(visit, picture, (40, 30), (40, 10))
    assert corners(visit)[1] == pytest.approx([40, 10], abs=0.6)
    assert len(corners(visit)) == 5
    visit.page.get_by_role("button", name="Remove corner").click()
    assert len(corners(visit)) == 4


def drag(visit: Visit, picture: Locator, start: tuple[float, float], to: tuple[float, float]) -> None:
    """With a finger where there is a touch screen, else with the mouse."""
    box = picture.bounding_box()
    assert box
    places = [(box["x"] + x / 100 * box["width"], box["y"] + y / 100 * box["height"]) for x, y in (start, to)]
    if not visit.page.evaluate("navigator.maxTouchPoints"):
        visit.page.mouse.move(*places[0])
        visit.page.mouse.down()
        visit.page.mouse.move(*places[1], steps=5)
        visit.page.mouse.up()
        return
    finger = visit.page.context.new_cdp_session(visit.page)
    for kind, touching in (("touchStart", places[:1]), ("touchMove", places[1:]), ("touchEnd", [])):
        points = [{"x": x, "y": y} for x, y in touching]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_shape_is_drawn_with_keys_alone(visit: Visit, house: House, engine: Engine) -> None:
    house.camera()
    house.picture(at=datetime.now(UTC), data=drawn())
    visit.sign_in()
    begin(visit)
    form = visit.page.locator(".one-shape[open]")
    form.locator("summary:has-text('Corners as numbers')").press("Enter")
    form.locator("[name=corners]").press_sequentially("10 10\n90 10\n50 80")
    expect(visit.page.locator(".draft polygon")).to_have_count(2)
    visit.page.get_by_role("button", name="Corner 3:").focus()
    visit.page.keyboard.press("ArrowUp")
    visit.page.keyboard.press("Shift+ArrowLeft")
    form.locator("[name=kind][value=zone]").check()
    form.locator("[name=name]").fill("Lawn")
    form.locator("[name=name]").press("Enter")
    expect(visit.page.locator(".shape.zone text")).to_have_text("Lawn")
    (lawn,) = shapes(engine)
    assert (lawn.kind, lawn.points) == ("zone", ((0.1, 0.1), (0.9, 0.1), (0.45, 0.795)))


def test_a_mistake_leaves_the_shape_in_the_picture(visit: Visit, house: House) -> None:
    house.camera()
    house.picture(at=datetime.now(UTC), data=drawn())
    visit.sign_in()
    picture = begin(visit)
    for x, y in SQUARE:
        tap(visit, picture, x, y)
    visit.page.locator(".one-shape[open]").get_by_role("button", name="Save").click()
    expect(visit.page.locator(".problem")).to_contain_text("It needs a name")
    expect(visit.page.locator(".draft polygon")).to_have_count(2)
    expect(visit.page.locator(".one-shape[open] [name=name]")).to_be_focused()
    visit.complaints = [line for line in visit.complaints if "422" not in line]


def test_a_shape_in_the_picture_leads_to_its_form(visit: Visit, house: House, engine: Engine) -> None:
    house.camera()
    house.picture(at=datetime.now(UTC), data=drawn())
    draw(engine)
    visit.sign_in()
    visit.go(PAGE)
    visit.page.locator("[data-ready]").wait_for()
    tap(visit, visit.page.locator("[data-sheet] svg"), 40, 40)
    expect(visit.page.locator(".one-shape[open] [name=name]")).to_have_value("Path")
    expect(visit.page.locator(".corner")).to_have_count(4)


@pytest.mark.parametrize("undone", [True, False])
def test_deleting_can_be_undone_for_ten_seconds(visit: Visit, house: House, engine: Engine, undone: bool) -> None:
    house.camera()
    house.picture(at=datetime.now(UTC), data=drawn())
    draw(engine)
    visit.sign_in()
    visit.page.clock.install()
    visit.go(PAGE)
    visit.page.locator("[data-ready]").wait_for()
    visit.page.click(".one-shape summary:has-text('Path')")
    visit.page.click("summary:has-text('Delete')")
    visit.page.get_by_role("button", name="Delete Path").click()
    expect(visit.page.locator("[data-undo]")).to_contain_text("Path is deleted in 10 s.")
    expect(visit.page.locator("[data-shape]")).to_be_hidden()
    visit.page.clock.run_for(9_000)
    assert shapes(engine)
    if undone:
        visit.page.get_by_role("button", name="Undo").click()
        visit.page.clock.run_for(5_000)
        expect(visit.page.locator("[data-shape]")).to_be_visible()
    else:
        with visit.page.expect_response("**/delete"):
            visit.page.clock.run_for(2_000)
    visit.go(PAGE)
    expect(visit.page.locator("[data-shape]")).to_have_count(1 if undone else 0)
    assert len(shapes(engine)) == (1 if undone else 0)


def draw(engine: Engine) -> None:
    made = Zone(new_id(), "zone", "Path", tuple((x / 100, y / 100) for x, y in SQUARE))
    with engine.begin() as connection:
        zone.add(connection, "front-door", made, NOON)
