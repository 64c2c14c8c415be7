import pytest

from services.recorder.motion_program import PATIENCE_S, Events, Told

MOVIE = "/m/754__102__2019-12-11_13-42-18__FrontDoor.mkv"
OLD = (
    "[2:ml2:FrontDoor] [NTC] [ALL] motion_detected: Motion detected - starting event 754",
    "[2:ml2:FrontDoor] [NTC] [EVT] event_newfile: File of type 8 saved to: " + MOVIE,
    "[2:ml2:FrontDoor] [NTC] [EVT] event_newfile: File of type 1 saved to: /m/754__102__2019__FrontDoor.jpg",
    "[2:ml2:FrontDoor] [NTC] [ALL] mlp_actions: End of event 754",
)
NEW = (
    "[1:ml1:Yard] [NTC] [ALL] [Nov 20 08:25:15] motion_detected: Motion detected - starting event 3",
    "[1:ml1:Yard] [NTC] [EVT] [Nov 20 08:25:16] event_image_detect: Writing image to file: /m/with a space.jpg",
    "[1:ml1:Yard] [NTC] [EVT] [Nov 20 08:25:30] event_movie_closefile: Saved movie to file: /m/yard.mp4",
    "[1:ml1:Yard] [NTC] [ALL] [Nov 20 08:25:30] mlp_actions: End of event 3",
)


def told(*lines: str, at: float = 0) -> list[Told]:
    events = Events()
    for line in lines:
        events.feed(line, 0)
    return list(events.over(at))


@pytest.mark.parametrize(
    ("lines", "camera", "movie"),
    [(OLD, "FrontDoor", MOVIE), (NEW, "Yard", "/m/yard.mp4")],
)
def test_the_words_of_both_versions_are_understood(lines: tuple[str, ...], camera: str, movie: str) -> None:
    (one,) = told(*lines)
    assert (one.camera, one.movies, len(one.pictures)) == (camera, [movie], 1)
    assert told(*lines[:-1]) == []


def test_cameras_whose_lines_are_mixed_are_told_apart() -> None:
    mixed = [line for pair in zip(OLD, NEW, strict=True) for line in pair]
    assert [(one.camera, len(one.movies), len(one.pictures)) for one in told(*mixed)] == [
        ("FrontDoor", 1, 1),
        ("Yard", 1, 1),
    ]


def test_an_event_that_never_ends_is_over_after_a_while() -> None:
    assert told(*OLD[:3], at=PATIENCE_S) == []
    (one,) = told(*OLD[:3], at=PATIENCE_S + 1)
    assert (len(one.movies), one.is_over) == (1, False)


def test_a_number_that_comes_again_after_motion_began_anew_is_another_event() -> None:
    first, second = told(*OLD, *OLD)
    assert first.movies == second.movies
    (only,) = told(OLD[0], *OLD)
    assert len(only.movies) == 1


def test_what_says_nothing_of_an_event_is_passed_over() -> None:
    assert (
        told("", "noise", "[0:motion] [NTC] [ALL] Motion 4.5.1 started", "[2:ml2:Yard] [NTC] [EVT] End of event x")
        == []
    )
