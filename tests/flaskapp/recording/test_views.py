from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from flaskapp.recording import views
from services.core.recording_files import preview_path
from services.store.account_tables import audit
from services.store.recording_tables import clip as clip_table
from services.store.recording_tables import removal
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.films import a_clip, a_segment, film, still
from tests.flaskapp.house import NOON, House, Standing

DAY = "/recordings/front-door/2026-11-20"


def audited(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(audit.c.action, audit.c.noun_id, audit.c.user_id).order_by(audit.c.id)))


def post(client: FlaskClient, path: str, **values: str) -> Any:
    return client.post(path, data={"csrf_token": token(client), **values})


def fetched(client: FlaskClient, path: str, **headers: str) -> Any:
    """An answer whose file is read and closed."""
    with client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()}) as answer:
        assert answer.data is not None
        return answer


def test_without_recordings_the_page_says_what_would_be_there(cast: Cast) -> None:
    answer = cast.viewer.get("/recordings")
    assert "Nothing is recorded yet" in answer.text
    assert 'href="/cameras"' in answer.text


def test_days_and_cameras_that_have_something_lead_to_it(cast: Cast, house: House) -> None:
    house.camera()
    house.camera("Garden", "garden")
    a_segment(house, NOON - timedelta(hours=2))
    a_segment(house, NOON - timedelta(hours=1))
    a_clip(house, NOON - timedelta(days=3), camera_id="garden")
    text = cast.viewer.get("/recordings").text
    assert f'href="{DAY}"' in text
    assert "10 min" in text
    assert 'href="/recordings/garden/2026-11-17"' in text
    assert 'href="/recordings/garden/2026-11-20"' not in text
    older = cast.viewer.get("/recordings?until=2026-11-18").text
    assert 'href="/recordings/garden/2026-11-17"' in older
    assert f'href="{DAY}"' not in older


def test_earlier_days_are_a_tap_away_and_before_the_first_one_the_page_says_so(cast: Cast, house: House) -> None:
    house.camera()
    a_segment(house)
    a_segment(house, NOON - timedelta(days=30))
    text = cast.viewer.get("/recordings").text
    assert 'href="/recordings?until=2026-10-21"' in text
    assert "Newest days" not in text
    older = cast.viewer.get("/recordings?until=2026-10-21").text
    assert 'href="/recordings/front-door/2026-10-21"' in older
    assert "Earlier days" not in older
    first = cast.viewer.get("/recordings?until=2026-10-20").text
    assert "Nothing was recorded on that day, nor before" in first
    assert "Nothing is recorded yet" not in first
    assert 'name="until"' in first
    assert "Newest days" in first


def test_clips_come_newest_first_and_page_by_place(cast: Cast, house: House) -> None:
    house.camera()
    made = [a_clip(house, NOON - timedelta(minutes=n), preview="failed") for n in range(30)]
    first = cast.viewer.get("/recordings").text
    assert first.index(made[0]) < first.index(made[23])
    assert made[24] not in first
    more = first.split('class="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = cast.viewer.get(more, headers={"HX-Request": "true"}).text
    assert made[24] in second
    assert made[23] not in second
    assert "<html" not in second
    assert "<html" in cast.viewer.get(more).text


def test_only_clips_that_are_kept_or_of_a_camera_are_shown_when_they_are_asked_for(cast: Cast, house: House) -> None:
    house.camera()
    house.camera("Garden", "garden")
    kept, other = a_clip(house, kept=True), a_clip(house, camera_id="garden")
    assert other not in cast.viewer.get("/recordings?kept=1").text
    text = cast.viewer.get("/recordings?camera=garden").text
    assert other in text
    assert kept not in text


def test_a_day_shows_segments_gaps_motion_sightings_and_clips_and_reads_without_a_script(
    cast: Cast, house: House
) -> None:
    house.camera()
    first = a_segment(house, NOON)
    second = a_segment(house, NOON + timedelta(minutes=8))
    made = a_clip(house, NOON + timedelta(minutes=1))
    house.event("motion", NOON + timedelta(minutes=1), camera_id="front-door", detail="moving")
    house.event("motion", NOON + timedelta(minutes=2), camera_id="front-door", detail="still")
    house.sighting("dog", NOON + timedelta(minutes=1))
    text = cast.viewer.get(DAY).text
    for one in (first, second):
        assert f'href="{DAY}?play={one}"' in text
    assert f'href="/recording/{made}"' in text
    assert "Not recorded 12:05:00–12:08:00 (3 min)" in text
    assert "Motion 12:01:00–12:02:00 (60 s)" in text
    assert "Dog, 12:01:00" in text
    assert f'src="/recording/{first}/preview"' in cast.viewer.get(f"{DAY}?play={first}").text


def test_of_a_day_of_very_many_segments_the_strip_has_all_and_the_list_the_newest(
    cast: Cast, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LISTED", 2)
    house.camera()
    made = [a_segment(house, NOON + timedelta(seconds=10 * n), timedelta(seconds=10)) for n in range(3)]
    text = cast.viewer.get(DAY).text
    assert "The newest 2; those before are on the strip." in text
    assert [f"play={one}" in text for one in made] == [False, True, True]
    assert all(f'data-id="{one}"' in text for one in made)


def test_a_segment_without_preview_is_played_itself_and_one_that_no_browser_plays_is_said_to_be_so(
    cast: Cast, house: House
) -> None:
    house.camera()
    plain = a_segment(house, preview="failed")
    assert f'src="/recording/{plain}/file"' in cast.viewer.get(f"/recording/{plain}").text
    sent = a_clip(house, because="sent", path="recordings/2026-11-20/cam.avi", preview="failed")
    text = cast.viewer.get(f"/recording/{sent}").text
    assert "Browsers cannot play this file" in text
    assert "<video" not in text


def test_a_day_of_which_nothing_is_known_says_so_and_a_day_that_is_none_is_not_found(cast: Cast, house: House) -> None:
    house.camera()
    assert "Nothing was recorded" in cast.viewer.get(DAY).text
    for none in ("2026-02-30", "yesterday", "0001-01-01", "9999-12-31", "2026-W47-5"):
        assert cast.viewer.get(f"/recordings/front-door/{none}").status_code == 404
    assert cast.viewer.get("/recordings/nobody/2026-11-20").status_code == 404
    assert cast.viewer.get("/recordings?until=2026-02-30").status_code == 404


def test_a_clip_that_is_not_ready_says_what_it_waits_for(cast: Cast, house: House) -> None:
    house.camera()
    a_clip(house, state="failed", error="its segments are gone")
    cutting = a_clip(house, state="cutting", claim_expires_at=NOON, claimed_by="recorder")
    text = cast.viewer.get("/recordings").text
    assert "Could not be made" in text
    assert "its segments are gone" in text
    assert "It is being cut" in cast.viewer.get(f"/recording/{cutting}").text
    for part in ("file", "preview"):
        assert cast.viewer.get(f"/recording/{cutting}/{part}").status_code == 404


def test_files_come_whole_in_ranges_and_conditionally_with_their_type(cast: Cast, house: House) -> None:
    house.camera()
    path = f"/recording/{a_segment(house)}/file"
    whole = fetched(cast.viewer, path)
    assert whole.data == film()
    assert whole.content_type == "video/mp4"
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert "private" in whole.headers["Cache-Control"]
    some = fetched(cast.viewer, path, Range="bytes=10-19")
    assert (some.status_code, some.data) == (206, film()[10:20])
    assert some.headers["Content-Range"] == f"bytes 10-19/{len(film())}"
    last = fetched(cast.viewer, path, Range="bytes=-5")
    assert (last.status_code, last.data) == (206, film()[-5:])
    beyond = fetched(cast.viewer, path, Range=f"bytes={len(film())}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(film())}")
    same = fetched(cast.viewer, path, If_None_Match=whole.headers["ETag"])
    assert (same.status_code, same.data) == (304, b"")


@pytest.mark.parametrize("odd", ["bytes=0-4,10-14", "seconds=0-4", "bytes=9-4", "bytes=", "bytes=a-b", "0-4"])
def test_a_range_that_is_not_one_of_bytes_is_passed_over(cast: Cast, house: House, odd: str) -> None:
    house.camera()
    answer = fetched(cast.viewer, f"/recording/{a_segment(house)}/file", Range=odd)
    assert (answer.status_code, answer.data) == (200, film())


def test_the_rest_of_a_file_is_asked_for_only_while_it_is_the_same(cast: Cast, house: House) -> None:
    house.camera()
    path = f"/recording/{a_segment(house)}/file"
    tag = fetched(cast.viewer, path).headers["ETag"]
    assert fetched(cast.viewer, path, Range="bytes=10-", If_Range=tag).status_code == 206
    assert fetched(cast.viewer, path, Range="bytes=10-", If_Range='"another"').data == film()
    past = fetched(cast.viewer, path, Range=f"bytes=10-{len(film()) + 99}")
    assert (past.status_code, past.data) == (206, film()[10:])


def test_what_a_file_is_like_is_told_without_it_and_of_the_whole(cast: Cast, house: House) -> None:
    house.camera()
    path = f"/recording/{a_segment(house)}/file"
    for headers in ({}, {"Range": "bytes=0-9"}):
        with cast.viewer.head(path, headers=headers) as answer:
            assert (answer.status_code, answer.data) == (200, b"")
            assert answer.headers["Content-Length"] == str(len(film()))
            assert answer.headers["Accept-Ranges"] == "bytes"


def test_a_download_has_the_files_name_and_an_unknown_type_is_only_downloaded(cast: Cast, house: House) -> None:
    house.camera()
    made = a_segment(house)
    saved = fetched(cast.viewer, f"/recording/{made}/file?download=1")
    assert saved.headers["Content-Disposition"] == f"attachment; filename=front-door-{made}.mp4"
    odd = a_clip(house, because="sent", path="recordings/2026-11-20/page.html")
    answer = fetched(cast.viewer, f"/recording/{odd}/file")
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_file_that_is_gone_is_not_found_and_its_picture_is_a_drawing(cast: Cast, house: House) -> None:
    house.camera()
    made = a_segment(house, preview="waiting", path="recordings/2026-11-20/gone.mp4")
    house.media.path("recordings/2026-11-20/gone.mp4").unlink()
    assert fetched(cast.viewer, f"/recording/{made}/file").status_code == 404
    assert cast.viewer.get(f"/recording/{made}/preview").status_code == 404
    drawing = fetched(cast.viewer, f"/recording/{made}/thumbnail")
    assert (drawing.status_code, drawing.mimetype) == (200, "image/svg+xml")
    whole = a_segment(house, NOON + timedelta(hours=1))
    assert fetched(cast.viewer, f"/recording/{whole}/thumbnail").data == still()


def test_only_what_has_a_row_is_served(cast: Cast, house: House) -> None:
    house.camera()
    a_segment(house)
    for none in ("/recording/00000000-0000-7000-8000-000000000000/file", "/recording/..%2f..%2fetc/file"):
        assert cast.viewer.get(none).status_code == 404


def test_an_owner_keeps_a_clip_for_ever_and_it_is_written_down(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    made = a_clip(house)
    assert "Keep for ever" in cast.owner.get(f"/recording/{made}").text
    post(cast.owner, f"/recording/{made}/keep", kept="1")
    assert "It is kept for ever" in cast.owner.get(f"/recording/{made}").text
    with engine.connect() as connection:
        assert connection.scalar(select(clip_table.c.kept)) is True
    post(cast.owner, f"/recording/{made}/keep", kept="1")
    assert audited(engine) == [("recording.keep", made, cast.owner_id)]
    post(cast.owner, f"/recording/{made}/keep", kept="0")
    assert "Keep for ever" in cast.owner.get(f"/recording/{made}").text


def test_what_is_deleted_is_out_of_sight_at_once_and_can_be_taken_back(
    cast: Cast, house: House, engine: Engine, clock: Standing
) -> None:
    house.camera()
    made = a_clip(house)
    assert "every link by which it was shared" in cast.owner.get(f"/recording/{made}/remove").text
    answer = post(cast.owner, f"/recording/{made}/remove")
    day = cast.owner.get(answer.location).text
    assert "Deleted: one clip" in day
    assert f'href="/recording/{made}"' not in day
    assert fetched(cast.owner, f"/recording/{made}/file").status_code == 404
    assert post(cast.owner, f"/recording/{made}/remove").status_code == 404
    assert "Deleted" not in cast.viewer.get(answer.location).text
    post(cast.owner, f"/recording/{made}/restore")
    assert fetched(cast.owner, f"/recording/{made}/file").status_code == 200
    assert [one.action for one in audited(engine)] == ["recording.remove", "recording.restore"]
    clock.pass_by(11)
    post(cast.owner, f"/recording/{made}/remove")
    clock.pass_by(11)
    assert "Deleted: one clip" not in cast.owner.get(answer.location).text


def test_what_is_gone_for_good_cannot_be_taken_back(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    made = a_clip(house)
    post(cast.owner, f"/recording/{made}/remove")
    with engine.begin() as connection:
        connection.execute(removal.delete())
        connection.execute(clip_table.delete())
    answer = post(cast.owner, f"/recording/{made}/restore")
    assert "cannot be taken back any more" in cast.owner.get(answer.location).text


@pytest.mark.parametrize("deed", ["keep", "remove", "restore"])
def test_a_viewer_may_only_look(cast: Cast, house: House, deed: str) -> None:
    house.camera()
    made = a_clip(house)
    assert post(cast.viewer, f"/recording/{made}/{deed}").status_code == 403
    assert cast.owner.post(f"/recording/{made}/{deed}").status_code == 400


def test_the_audit_says_in_words_what_was_done_to_a_recording(cast: Cast, house: House) -> None:
    house.camera()
    made = a_clip(house)
    post(cast.owner, f"/recording/{made}/keep", kept="1")
    post(cast.owner, f"/recording/{made}/remove")
    text = cast.owner.get("/audit?kind=recording").text
    assert "clip of front-door" in text
    assert "kept for ever, or no longer" in text
    assert "removed" in text


def test_names_beside_a_recording_are_made_of_its_own() -> None:
    assert preview_path("recordings/2026-11-20/a.b.mp4") == "recordings/2026-11-20/a.b.preview.mp4"
