import json

import pytest

from bench.own_stack import NotInTime
from bench.rules import BARE_TAB, bare_nodes, figures, main
from bench.volley import Ways

KEYS = {"p50_ms", "p95_ms", "p99_ms", "rate", "bare_rate", "ratio", "sent", "lost", "unruled", "not_acted"}


def test_the_figures_follow_from_the_ways() -> None:
    made = figures(Ways(3, 1.0, [0.01, 0.02]), Ways(100, 0.5, [0.1] * 100), Ways(100, 0.1, [0.01] * 100))
    assert (made["rate"], made["bare_rate"], made["ratio"]) == (200.0, 1000.0, 0.2)
    assert (made["p50_ms"], made["sent"], made["lost"]) == (15.0, 103, 1)


def test_without_any_order_there_are_no_figures() -> None:
    with pytest.raises(NotInTime, match="no order came"):
        figures(Ways(3, 1.0, []), Ways(3, 1.0, []), Ways(3, 1.0, [0.1]))


def test_the_bare_nodes_are_wired_to_each_other_by_the_shipped_broker() -> None:
    tab, heard, said = bare_nodes([{"id": "b", "type": "mqtt-broker"}])
    assert {heard["broker"], said["broker"]} == {"b"}
    assert (tab["id"], heard["z"], heard["wires"]) == (BARE_TAB, BARE_TAB, [[said["id"]]])


@pytest.mark.system
@pytest.mark.timeout(300)
def test_the_benchmark_runs_a_stack_and_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "--seconds", "2", "--triggers", "100"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == KEYS
    assert (told["lost"], told["unruled"], told["not_acted"]) == (0, 0, 0)
