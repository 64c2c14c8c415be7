import pytest

from services.recorder.verdict import held_otherwise, judge

SAID = "[rtsp @ 0x5565b3c7ec40] [error] "


@pytest.mark.parametrize(
    ("line", "state"),
    [
        (SAID + "method DESCRIBE failed: 401 Unauthorized", "refused"),
        (SAID + "method DESCRIBE failed: 404 Not Found", "missing"),
        (SAID + "method DESCRIBE failed: 503 Service Unavailable", "broken"),
        (SAID + "method SETUP failed: 461 Client error", "wrong_transport"),
        ("[tcp @ 0x1] [error] Connection to … failed: Connection refused", "away"),
        ("[error] pipe:0: No route to host", "away"),
        ("[error] pipe:0: Connection timed out", "slow"),
        ("[error] pipe:0: Invalid data found when processing input", "not_a_stream"),
        ("[error] pipe:0: Protocol not found", "not_a_stream"),
        ("[segment @ 0x1] [error] av_interleaved_write_frame(): No space left on device", "disk_full"),
    ],
)
def test_what_ffmpeg_says_becomes_a_state_and_words(line: str, state: str) -> None:
    verdict = judge(["[h264 @ 0x2] [error] error while decoding MB 3 4", line], grew=False)
    assert verdict.state == state
    assert verdict.detail


def test_an_end_without_a_word_is_judged_by_whether_anything_had_come() -> None:
    assert judge([], grew=True).state == "cut_off"
    assert judge(["[h264 @ 0x2] [error] corrupt"], grew=False).state == "away"


@pytest.mark.parametrize(
    ("codec", "form", "other"),
    [
        ("pcm_alaw", ("mp4", "copy"), ("mp4", "aac")),
        ("vp8", ("mp4", "copy"), ("mkv", "copy")),
        ("pcm_alaw", ("mp4", "aac"), ("mkv", "copy")),
        ("vp8", ("mkv", "copy"), None),
    ],
)
def test_what_mp4_cannot_hold_is_held_otherwise(
    codec: str, form: tuple[str, str], other: tuple[str, str] | None
) -> None:
    line = f"[mp4 @ 0x1] [error] Could not find tag for codec {codec} in stream #1, codec not currently supported"
    assert held_otherwise([line], *form) == other
    assert held_otherwise(["something else"], *form) is None
