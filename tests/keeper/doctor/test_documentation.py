from pathlib import Path

from services.keeper.doctor import folders, house, images, recordings
from services.keeper.doctor.finding import INVARIANTS, Check
from services.keeper.doctor.rows import questions
from services.keeper.doctor.waits import STUCK
from tests.pictures import HeldClock

DOCUMENT = Path(__file__).parents[3] / "docs" / "troubleshooting.md"


def checks() -> list[Check]:
    constants = [
        one
        for module in (folders, house, images, recordings)
        for one in vars(module).values()
        if isinstance(one, Check)
    ]
    return [*constants, *STUCK.values(), *questions(HeldClock())]


def test_every_finding_is_explained() -> None:
    text = DOCUMENT.read_text()
    assert [one.name for one in checks() if f"`{one.name}`" not in text] == []


def test_every_finding_names_a_promise_and_has_a_name_of_its_own() -> None:
    assert all(one.invariant in INVARIANTS for one in checks())
    assert len({one.name for one in checks()}) == len(checks())
