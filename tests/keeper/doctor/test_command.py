import json

import pytest
from sqlalchemy import Engine

from services.core.settings import Settings
from services.keeper.doctor.command import main
from tests.keeper.doctor.conftest import Ward
from tests.peers import free_port

pytestmark = pytest.mark.mariadb


def test_a_clean_stack_is_zero_and_says_so(ward: Ward, house: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], house) == 0
    assert "all is well" in capsys.readouterr().out


def test_a_finding_is_one_and_names_invariant_thing_and_remedy(
    ward: Ward, house: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    image_id = ward.detected()
    ward.media.discard(ward.get(image_id).path)
    assert main([], house) == 1
    said = capsys.readouterr().out
    assert "invariant 2 is broken: every file under media has one row" in said
    assert "1 images have no file" in said
    assert "what to do: restore the files" in said
    assert image_id in said


def test_programs_get_json(ward: Ward, house: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    ward.set(ward.detected(), attempts=4)
    assert main(["--json"], house) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["clean"] is False
    assert [(one["invariant"], one["check"], one["count"]) for one in document["findings"]] == [(3, "claim_askew", 1)]


def test_after_a_repair_only_what_is_left_counts(
    ward: Ward, house: Settings, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    ward.pending(state="detecting", claimed_by="dead", claim_expires_at=ward.at, attempts=3)
    assert main([], house) == 1
    assert main(["--repair"], house) == 0
    assert "repaired: 1 expired claims taken back" in capsys.readouterr().out


def test_without_a_database_it_cannot_check(house: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    (house.media / "images").mkdir(parents=True)
    assert main([], house.model_copy(update={"db_port": free_port()})) == 2
    assert "the database does not answer" in capsys.readouterr().err


def test_without_a_media_folder_it_cannot_check(house: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], house) == 2
    assert "is not there: mount the disk" in capsys.readouterr().err
