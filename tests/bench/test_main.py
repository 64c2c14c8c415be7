import pytest

from bench import __main__ as command


def test_it_lists_the_benchmarks_when_it_does_not_know_the_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["nonsense"]) == 2
    assert "detect" in capsys.readouterr().err


def test_it_hands_the_arguments_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        command.main(["detect", "--help"])
    assert end.value.code == 0
    assert "scripts/bench detect" in capsys.readouterr().out
