import re
import uuid
from datetime import timedelta

from sqlalchemy import insert, update

from services.core.folding import fold
from services.core.ids import new_id
from services.store.plate_tables import plate, plate_read
from services.store.tables import sighting
from tests.flaskapp.conftest import Cast
from tests.flaskapp.house import NOON, House


def listed(page: str) -> list[str]:
    return re.findall(r'id="s([0-9a-f-]{36})"', page)


def seen(house: House, label: str = "person", minutes: int = 0, **more: object) -> tuple[str, str]:
    """A sighting so many minutes before noon, and its picture."""
    at = NOON - timedelta(minutes=minutes)
    image_id = house.picture(at=at, labels=[label])
    return house.sighting(label, at, [image_id], **more), image_id  # type: ignore[arg-type]


def with_plate(house: House, sighting_id: str, image_id: str, text: str, owner: str | None) -> None:
    plate_id = new_id()
    with house.writing() as connection:
        named = {"standing": "known" if owner else "unknown", "owner": owner, "created_at": NOON}
        connection.execute(insert(plate).values(id=plate_id, text=text, folded=fold(text), **named))
        settled = {"plate_id": plate_id, "plate_score": 0.97, "plate_settled_at": NOON}
        connection.execute(update(sighting).where(sighting.c.id == sighting_id).values(**settled))
        box = {"x1": 0.2, "y1": 0.2, "x2": 0.3, "y2": 0.3}
        read = {"raw": "KA B0", "text": text, "folded": fold(text), "score": 0.71, "candidates": [], "ordinal": 0}
        same = {"image_id": image_id, "camera_id": "front-door", "captured_at": NOON, "sighting_id": sighting_id}
        connection.execute(insert(plate_read).values(**same, **read, **box, plate_id=plate_id))


def test_sightings_come_by_day_with_their_best_picture(cast: Cast, house: House) -> None:
    house.camera()
    old, _ = seen(house, "dog", minutes=24 * 60)
    new, image_id = seen(house)
    page = cast.viewer.get("/sightings").text
    assert re.findall(r'class="day">([^<]+)', page) == ["Today", "Yesterday"]
    assert listed(page) == [new, old]
    assert f"/picture/{image_id}/thumb" in page
    assert page.count('class="box c') == 2
    assert "there for 4 min" in page


def test_filters_work_together_and_stay_in_the_url(cast: Cast, house: House) -> None:
    house.camera()
    house.camera("Street", "street")
    wanted, _ = seen(house, "dog", lasted=None)
    seen(house, "person", lasted=None)
    seen(house, "dog", minutes=30)
    seen(house, "dog", lasted=None, camera_id="street")
    page = cast.viewer.get("/sightings?camera=front-door&label=dog&there=1").text
    assert listed(page) == [wanted]
    assert '/sightings?camera=front-door&amp;label=dog"' in page


def test_scrolling_reaches_the_oldest(cast: Cast, house: House) -> None:
    house.camera()
    made = [house.sighting(at=NOON - timedelta(minutes=n // 3)) for n in range(50)]
    page = cast.viewer.get("/sightings").text
    follow = re.search(r'hx-get="([^"]+)"', page)
    assert follow is not None
    rest = cast.viewer.get(follow.group(1).replace("&amp;", "&"), headers={"HX-Request": "true"}).text
    assert 'class="day"' not in rest
    assert sorted(listed(page) + listed(rest)) == sorted(made)
    plain = cast.viewer.get(follow.group(1).replace("&amp;", "&")).text
    assert "<html" in plain
    assert listed(plain) == listed(rest)


def test_an_empty_house_says_what_would_be_here(cast: Cast, house: House) -> None:
    assert "Nobody has come yet" in cast.viewer.get("/sightings").text
    assert "Nothing here" in cast.viewer.get("/sightings?label=zebra").text


def test_one_sighting_tells_all_that_is_known_of_it(cast: Cast, house: House) -> None:
    house.camera()
    made, image_id = seen(house, "car", lasted=None, still=True)
    with_plate(house, made, image_id, "KAB0", "Bert")
    house.decision(image_id, "told", reasons=["car has arrived"])
    page = cast.viewer.get(f"/sightings/{made}").text
    for words in ("Front Door", "still there", "not since it arrived", "KAB0", "Bert", "97 %", "read as “KA B0”"):
        assert words in page
    for words in ("Told", "car has arrived", f"/picture/{image_id}?sighting={made}", f"/pictures?sighting={made}"):
        assert words in page


def test_one_whose_pictures_are_gone_is_still_shown(cast: Cast, house: House) -> None:
    house.camera()
    made = house.sighting()
    page = cast.viewer.get(f"/sightings/{made}").text
    assert "is gone" in page
    assert "is gone" in cast.viewer.get("/sightings").text


def test_what_is_not_there_is_not_found(cast: Cast) -> None:
    assert cast.viewer.get(f"/sightings/{uuid.uuid4()}").status_code == 404
    assert cast.viewer.get("/sightings?before=nonsense").status_code == 400


def test_pictures_are_found_by_plate_sighting_and_in_words(cast: Cast, house: House) -> None:
    house.camera()
    made, image_id = seen(house, "car")
    with_plate(house, made, image_id, "KAB0123", None)
    house.picture(labels=["car"])
    for query in ("plate=ka 8o-i2", f"sighting={made}", "plate=KAX0123"):
        page = cast.viewer.get(f"/pictures?{query}").text
        assert re.findall(r'id="p([0-9a-f-]{36})"', page) == [image_id], query
    viewer = cast.viewer.get(f"/picture/{image_id}?sighting={made}").text
    assert "in: car, 12:00" in viewer
    assert f"/sightings/{made}" in viewer
    assert made not in re.sub(r"<[^>]+>", "", viewer)
