import re
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from sqlalchemy import Engine, select

from flaskapp.share.views import MOST
from services.core.ids import new_id
from services.store.account_tables import audit
from services.store.recording_tables import share
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.films import a_clip, film, still
from tests.flaskapp.house import House, Standing, drawn


def post(client: FlaskClient, path: str, **values: str) -> Any:
    return client.post(path, data={"csrf_token": token(client), **values})


def linked(client: FlaskClient, path: str, span: str = "day") -> str:
    """The address, below the gallery, of a new link."""
    answer = post(client, path, span=span)
    found = re.search(r'value="http://127.0.0.1:8080(/shared/[^"]+)"', client.get(answer.location).text)
    assert found
    return found.group(1)


def status(client: FlaskClient, path: str) -> int:
    with client.get(path) as answer:
        return answer.status_code


def test_whoever_has_the_link_sees_just_that_clip(cast: Cast, house: House) -> None:
    house.camera()
    made, other = a_clip(house), a_clip(house)
    link = linked(cast.owner, f"/recording/{made}/share")
    page = cast.stranger.get(link)
    assert page.status_code == 200
    assert "Front Door" in page.text
    assert f'src="{link}/preview"' in page.text
    assert made not in page.text
    with cast.stranger.get(f"{link}/file", headers={"Range": "bytes=0-9"}) as some:
        assert (some.status_code, some.data) == (206, film()[:10])
    with cast.stranger.get(f"{link}/thumbnail") as small:
        assert small.data == still()
    for shut in (f"/recording/{made}", f"/recording/{made}/file", f"/recording/{other}/file", "/recordings"):
        assert status(cast.stranger, shut) in (302, 401)


def test_a_link_leads_to_where_its_owner_is_while_nobody_said_how_people_reach_the_gallery(
    cast: Cast, house: House
) -> None:
    house.camera()
    made = a_clip(house)
    post(cast.owner, f"/recording/{made}/share", span="day")
    here = "http://192.168.1.10:8080"
    with cast.owner.session_transaction(base_url=here) as session:
        session["_user_id"] = f"{cast.owner_id}:0"
    assert f'value="{here}/shared/' in cast.owner.get(f"/recording/{made}/share", base_url=here).text


def test_a_picture_is_shared_as_it_came(cast: Cast, house: House) -> None:
    house.camera()
    picture = drawn()
    made = house.picture(data=picture)
    link = linked(cast.owner, f"/picture/{made}/share")
    assert "/file" in cast.stranger.get(link).text
    for part in ("file", "preview", "thumbnail"):
        with cast.stranger.get(f"{link}/{part}") as answer:
            assert (answer.mimetype, answer.data) == ("image/jpeg", picture)
    house.media.path(f"images/2026-11-20/front-door-{made}.jpg").unlink()
    assert status(cast.stranger, f"{link}/file") == 410


def test_a_link_shows_nothing_once_its_time_is_over(cast: Cast, house: House, clock: Standing) -> None:
    house.camera()
    link = linked(cast.owner, f"/recording/{a_clip(house)}/share", "hour")
    clock.pass_by(3599)
    assert status(cast.stranger, link) == 200
    clock.pass_by(1)
    answer = cast.stranger.get(link)
    assert answer.status_code == 410
    assert "This link shows nothing any more" in answer.text
    assert status(cast.stranger, f"{link}/file") == 410


def test_a_link_can_be_ended_and_each_step_is_written_down_without_it(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    made = a_clip(house)
    link = linked(cast.owner, f"/recording/{made}/share")
    with engine.connect() as connection:
        share_id = connection.scalar(select(share.c.id))
    post(cast.owner, f"/share/{share_id}/end")
    assert status(cast.stranger, link) == 410
    assert post(cast.owner, f"/share/{share_id}/end").status_code == 404
    with engine.connect() as connection:
        rows = list(
            connection.execute(select(audit.c.action, audit.c.noun_id, audit.c.after_json).order_by(audit.c.id))
        )
    assert [(row.action, row.noun_id) for row in rows] == [("share.create", share_id), ("share.end", share_id)]
    assert rows[0].after_json["of"] == made
    assert link.rsplit("/", 1)[1] not in str(rows)


def test_with_the_thing_its_links_go(cast: Cast, house: House) -> None:
    house.camera()
    made = a_clip(house)
    link = linked(cast.owner, f"/recording/{made}/share")
    post(cast.owner, f"/recording/{made}/remove")
    assert status(cast.stranger, link) == 410


def test_how_often_a_link_was_opened_is_counted(cast: Cast, house: House) -> None:
    house.camera()
    made = a_clip(house)
    link = linked(cast.owner, f"/recording/{made}/share")
    assert "not opened yet" in cast.owner.get(f"/recording/{made}/share").text
    cast.stranger.get(link)
    cast.stranger.get(link)
    assert "opened 2 times" in cast.owner.get(f"/recording/{made}/share").text


def test_links_that_nobody_made_here_show_nothing_and_are_counted_by_address(cast: Cast, house: House) -> None:
    house.camera()
    a_clip(house)
    forged = URLSafeSerializer("another key", salt="share").dumps(new_id())
    other_use = URLSafeSerializer("a key for tests", salt="session").dumps(new_id())
    odd = URLSafeSerializer("a key for tests", salt="share").dumps([1, 2])
    gone = URLSafeSerializer("a key for tests", salt="share").dumps(new_id())
    for one in (forged, other_use, odd, gone, "x", "é"):
        assert status(cast.stranger, f"/shared/{one}") in (404, 410), one
    assert {status(cast.stranger, "/shared/x") for _ in range(80)} == {410, 429}


def test_a_link_that_works_is_not_counted_so_that_a_film_plays_in_ranges(cast: Cast, house: House) -> None:
    house.camera()
    link = linked(cast.owner, f"/recording/{a_clip(house)}/share")
    assert {status(cast.stranger, f"{link}/file") for _ in range(70)} == {200}


def test_only_owners_share_and_only_for_a_time_that_is_offered(cast: Cast, house: House) -> None:
    house.camera()
    made = a_clip(house)
    assert post(cast.viewer, f"/recording/{made}/share", span="day").status_code == 403
    assert "An owner can share it" in cast.viewer.get(f"/recording/{made}/share").text
    assert post(cast.owner, f"/recording/{made}/share", span="for ever").status_code == 400
    assert cast.stranger.post(f"/recording/{made}/share", data={"span": "day"}).status_code == 401
    cutting = a_clip(house, state="waiting")
    assert cast.owner.get(f"/recording/{cutting}/share").status_code == 404


def test_there_are_no_more_links_to_one_thing_than_a_page_can_list(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    made = a_clip(house)
    for _ in range(MOST + 1):
        post(cast.owner, f"/recording/{made}/share", span="day")
    assert "End one first" in cast.owner.get(f"/recording/{made}/share").text
    with engine.connect() as connection:
        assert len(list(connection.execute(select(share)))) == MOST
