import re
import uuid
from datetime import timedelta

import cv2
import numpy as np
import pytest

from flaskapp.picture.thumbs import WIDTH
from services.core.settings import Settings
from tests.flaskapp.conftest import Cast
from tests.flaskapp.house import A_HASH, NOON, House, drawn

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def shown(page: str) -> list[str]:
    return re.findall(r'id="p([0-9a-f-]{36})"', page)


def walk(cast: Cast, path: str) -> list[str]:
    """Every picture that scrolling to the end shows."""
    seen: list[str] = []
    while True:
        page = cast.viewer.get(path, headers={"HX-Request": "true"}).text
        seen += shown(page)
        follow = re.search(r'hx-get="([^"]+)"', page)
        if follow is None:
            return seen
        path = follow.group(1).replace("&amp;", "&")


def test_scrolling_shows_each_picture_once_newest_first(cast: Cast, house: House) -> None:
    house.camera()
    # Seven share each moment, so that the place between two pages is often inside of one.
    made = [house.picture(at=NOON - timedelta(seconds=number // 7)) for number in range(150)]
    seen = walk(cast, "/pictures")
    assert len(seen) == len(set(seen)) == 150
    assert set(seen) == set(made)


def test_filters_work_together_and_stay_in_the_url(cast: Cast, house: House) -> None:
    house.camera()
    house.camera("Street", "street")
    wanted = house.picture("street", NOON, ["dog"])
    house.picture("street", NOON, ["person"])
    house.picture("front-door", NOON, ["dog"])
    house.picture("street", NOON - timedelta(days=1), ["dog"])
    page = cast.viewer.get("/pictures?camera=street&label=dog&day=2026-11-20&part=afternoon").text
    assert shown(page) == [wanted]
    assert f"/picture/{wanted}?camera=street&amp;label=dog&amp;day=2026-11-20&amp;part=afternoon" in page


def test_a_time_of_day_finds_days_long_ago(cast: Cast, house: House) -> None:
    house.camera()
    old = house.picture(at=NOON - timedelta(days=150))
    recent = house.picture(at=NOON - timedelta(days=2))
    house.picture(at=NOON - timedelta(days=150, hours=8))
    assert walk(cast, "/pictures?part=afternoon") == [recent, old]


def test_it_says_how_many_but_never_counts_far(cast: Cast, house: House) -> None:
    house.camera()
    house.picture(labels=["person", "person"])
    house.picture(labels=["dog"])
    assert "1 picture<" in re.sub(r"\s+", " ", cast.viewer.get("/pictures?label=person").text).replace(" <", "<")


def test_an_empty_list_says_what_would_be_there(cast: Cast, house: House) -> None:
    assert "No pictures yet" in cast.viewer.get("/pictures").text
    house.camera()
    house.picture()
    assert "Nothing here" in cast.viewer.get("/pictures?label=zebra").text


def test_a_broken_place_is_refused(cast: Cast) -> None:
    for page in ("pictures", "events", "alerts"):
        assert cast.viewer.get(f"/{page}?before=nonsense").status_code == 400


def test_without_javascript_the_next_page_is_a_page(cast: Cast, house: House) -> None:
    house.camera()
    for number in range(70):
        house.picture(at=NOON - timedelta(seconds=number))
    link = re.search(r'<a class="next" href="([^"]+)"', cast.viewer.get("/pictures").text)
    assert link is not None
    page = cast.viewer.get(link.group(1)).text
    assert "<html" in page
    assert len(shown(page)) == 10


def test_one_picture_tells_its_story(cast: Cast, house: House) -> None:
    house.camera()
    image_id = house.picture(labels=["person", "dog"])
    house.detection(image_id, "kite", 7, score=0.21, dropped_because="below score", best=False)
    house.decision(image_id, reasons=["told 40 s ago"])
    page = cast.viewer.get(f"/picture/{image_id}").text
    for words in (
        "Looked at: 1 person, 1 dog.",
        "1 thing left out",
        "below score",
        "Not told",
        "told 40 s ago",
        "coco-ssd",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "new", "detected_at": None, "decided_at": None}, "Waiting for Node-RED since 12:00"),
        ({"state": "pending", "detected_at": None}, "Waiting for a detector since 12:00"),
        ({"state": "kept", "detected_at": None}, "Kept without a look"),
        ({"state": "failed", "error": "it ends in the middle"}, "Could not be looked at: it ends in the middle"),
        ({}, "Looked at: nothing found in it."),
    ],
)
def test_a_state_is_said_in_plain_words(cast: Cast, house: House, fields: dict[str, object], said: str) -> None:
    house.camera()
    image_id = house.picture(**fields)  # type: ignore[arg-type]
    assert said in cast.viewer.get(f"/picture/{image_id}").text


def test_neighbours_are_within_what_was_chosen(cast: Cast, house: House) -> None:
    house.camera()
    newer = house.picture(at=NOON + timedelta(seconds=9), labels=["person"])
    house.picture(at=NOON + timedelta(seconds=5))
    here = house.picture(at=NOON, labels=["person"])
    house.picture(at=NOON - timedelta(seconds=5))
    older = house.picture(at=NOON - timedelta(seconds=9), labels=["person"])
    page = cast.viewer.get(f"/picture/{here}?label=person").text
    assert re.findall(r'rel="(\w+)" href="/picture/([0-9a-f-]+)', page) == [("prev", newer), ("next", older)]


def test_a_small_copy_is_made_once_and_kept(cast: Cast, house: House, settings: Settings) -> None:
    house.camera()
    image_id = house.picture(data=drawn())
    answer = cast.viewer.get(f"/picture/{image_id}/thumb", buffered=True)
    picture = cv2.imdecode(np.frombuffer(answer.data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[:2] == (360, WIDTH)
    assert "private, max-age=31536000" in answer.headers["Cache-Control"]
    kept = settings.media / "thumbs" / "2026-11-20" / f"{image_id}.jpg"
    assert kept.read_bytes() == answer.data


def test_a_picture_that_is_small_is_its_own_small_copy(cast: Cast, house: House, settings: Settings) -> None:
    house.camera()
    data = drawn(320, 240)
    image_id = house.picture(data=data, width=320, height=240)
    assert cast.viewer.get(f"/picture/{image_id}/thumb", buffered=True).data == data
    assert not list((settings.media / "thumbs").rglob("*.jpg"))


@pytest.mark.parametrize("data", [b"\xff\xd8\xff but no picture", None])
def test_a_broken_or_missing_picture_gets_a_drawing_that_says_so(cast: Cast, house: House, data: bytes | None) -> None:
    house.camera()
    image_id = house.picture(data=data)
    answer = cast.viewer.get(f"/picture/{image_id}/thumb", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_file_goes_out_as_it_came_and_only_once(cast: Cast, house: House) -> None:
    house.camera()
    data = drawn()
    image_id = house.picture(data=data)
    answer = cast.viewer.get(f"/picture/{image_id}/file", buffered=True)
    assert answer.data == data
    assert answer.headers["ETag"] == f'"{A_HASH}"'
    again = cast.viewer.get(f"/picture/{image_id}/file", buffered=True, headers={"If-None-Match": f'"{A_HASH}"'})
    assert again.status_code == 304


def test_the_file_is_saved_under_its_name(cast: Cast, house: House) -> None:
    house.camera()
    image_id = house.picture(data=drawn())
    disposition = cast.viewer.get(f"/picture/{image_id}/file?download=", buffered=True).headers["Content-Disposition"]
    assert disposition == f"attachment; filename=front-door-{image_id}.jpg"


def test_what_is_not_there_is_not_found(cast: Cast) -> None:
    for path in ("", "/thumb", "/file"):
        assert cast.viewer.get(f"/picture/{uuid.uuid4()}{path}").status_code == 404
    assert cast.viewer.get("/picture/../../etc/passwd").status_code == 404


def test_a_name_cannot_run_a_script(cast: Cast, house: House) -> None:
    house.camera(EVIL[:100], "evil", alert_labels=[EVIL])
    image_id = house.picture("evil", labels=["<b>person"])
    house.event("motion", camera_id="evil", detail=EVIL)
    house.decision(image_id, camera_id="evil", reasons=[EVIL], labels=[{"label": "<b>person", "score": 0.9}])
    pages = ("/", "/pictures", f"/picture/{image_id}", "/events", "/alerts", "/cameras", "/cameras/evil", "/health")
    for path in (*pages, f"/pictures?camera={EVIL}&label={EVIL}"):
        page = cast.owner.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>person" not in page
