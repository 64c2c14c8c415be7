import pytest
from pydantic import SecretStr

from services.core import mute
from services.core.ids import new_id
from services.core.settings import Settings
from services.notifier.__main__ import mute_link
from tests.notifier.cast import NOON


def test_the_link_is_one_that_the_gallery_takes(bare: Settings) -> None:
    settings = bare.model_copy(update={"mute_secret": SecretStr("very secret"), "gallery_url": "http://house/"})
    person_id, make = new_id(), mute_link(settings)
    assert make is not None
    start, _, token = make(person_id, NOON).rpartition("/")
    assert start == "http://house/mute"
    assert mute.person_of("very secret", token, NOON) == person_id


@pytest.mark.parametrize("secret", [None, SecretStr("")])
def test_without_a_secret_there_is_no_link_that_anybody_could_forge(bare: Settings, secret: SecretStr | None) -> None:
    assert mute_link(bare.model_copy(update={"mute_secret": secret})) is None
