import pytest

from flaskapp.text import reachable
from tests.flaskapp.conftest import Cast

HERE = "http://127.0.0.1:1880"


@pytest.mark.parametrize(
    ("url", "host", "leads"),
    [
        (HERE, "127.0.0.1:8080", True),
        (HERE, "localhost", True),
        ("http://[::1]:1880", "[::1]:8080", True),
        (HERE, "192.0.2.7:8080", False),
        ("http://localhost:1880", "camera-house.lan", False),
        ("https://flows.camera-house.lan", "192.0.2.7", True),
        (None, "192.0.2.7", False),
    ],
)
def test_a_neighbour_is_linked_only_where_its_address_leads_to_it(url: str | None, host: str, leads: bool) -> None:
    assert reachable(url, host) == (url if leads else None)


def test_a_phone_is_told_where_the_editor_opens_in_place_of_a_link_to_itself(cast: Cast) -> None:
    here = cast.viewer.get("/health").text
    assert 'href="http://127.0.0.1:1880"' in here
    name = cast.viewer.application.config["SESSION_COOKIE_NAME"]
    cookie = cast.viewer.get_cookie(name)
    assert cookie
    cast.viewer.set_cookie(name, cookie.value, domain="192.0.2.7")
    phone = cast.viewer.get("/health", base_url="http://192.0.2.7:8080")
    assert phone.status_code == 200
    assert "127.0.0.1" not in phone.text
    assert "opens on the computer that Hearthwatch runs on" in phone.text
