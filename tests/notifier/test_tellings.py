"""What people get: each their own message through their first channel, and through the next one when that fails."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Row, update

from services.core.alert_messages import AlertResult, PersonVerdict
from services.core.settings import Settings
from services.notifier.fall_back import SLOW, hasten
from services.notifier.sender import REST
from services.store import channel, person, trial
from services.store import delivery as store
from services.store.alert_tables import attempt, decision, delivery
from services.store.person import Person
from services.store.person_tables import channel as channels
from services.store.person_tables import person as people
from services.store.person_tables import telling
from tests.notifier.cast import NOON, HeldClock, MailServer, Scene, with_mail
from tests.notifier.house import GO_ON, House
from tests.notifier.web_double import WebDouble
from tests.people import move_in, way

pytestmark = pytest.mark.mariadb
ANNAS, BENS = "email-of-anna@example.org", "email-of-ben@example.org"


@pytest.fixture
def web() -> Iterator[WebDouble]:
    with WebDouble().running() as double:
        yield double


@pytest.fixture
def house(engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer) -> House:
    """Nobody but people is told."""
    return House(engine, clock, scene, with_mail(settings, mail_server.port, to=()))


def lives(house: House, name: str, *kinds: str, web: WebDouble | None = None, **values: Any) -> Person:
    with house.engine.begin() as connection:
        made = move_in(connection, name, *kinds, **values)
        if web is not None:
            channel.add(connection, way(made, "webhook", f"http://127.0.0.1:{web.port}/{name}"))
    return made


def wants(one: Person, tell: bool = True, later: Any = None, why: str | None = None) -> PersonVerdict:
    reasons = [why or f"{one.name} wants to know of person"]
    return PersonVerdict(person_id=one.id, name=one.name, tell=tell, later=later, quiet=[], reasons=reasons)


def outcomes(house: House) -> dict[str, str]:
    return {row.name: row.outcome for row in house.rows(telling)}


def of_kind(house: House, kind: str) -> Row[Any]:
    return next(row for row in house.rows(delivery) if row.channel.startswith(f"{kind}:"))


def addresses(server: MailServer) -> list[str]:
    return sorted(str(mail["To"]) for mail in server.mails)


def test_everybody_who_wants_it_gets_a_message_of_their_own(house: House, mail_server: MailServer) -> None:
    anna, ben, carl = (lives(house, name, "email") for name in ("Anna", "Ben", "Carl"))
    house.see(people=[wants(anna), wants(ben), wants(carl, tell=False, why="Carl does not want to know of person")])
    assert house.send() == 2
    assert addresses(mail_server) == [ANNAS, BENS]
    assert outcomes(house) == {"Anna": "told", "Ben": "told", "Carl": "not_told"}
    assert house.only(decision).outcome == "told"
    assert {one.person for one in house.results()} == {"Anna", "Ben"}
    assert {row.told_at for row in house.rows(telling) if row.name != "Carl"} == {house.clock.now()}


def test_the_message_gives_the_persons_own_reasons_and_their_link(house: House, mail_server: MailServer) -> None:
    anna = lives(house, "Anna", "email")
    house.see(people=[wants(anna, why="breaks through the quiet hours of Anna: person")])
    house.send()
    text = mail_server.mails[0].get_body().get_content()  # type: ignore[attr-defined]
    why = text.split("Why you are told:")[1].split("\n\n")[0]
    assert "person (87 %) is an alert label of Front Door" in why
    assert "breaks through the quiet hours of Anna: person" in why
    assert f"No alerts for Anna for a while:\nhttp://house/mute/{anna.id}" in text.replace("\r\n", "\n")


def test_the_addresses_of_the_settings_are_told_besides(
    engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer
) -> None:
    house = House(engine, clock, scene, with_mail(settings, mail_server.port, to=("house@example.org",)))
    anna = lives(house, "Anna", "email")
    house.see(people=[wants(anna)])
    house.send()
    assert addresses(mail_server) == [ANNAS, "house@example.org"]
    assert sorted(str(one.person) for one in house.results()) == ["Anna", "None"]


def test_when_the_flow_did_not_ask_everybody_is_told(house: House, mail_server: MailServer) -> None:
    lives(house, "Anna", "email")
    lives(house, "Ben", "email", enabled=False)
    lives(house, "Carl")
    house.see()
    house.send()
    assert addresses(mail_server) == [ANNAS]
    assert outcomes(house) == {"Anna": "told", "Carl": "no_channel"}


def test_the_first_channel_that_is_switched_on_is_used_and_no_other(
    house: House, mail_server: MailServer, web: WebDouble
) -> None:
    anna = lives(house, "Anna", "email", web=web)
    house.see(people=[wants(anna)])
    house.live(70, step=10)
    assert (len(mail_server.mails), len(web.asked)) == (1, 0)


def test_a_refusal_for_good_goes_on_to_the_next_channel_at_once(
    house: House, mail_server: MailServer, web: WebDouble
) -> None:
    mail_server.refuse_recipient = ["550 no such user"]
    anna = lives(house, "Anna", "email", web=web)
    house.see(people=[wants(anna)])
    house.send()
    assert (len(mail_server.mails), len(web.asked)) == (0, 1)
    assert outcomes(house) == {"Anna": "told"}
    assert house.only(telling).reasons[-1] == "e-mail did not take it: webhook is tried"
    assert sorted(row.state for row in house.rows(delivery)) == ["failed", "sent"]
    assert house.only(decision).outcome == "told"


def test_the_second_try_that_passes_brings_in_the_next_channel_and_the_first_is_dropped(
    house: House, mail_server: MailServer, web: WebDouble
) -> None:
    mail_server.refuse_recipient = ["451 later", "451 later"]
    anna = lives(house, "Anna", "email", web=web)
    house.see(people=[wants(anna)])
    house.live(5)
    assert len(web.asked) == 0
    house.live(600, step=5)
    assert (len(mail_server.mails), len(web.asked)) == (0, 1)
    assert (of_kind(house, "email").state, of_kind(house, "webhook").state) == ("dropped", "sent")
    assert outcomes(house) == {"Anna": "told"}


def test_a_channel_that_has_not_answered_for_a_minute_brings_in_the_next_one(
    house: House, mail_server: MailServer, web: WebDouble
) -> None:
    anna = lives(house, "Anna", "email", web=web)
    house.see(people=[wants(anna)])
    claimed = house.sender._claim(house.clock.now())
    assert claimed is not None
    house.live(59)
    assert web.asked == []
    house.live(2)
    assert len(web.asked) == 1
    assert of_kind(house, "email").state == "sending"


def test_where_there_is_no_other_channel_nobody_looks_for_one_every_second(house: House, web: WebDouble) -> None:
    anna, ben = lives(house, "Anna", "email"), lives(house, "Ben", "email", web=web)
    house.see(people=[wants(anna), wants(ben)])
    tellings = {row.name: row.id for row in house.rows(telling)}
    decision_id = house.only(decision).id

    def slow() -> list[tuple[str, str]]:
        with house.engine.connect() as connection:
            return store.slow(connection, house.clock.now())

    assert slow() == [(decision_id, tellings["Ben"])]
    assert hasten(house.engine, house.clock.now() + SLOW) == 1
    assert slow() == []


def test_when_every_channel_refuses_for_good_the_person_is_not_told(
    house: House, mail_server: MailServer, web: WebDouble
) -> None:
    mail_server.refuse_recipient = ["550 no"]
    web.answers = [(403, {}), (403, {})]  # with the picture and without
    anna = lives(house, "Anna", "email", web=web)
    house.see(people=[wants(anna)])
    house.live(5)
    assert outcomes(house) == {"Anna": "failed"}
    assert house.only(decision).outcome == "failed"
    assert house.pause().told_at is None


def test_a_person_removed_while_their_alert_is_under_way_gets_nothing_more(
    house: House, mail_server: MailServer
) -> None:
    mail_server.refuse_recipient = ["451 later"]
    anna = lives(house, "Anna", "email", "sms_email")
    house.see(people=[wants(anna)])
    house.send()
    with house.engine.begin() as connection:
        person.remove(connection, anna.id)
    house.live(600, step=5)
    assert mail_server.mails == []
    told = house.only(telling)
    assert (told.outcome, told.name, told.person_id) == ("not_told", "Anna", None)
    assert told.reasons[-1] == house.only(decision).reasons[0] == "Anna is no longer here"
    assert house.only(decision).outcome == "not_told"
    assert len(house.rows(attempt)) == 1, "nothing is sent to who is no longer here"
    assert house.pause().told_at is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"enabled": False}, "Anna was switched off"),
        ({"muted_until": NOON + timedelta(hours=1)}, "Anna is muted until 13:00:00"),
    ],
)
def test_who_is_switched_off_or_mutes_themselves_gets_nothing_of_what_is_under_way(
    house: House, mail_server: MailServer, web: WebDouble, changed: dict[str, Any], said: str
) -> None:
    anna = lives(house, "Anna", "email", web=web)
    house.see(people=[wants(anna)])
    with house.engine.begin() as connection:
        connection.execute(update(people).values(**changed))
    house.live(120, step=10)
    assert (mail_server.mails, web.asked, house.rows(attempt)) == ([], [], [])
    assert house.only(delivery).state == "dropped"
    assert (outcomes(house), house.only(decision).outcome) == ({"Anna": "not_told"}, "not_told")
    assert house.only(telling).reasons[-1] == said
    assert [(one.outcome, one.error) for one in house.results()] == [("dropped", said)]


def test_who_mutes_themselves_while_one_channel_refuses_is_not_told_by_the_next(
    house: House, mail_server: MailServer, web: WebDouble
) -> None:
    mail_server.refuse_recipient = ["550 no such user"]
    anna = lives(house, "Anna", "email", web=web)
    house.see(people=[wants(anna)])
    parcel = house.sender._claim(house.clock.now())
    assert parcel is not None
    house.sender._send(parcel, GO_ON)
    with house.engine.begin() as connection:
        person.mute(connection, anna.id, house.clock.now() + timedelta(minutes=90))
    house.live(120, step=10)
    assert (web.asked, outcomes(house)) == ([], {"Anna": "not_told"})
    assert house.only(telling).reasons[-1] == "Anna is muted until 13:30:00"
    assert house.only(decision).outcome == "not_told"


def test_who_mutes_themselves_is_not_told_and_the_others_are(house: House, mail_server: MailServer) -> None:
    anna, ben = lives(house, "Anna", "email"), lives(house, "Ben", "email")
    house.see(people=[wants(anna), wants(ben)])
    with house.engine.begin() as connection:
        person.mute(connection, anna.id, house.clock.now() + timedelta(hours=1))
    house.send()
    assert (addresses(mail_server), outcomes(house)) == ([BENS], {"Anna": "not_told", "Ben": "told"})
    assert house.only(decision).outcome == "told"


def test_a_slow_channel_brings_in_no_other_for_who_has_muted_themselves(
    house: House, mail_server: MailServer, web: WebDouble
) -> None:
    anna = lives(house, "Anna", "email", web=web)
    house.see(people=[wants(anna)])
    assert house.sender._claim(house.clock.now()) is not None
    with house.engine.begin() as connection:
        person.mute(connection, anna.id, house.clock.now() + timedelta(hours=1))
    house.live(120, step=10)
    assert (web.asked, len(house.rows(delivery))) == ([], 1)


def test_who_is_not_muted_any_more_is_told_at_once(house: House, mail_server: MailServer) -> None:
    anna = lives(house, "Anna", "email")
    house.see(people=[wants(anna)])
    with house.engine.begin() as connection:
        person.mute(connection, anna.id, house.clock.now() + timedelta(hours=1))
    house.send()
    with house.engine.begin() as connection:
        person.mute(connection, anna.id, None)
    house.see(people=[wants(anna)])
    house.send()
    assert addresses(mail_server) == [ANNAS]


def test_a_channel_that_was_switched_off_meanwhile_goes_on_to_the_next(
    house: House, mail_server: MailServer, web: WebDouble
) -> None:
    anna = lives(house, "Anna", "email", web=web)
    house.see(people=[wants(anna)])
    with house.engine.begin() as connection:
        channel.change(connection, replace(channel.of(connection, anna.id)[0], enabled=False))
    house.send()
    assert (len(mail_server.mails), len(web.asked)) == (0, 1)
    assert house.rows(attempt)[0].error == "this channel of Anna was switched off"


def test_a_test_goes_out_though_all_is_switched_off(house: House, mail_server: MailServer) -> None:
    anna = lives(house, "Anna", "email", muted_until=NOON + timedelta(hours=1), enabled=False)
    with house.engine.begin() as connection:
        made = channel.of(connection, anna.id)[0]
        channel.change(connection, replace(made, enabled=False))
        trial.begin(connection, made, "Anna", house.clock.now())
    house.send()
    assert addresses(mail_server) == [ANNAS]


def test_a_person_who_was_removed_before_the_decision_is_said_to_be(house: House, mail_server: MailServer) -> None:
    anna, ben = lives(house, "Anna", "email"), lives(house, "Ben", "email")
    with house.engine.begin() as connection:
        person.remove(connection, anna.id)
    house.see(people=[wants(anna), wants(ben)])
    house.send()
    assert outcomes(house) == {"Anna": "not_told", "Ben": "told"}
    assert addresses(mail_server) == [BENS]


def test_a_removed_channel_goes_on_to_the_next(house: House, mail_server: MailServer, web: WebDouble) -> None:
    anna = lives(house, "Anna", "email", web=web)
    house.see(people=[wants(anna)])
    with house.engine.begin() as connection:
        channel.remove(connection, channel.of(connection, anna.id)[0].id)
    house.send()
    assert (len(mail_server.mails), len(web.asked)) == (0, 1)
    assert outcomes(house) == {"Anna": "told"}


def test_more_than_they_want_in_an_hour_waits_for_a_summary_and_others_are_told(
    house: House, mail_server: MailServer
) -> None:
    anna, ben = lives(house, "Anna", "email", per_hour=1), lives(house, "Ben", "email")
    for _ in range(2):
        house.see(people=[wants(anna), wants(ben)])
        house.send()
        house.clock.move(minutes=6)
    assert addresses(mail_server) == [ANNAS, BENS, BENS]
    kept = next(row for row in house.rows(telling) if row.outcome == "later")
    assert (kept.name, kept.due_at) == ("Anna", house.clock.now() + timedelta(minutes=48))


def test_what_is_kept_for_a_summary_pauses_its_label_as_if_it_had_been_told(house: House) -> None:
    anna = lives(house, "Anna", "email")
    later = house.clock.now() + timedelta(hours=7)
    for _ in range(2):
        house.see(people=[wants(anna, later=later, why="quiet hours until 07:00")])
        house.clock.move(seconds=10)
    assert [row.outcome for row in house.rows(telling)] == ["later", "not_told"]
    assert [row.outcome for row in house.rows(decision)] == ["not_told", "not_told"]
    assert house.rows(decision)[0].reasons[0] == "it waits for the summary of Anna"


def test_an_alert_that_failed_for_one_pauses_all_the_same_when_another_gets_it_in_a_summary(
    house: House, mail_server: MailServer
) -> None:
    mail_server.refuse_recipient = ["550 no"]
    anna, ben = lives(house, "Anna", "email"), lives(house, "Ben", "email")
    later = house.clock.now() + timedelta(hours=7)
    house.see(people=[wants(anna), wants(ben, later=later, why="quiet hours until 19:00")])
    house.send()
    assert outcomes(house) == {"Anna": "failed", "Ben": "later"}
    assert house.only(decision).outcome == "failed"
    assert house.pause().told_at == house.clock.now()


def test_a_test_of_a_channel_says_at_once_what_came_of_it(house: House, mail_server: MailServer) -> None:
    mail_server.refuse_recipient = ["451 later"]
    anna = lives(house, "Anna", "email", "sms_email")
    for _ in range(2):
        with house.engine.begin() as connection:
            trial.begin(connection, channel.of(connection, anna.id)[0], "Anna", house.clock.now())
        house.send()
        house.clock.move(seconds=1)
    tried = next(row for row in house.rows(channels) if row.kind == "email")
    assert (tried.tried_at, tried.tried_error) == (house.clock.now() - timedelta(seconds=1), None)
    assert [row.outcome for row in house.rows(telling)] == ["failed", "told"]
    assert [one.outcome for one in house.results()] == ["failed", "sent"]
    assert len(mail_server.mails) == 1
    assert mail_server.mails[0]["Subject"] == trial.SUBJECT


def test_a_failed_test_is_kept_with_its_error(house: House, mail_server: MailServer) -> None:
    mail_server.refuse_recipient = ["550 no such user"]
    anna = lives(house, "Anna", "email")
    with house.engine.begin() as connection:
        trial.begin(connection, channel.of(connection, anna.id)[0], "Anna", house.clock.now())
    house.live(round(REST.total_seconds()) + 5, step=5)
    assert "550 no such user" in house.only(channels).tried_error
    assert mail_server.mails == []


def test_results_name_the_kind_of_channel_and_never_an_address(house: House, web: WebDouble) -> None:
    web.answers = [(500, {})]
    anna = lives(house, "Anna", web=web)
    house.see(people=[wants(anna)])
    house.send()
    (told,) = (one for one in house.rung if isinstance(one, AlertResult))
    assert (told.channel, told.person, told.error) == ("webhook", "Anna", "webhook: the server answered 500")
    assert str(web.port) not in str([house.rows(table) for table in (decision, telling, delivery, attempt)])
