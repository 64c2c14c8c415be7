import json

import pytest

from bench.latency import Story, acknowledged, figures, main, unaccounted
from bench.own_stack import NotInTime
from bench.stock_sender import Sending

KEYS = {"p50_ms", "p95_ms", "detection_ms", "overhead_p95_ms", "stages", "alerts", "held_back", "lost"}
WHOLE = {"sent": 10.0, "received": 10.001, "stored": 10.003, "decided": 10.007, "detected": 10.022, "judged": 10.03}


def story(told: float | None, outcome: str | None = "told", took_ms: float | None = 12.0) -> Story:
    return Story(WHOLE | ({} if told is None else {"told": told}), took_ms, outcome)


def test_the_figures_follow_from_the_stories() -> None:
    made = figures([story(10.05), story(10.06), story(None, "not_told")])
    assert (made["p50_ms"], made["detection_ms"], made["alerts"], made["held_back"]) == (55.0, 12.0, 2, 1)
    assert made["overhead_p95_ms"] == round(made["p95_ms"] - 12.0, 1)
    assert made["stages"]["received_to_stored_ms"] == 2.0
    assert made["stages"]["judged_to_told_ms"] == 25.0


def test_a_run_without_alerts_has_no_figures() -> None:
    with pytest.raises(NotInTime, match="no alert came"):
        figures([story(None, "not_told")])


def test_a_picture_without_decision_and_an_alert_that_never_came_count_as_lost() -> None:
    assert unaccounted([story(10.05), story(None, "not_told"), story(None, None), story(None, "telling")]) == 2


def test_only_what_the_hub_said_ok_to_is_acknowledged() -> None:
    replies = {"a": b"OK", "b": b"REFUSED busy", "c": None}
    sent = {name: Sending(name, 1.0, 0.01, reply) for name, reply in replies.items()}
    assert acknowledged(sent) == ["a"]


@pytest.mark.system
@pytest.mark.timeout(300)
def test_the_benchmark_runs_a_stack_and_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "--seconds", "3"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == KEYS
    assert told["lost"] == 0
    assert told["alerts"] > 0


def test_a_missing_clip_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--clip", "/nowhere/clip.avi"]) == 1
    assert "bench latency: /nowhere/clip.avi holds no frames" in capsys.readouterr().err
