from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from services.core.messages import ConfigChanged, Message
from services.notifier.telegram.desk import NOT_DONE, OWNERS_ONLY, STALE, Desk, Written, is_command
from services.store import camera, command, device, held, mode, service, telegram_update
from services.store.account_tables import audit, user
from services.store.command import Command
from services.store.device import Described
from services.store.device_tables import device as device_table
from services.store.mode import Wish
from services.store.mode_tables import mode_change
from services.store.person_tables import person
from services.store.telegram_update import Asker, Done, Update
from tests.notifier.cast import NOON, HeldClock, Scene
from tests.store.telegram_chat import add_channel, add_person

pytestmark = pytest.mark.mariadb
CHAT = "17"
Answer = TypeVar("Answer")


class Room:
    """A desk, Anna before it, and what she is answered."""

    def __init__(self, engine: Engine, clock: HeldClock) -> None:
        self.engine, self.clock = engine, clock
        self.rung: list[Message] = []
        self.desk = Desk(engine, clock, UTC, self.rung.append)
        with engine.begin() as connection:
            self.anna = add_person(connection, "Anna")
            add_channel(connection, self.anna, CHAT)
        self.number = 0

    def write(self, text: str, again: bool = False, at: datetime | None = None) -> str:
        """Anna writes (or Telegram repeats what she wrote); the answer."""
        self.number += 0 if again else 1
        return self.desk.take(self.written(text, at), self._asker()).answer

    def written(self, text: str, at: datetime | None = None) -> Written:
        return Written(Update(4711, self.number), CHAT, True, text, at or self.clock.now())

    def _asker(self) -> Asker:
        found = self.desk.asker(CHAT)
        assert found
        return found

    def changed(self) -> list[str]:
        return [one.noun for one in self.rung if isinstance(one, ConfigChanged)]

    def ask(self, question: Callable[[Connection], Answer]) -> Answer:
        with self.engine.begin() as connection:
            return question(connection)

    def audited(self) -> list[tuple[str, str, Any, Any]]:
        columns = (audit.c.action, audit.c.noun_id, audit.c.user_id, audit.c.after_json)
        return self.ask(lambda connection: [tuple(row) for row in connection.execute(select(*columns))])

    def add_device(self, called: str, is_output: bool = False) -> None:
        described = Described(called, "relay" if is_output else "motion", None, not is_output, is_output)
        self.ask(lambda connection: device.register(connection, called.lower().replace(" ", "-"), described, NOON))

    def orders(self) -> list[Command]:
        return self.ask(lambda connection: command.due(connection, 10))

    def enabled(self) -> dict[str, bool]:
        query = select(device_table.c.id, device_table.c.enabled)
        return self.ask(lambda connection: {row.id: row.enabled for row in connection.execute(query)})


def give_account(connection: Connection, role: str) -> None:
    """The one person who is there has an account of this role."""
    row = {"id": "u1", "name": "anna", "password_hash": "$argon2id$x", "role": role, "created_at": NOON}
    connection.execute(insert(user).values(**row))
    connection.execute(update(person).values(user_id="u1"))


@pytest.fixture
def room(engine: Engine, clock: HeldClock) -> Room:
    return Room(engine, clock)


def test_a_stranger_is_nobody(room: Room) -> None:
    assert room.desk.asker("18") is None


def test_the_house_is_armed_with_its_history_and_audit(room: Room) -> None:
    assert room.write("/arm") == "The house is set to Away. Before, it was Disarmed."
    now = room.ask(mode.current)
    assert (now.mode_id, now.set_by, now.reason, now.since) == ("away", "Anna (Telegram)", "by Telegram", NOON)
    assert room.audited() == [("mode.set", "away", None, {"mode_id": "away", "until": None, "by": "Anna (Telegram)"})]
    assert room.changed() == ["modes"]


def test_the_audit_names_the_account_of_somebody_who_has_one(room: Room) -> None:
    room.ask(lambda connection: give_account(connection, "owner"))
    room.write("/arm")
    assert [row[2] for row in room.audited()] == ["u1"]


@pytest.mark.parametrize(
    "text", ["/arm", "/disarm", "/mode night", "/inputoff pir", "/outputon siren", "/outputoff siren", "/outputsoff"]
)
def test_somebody_whose_account_is_a_viewers_changes_nothing_of_the_house(room: Room, text: str) -> None:
    room.add_device("PIR")
    room.add_device("Siren", is_output=True)
    room.ask(lambda connection: give_account(connection, "viewer"))
    assert room.write(text) == OWNERS_ONLY
    assert (room.audited(), room.changed(), room.orders()) == ([], [], [])
    assert room.ask(mode.current).mode_id == "disarmed"
    assert set(room.enabled().values()) == {True}


def test_a_viewer_asks_and_mutes_themselves(room: Room) -> None:
    room.ask(lambda connection: give_account(connection, "viewer"))
    assert room.write("/report").startswith("The house is set to Disarmed.")
    assert room.write("/mute") == "No alerts for Anna until 13:00:00. /mute off ends it."
    words = room.write("/help")
    assert "/mute" in words
    assert "/arm" not in words


def test_what_the_house_is_set_to_already_is_not_set_again(room: Room) -> None:
    room.write("/arm")
    room.clock.move(minutes=1)
    assert room.write("/arm").startswith("Nothing to do. The house is set to Away since 12:00:00 (Anna (Telegram)")
    assert room.ask(lambda connection: connection.scalar(select(func.count()).select_from(mode_change))) == 1


def test_a_mode_that_was_set_until_a_time_is_set_to_stay(room: Room) -> None:
    until = NOON + timedelta(hours=1)
    room.ask(lambda connection: mode.enter(connection, Wish("w", "away", "Ben", "gone", until), NOON))
    assert "until 13:00:00" in room.write("/mode")
    room.write("/arm")
    assert room.ask(mode.current).until is None


def test_a_mode_is_named_by_a_part_and_asked_about_otherwise(room: Room) -> None:
    assert room.write("/mode ni") == "The house is set to Night. Before, it was Disarmed."
    assert room.write("/mode").startswith("The house is set to Night since 12:00:00 (Anna (Telegram): by Telegram).")
    assert room.write("/mode party").startswith("There is no mode “party”. There are: Disarmed, Home, Away, Night.")
    assert room.write("/disarm") == "The house is set to Disarmed. Before, it was Night."


def test_what_telegram_repeats_is_done_once_and_answered_the_same(room: Room) -> None:
    first = room.write("/arm")
    room.write("/mode home")
    room.number = 1
    assert room.write("/arm", again=True) == first
    assert room.ask(mode.current).mode_id == "home"
    assert len(room.audited()) == 2


def test_what_was_answered_is_known_as_answered(room: Room) -> None:
    room.write("/arm")
    room.desk.answered(Update(4711, 1))
    assert room.desk.take(room.written("/arm"), room._asker()).answered


def test_what_changes_something_is_not_done_much_later(room: Room) -> None:
    late = room.write("/disarm", at=NOON - STALE - timedelta(minutes=5))
    assert late == "You wrote that 10 min ago, and it was not done. Write it again if you still want it."
    assert room.audited() == []
    assert room.write("/report", at=NOON - timedelta(hours=1)).startswith("The house is set to")


def test_an_older_wish_gives_way_to_what_was_set_since(room: Room) -> None:
    room.ask(lambda connection: mode.enter(connection, Wish("w", "night", "Ben", "bed"), NOON - timedelta(minutes=1)))
    answer = room.write("/arm", at=NOON - timedelta(minutes=4))
    assert answer == "Somebody has set the house to Night since you wrote that, so nothing was changed."
    assert (room.ask(mode.current).mode_id, room.audited()) == ("night", [])


def test_alerts_are_muted_for_as_long_as_it_is_said(room: Room) -> None:
    def muted() -> datetime | None:
        return room.ask(lambda connection: connection.scalar(select(person.c.muted_until)))

    assert room.write("/mute") == "No alerts for Anna until 13:00:00. /mute off ends it."
    assert muted() == NOON + timedelta(hours=1)
    room.write("/mute 30m")
    assert muted() == NOON + timedelta(minutes=30)
    assert room.write("/mute off") == "Anna is told again."
    assert muted() is None
    assert room.write("/mute soon").startswith("For how long?")
    assert [(action, noun) for action, noun, _, _ in room.audited()] == [("person.mute", room.anna.id)] * 3
    assert room.changed() == ["people"] * 3


def test_an_input_is_switched_off_and_on_by_a_part_of_its_name(room: Room) -> None:
    room.add_device("Garage PIR")
    room.add_device("Front Door")
    assert room.write("/inputoff garage") == "Garage PIR is not listened to any more."
    assert room.enabled() == {"garage-pir": False, "front-door": True}
    assert room.write("/inputoff") == "Inputs:\n• Front Door: in use\n• Garage PIR: switched off"
    assert room.write("/inputon pir") == "Garage PIR is listened to again."
    assert room.enabled() == {"garage-pir": True, "front-door": True}
    assert [row[3] for row in room.audited()] == [
        {"enabled": enabled, "by": "Anna (Telegram)"} for enabled in (False, True)
    ]
    assert room.changed() == ["devices", "devices"]


def test_what_is_off_already_is_not_audited_again(room: Room) -> None:
    room.add_device("Garage PIR")
    room.write("/inputoff pir")
    room.write("/inputoff pir")
    assert len(room.audited()) == 1


def test_an_output_is_no_input(room: Room) -> None:
    room.add_device("Siren", is_output=True)
    assert room.write("/inputoff siren") == "There is no input “siren”. There is no input at all."


def test_one_output_is_switched_and_which_one_is_asked(room: Room) -> None:
    room.add_device("Lamp hall", is_output=True)
    room.add_device("Lamp garage", is_output=True)
    assert room.write("/outputon lamp") == "Which one? Lamp garage, Lamp hall."
    assert room.write("/outputon hall") == "Lamp hall is being switched on."
    room.clock.move(seconds=1)
    assert room.write("/outputoff hall") == "Lamp hall is being switched off."
    assert [(one.device_id, one.is_on, one.ordered_by) for one in room.orders()] == [
        ("lamp-hall", True, "Anna (Telegram)"),
        ("lamp-hall", False, "Anna (Telegram)"),
    ]
    assert [(action, after["on"]) for action, _, _, after in room.audited()] == [
        ("output.switch", True),
        ("output.switch", False),
    ]
    assert room.write("/outputon") == "Outputs:\n• Lamp garage: in use\n• Lamp hall: in use"
    assert room.changed() == ["commands", "commands"]


def test_an_order_that_telegram_repeats_is_given_once(room: Room) -> None:
    room.add_device("Siren", is_output=True)
    room.write("/outputon siren")
    room.write("/outputon siren", again=True)
    assert len(room.orders()) == 1


def test_an_output_is_on_no_longer_than_it_may_be_and_says_how_it_stands(room: Room) -> None:
    room.add_device("Siren", is_output=True)
    room.ask(lambda connection: device.change(connection, "siren", longest_on_s=90))
    room.write("/outputon siren")
    (order,) = room.orders()
    assert (order.seconds, order.expires_at) == (90, NOON + timedelta(seconds=120))
    room.ask(lambda connection: device.switched(connection, "siren", True, NOON))
    assert room.write("/outputon") == "Outputs:\n• Siren: on"


def test_rules_are_kept_from_all_outputs_or_from_those_of_a_name(room: Room) -> None:
    for name in ("Lamp hall", "Lamp garage", "Siren"):
        room.add_device(name, is_output=True)
    assert room.write("/outputsoff lamp") == "Rules switch these no more: Lamp garage, Lamp hall."
    assert room.enabled() == {"lamp-hall": False, "lamp-garage": False, "siren": True}
    room.write("/outputsoff")
    assert set(room.enabled().values()) == {False}
    assert room.write("/outputson") == "Rules may switch these again: Lamp garage, Lamp hall, Siren."
    assert set(room.enabled().values()) == {True}
    assert room.write("/outputson cellar").startswith("No output is called so. There are: Lamp")


def test_the_newest_picture_is_that_of_the_camera_or_of_each(room: Room, scene: Scene) -> None:
    def see(camera_name: str, minutes: int) -> str:
        place = Scene(scene.media, camera_name)
        return room.ask(lambda connection: place.picture(connection, NOON - timedelta(minutes=minutes)))

    assert room.write("/last") == "There is no picture yet."
    see("Garage", 9)
    garage, door = see("Garage", 5), see("Front Door", 3)
    room.number += 1
    asker = room._asker()
    one = room.desk.take(room.written("/last gar"), asker)
    assert (one.answer, one.images) == ("Garage: 11:55:00, 5 min ago", [garage])
    room.number += 1
    every = room.desk.take(room.written("/last"), asker)
    assert (every.answer.splitlines()[0], every.images) == ("Front Door: 11:57:00, 3 min ago", [door, garage])
    assert room.write("/last cellar").startswith("There is no camera “cellar”.")


def test_a_report_says_what_is_and_what_is_not_well(room: Room) -> None:
    def break_things(connection: Connection) -> None:
        garage = camera.register(connection, "Garage", NOON)
        camera.mark_silent(connection, garage, NOON)
        service.note(connection, "keeper", "1", "offline", "0.1", NOON)

    assert room.write("/report").splitlines() == [
        "The house is set to Disarmed.",
        "Every camera speaks.",
        "Every device speaks.",
        "Nobody has been told of anything yet.",
        "Every service is there.",
    ]
    room.ask(break_things)
    report = room.write("/report")
    assert "Silent cameras: Garage." in report
    assert "Services that are away: keeper." in report


def test_the_commands_are_listed_also_for_what_is_none(room: Room) -> None:
    assert "/inputoff [name]" in room.write("/help")
    for text in ("hello", "/dance", ""):
        assert room.write(text).startswith("These are the words that I know:\n/report")


def test_which_words_are_commands_of_ours() -> None:
    assert is_command("/mode@house_bot night")
    assert not is_command("/dance")
    assert not is_command("mode")


def test_for_somebody_who_was_removed_meanwhile_nothing_is_done(room: Room) -> None:
    anna = room._asker()
    room.ask(lambda connection: connection.execute(delete(person)))
    room.number = 1
    assert room.desk.take(room.written("/arm"), anna) == Done(NOT_DONE, [], answered=False)
    assert (room.ask(mode.current).mode_id, room.audited(), room.changed()) == ("disarmed", [], [])


def test_what_is_written_stays_in_the_table_with_its_answer(room: Room) -> None:
    answer = room.write("/arm")
    known = room.ask(lambda connection: telegram_update.done(connection, Update(4711, 1)))
    assert known == Done(answer, [], answered=False)


def test_who_arms_the_house_is_told_how_long_there_is_to_leave(room: Room, clock: HeldClock) -> None:
    room.ask(lambda connection: mode.delay(connection, "away", 30, 0))
    assert room.write("/arm") == "The house is set to Away. Before, it was Disarmed. It is armed in 30 s."
    clock.move(seconds=10)
    assert room.write("/mode").partition("\n")[0].endswith(". It is armed in 20 s.")
    clock.move(seconds=20)
    assert "armed in" not in room.write("/mode")


def test_who_comes_in_is_told_how_long_there_is_to_disarm_and_does(room: Room, clock: HeldClock) -> None:
    room.write("/arm")
    room.ask(lambda connection: held.wait(connection, "Front door: open", 30, clock.now()))
    clock.move(seconds=5)
    left = "Entry delay: Front door: open. Disarm it within 25 s, and nobody is told."
    assert room.write("/mode").partition("\n")[0].endswith(left)
    assert room.write("/disarm") == "The house is set to Disarmed. Before, it was Away."
    assert "Entry delay" not in room.write("/mode")
