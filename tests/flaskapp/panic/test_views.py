from sqlalchemy import Engine, select

from services.store import event, link
from services.store.tables import event as event_table
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.device.test_views import audits, words
from tests.flaskapp.house import NOON
from tests.flaskapp.rule.making import a_rule, an_action, an_input


def test_it_is_reached_from_more_modes_and_rules_by_an_owner(cast: Cast) -> None:
    for page in ("/more", "/modes", "/rules"):
        assert 'href="/panic"' in cast.owner.get(page).text
        assert 'href="/panic"' not in cast.viewer.get(page).text


def test_one_tap_only_asks_and_says_what_would_happen(cast: Cast, engine: Engine) -> None:
    with engine.begin() as connection:
        link.add(connection, a_rule(inputs=[an_input("panic", None)], actions=[an_action("mode", "away")]))
        link.add(connection, a_rule(name="Other", actions=[an_action("mode", "night")]))
    page = words(cast.owner.get("/panic").text)
    assert "When somebody presses Panic, set the house to Away." in page
    assert "Night." not in page
    with engine.connect() as connection:
        assert event.panics(connection, NOON) == []


def test_without_a_rule_it_says_so_and_leads_to_one(cast: Cast) -> None:
    page = cast.owner.get("/panic").text
    assert "No rule listens to the panic button" in page
    assert 'href="/rules/new?input=panic:"' in page


def test_yes_is_a_trigger_that_waits_for_rules_with_who_pressed_it(cast: Cast, engine: Engine) -> None:
    answer = cast.owner.post("/panic", data={"csrf_token": token(cast.owner, "/panic")})
    assert answer.location == "/rulings"
    with engine.connect() as connection:
        (pressed,) = event.panics(connection, NOON)
    assert (pressed.detail, pressed.undecided_since, pressed.happened_at) == ("panic, by Anna", NOON, NOON)
    assert audits(engine) == [("panic", pressed.id, None, {"by": "Anna"})]
    assert "Panic panic, by Anna" not in words(cast.viewer.get("/events?kind=motion").text)
    page = words(cast.viewer.get("/events?kind=device").text)
    assert "Panic" in page
    assert "panic, by Anna" in page


def test_only_an_owner_presses_it(cast: Cast, engine: Engine) -> None:
    assert cast.viewer.post("/panic", data={"csrf_token": token(cast.viewer)}).status_code == 403
    assert "Yes, panic" not in cast.viewer.get("/panic").text
    with engine.connect() as connection:
        assert connection.execute(select(event_table)).all() == []
