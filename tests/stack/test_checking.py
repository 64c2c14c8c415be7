import sys
from pathlib import Path

import pytest

from stack import checking
from stack.checking import Check, passes, shell_scripts


def test_a_check_that_fails_shows_its_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert not passes(Check("spelling", [sys.executable, "-c", "print('line 3: wrong'); raise SystemExit(1)"]))
    printed = capsys.readouterr().out
    assert printed.startswith("spelling … FAILED, ")
    assert "line 3: wrong" in printed


def test_a_check_that_passes_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert passes(Check("spelling", [sys.executable, "-c", "print('all good')"]))
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_all_checks_run_whatever_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    codes = {"a": 1, "b": 0, "c": 1}
    made = [Check(name, [sys.executable, "-c", f"raise SystemExit({code})"]) for name, code in codes.items()]
    monkeypatch.setattr(checking, "checks", lambda which: iter(made))
    monkeypatch.setattr(checking, "set_up", lambda: True)
    assert checking.check("fast") == 1
    assert capsys.readouterr().out.splitlines()[-3:] == ["2 passed, 2 failed", "  failed: a", "  failed: c"]


def test_every_shell_script_is_checked_and_nothing_else() -> None:
    found = shell_scripts(["scripts/run", "scripts/lib/bootstrap.sh", "pyproject.toml", "LICENSE"])
    assert found == ["scripts/run", "scripts/lib/bootstrap.sh"]


def test_the_quick_run_leaves_out_what_is_slow() -> None:
    quick, whole = ([check for check in checking.checks(which) if check.name == "pytest"] for which in ("fast", "all"))
    assert "not system and not browser" in quick[0].command
    assert "-m" not in whole[0].command[3:]


def test_each_contract_is_checked_against_its_example() -> None:
    names = {check.name for check in checking.schemas()}
    examples = {f"example {path.stem}" for path in Path(checking.CONTRACTS, "examples").glob("*.json")}
    assert examples
    assert names == examples | {"schemas"}


@pytest.mark.parametrize(("cores", "workers"), [(1, 2), (2, 3), (4, 5), (64, 6)])
def test_the_tests_get_one_worker_more_than_there_are_cores_within_reason(cores: int, workers: int) -> None:
    assert checking.workers(cores) == workers
