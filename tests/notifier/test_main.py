"""The notifier as a process of its own, with a real broker, database and mail server."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Engine, select

from services.core import mute
from services.core.alert_messages import AlertDecision, AlertResult
from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.messages import Message, ServiceStatus
from services.core.settings import Settings
from services.store.alert_tables import attempt, decision, delivery
from services.store.person_tables import telling
from tests.notifier.cast import PASSWORD, MailServer, Scene, request, silent_server
from tests.peers import MariaDb, Mosquitto, free_port, wait_until
from tests.people import move_in

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
Start = Callable[..., subprocess.Popen[bytes]]


class Stage:
    """Starts notifiers, publishes as Node-RED would, and reads the tables."""

    def __init__(self, settings: Settings, engine: Engine, scene: Scene, folder: Path) -> None:
        self.settings, self.engine, self.scene, self.folder = settings, engine, scene, folder
        self.base = f"t{free_port()}"
        self.heard: list[Message] = []
        self.bus = Bus(settings.model_copy(update={"mqtt_base_topic": self.base}), "nodered", SystemClock())
        self.bus.subscribe(AlertDecision, self.heard.append)
        self.bus.subscribe(AlertResult, self.heard.append)
        self.online: set[str] = set()
        self.bus.subscribe(ServiceStatus, self._note)
        self._ending = ExitStack()

    def __enter__(self) -> "Stage":
        self.bus.start()
        self._ending.callback(self.bus.stop)
        wait_until(self.bus.listening, "the broker")
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def _note(self, status: ServiceStatus) -> None:
        if status.service == "notifier" and status.state == "online":
            self.online.add(status.instance)

    def start(self, smtp_port: int, instance: str = "1", **more: str) -> subprocess.Popen[bytes]:
        """A notifier that is ready and works: it says `online` after it has subscribed."""
        self.online.discard(instance)
        process = self._launch(smtp_port, instance, more)
        wait_until(lambda: instance in self.online, f"the notifier; see {self.folder}/log")
        return process

    def stand_by(self, smtp_port: int, instance: str, **more: str) -> subprocess.Popen[bytes]:
        """A notifier that is ready while another one works."""
        return self._launch(smtp_port, instance, more)

    def _launch(self, smtp_port: int, instance: str, more: dict[str, str]) -> subprocess.Popen[bytes]:
        port = free_port()
        keys = {
            "INSTANCE": instance, "DATA_DIR": str(self.settings.data_dir), "MQTT_PORT": str(self.settings.mqtt_port),
            "MQTT_BASE_TOPIC": self.base, "DB_PORT": str(self.settings.db_port), "DB_PASSWORD": MariaDb.password,
            "HEALTH_PORT": str(port), "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(smtp_port), "SMTP_SECURITY": "none",
            "SMTP_FROM": "hearthwatch@example.org", "ALERT_EMAIL_TO": "anna@example.org",
        }  # fmt: skip
        environment = {f"HEARTHWATCH_{key}": value for key, value in (keys | more).items()}
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "services.notifier"], env=os.environ | environment, stdout=log, stderr=log
            )
        self._ending.callback(_end, process)
        wait_until(lambda: _ready(port), f"the notifier; see {self.folder}/log")
        return process

    def see(self, camera: str = "Front Door", times: int = 1) -> str:
        """A picture just taken, and Node-RED's wish to tell of it; the image's id."""
        now = datetime.now(UTC)
        with self.engine.begin() as connection:
            image_id = Scene(self.scene.media, camera).picture(connection, now)
        for _ in range(times):
            self.bus.publish(request(image_id, at=now))
        return image_id

    def column(self, column: Any) -> list[Any]:
        with self.engine.begin() as connection:
            return sorted(connection.scalars(select(column)))

    def log(self) -> str:
        return (self.folder / "log").read_text()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    process.wait(20)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def stage(settings: Settings, engine: Engine, scene: Scene, mosquitto: Mosquitto, tmp_path: Path) -> Iterator[Stage]:
    with Stage(settings.model_copy(update={"mqtt_port": mosquitto.port}), engine, scene, tmp_path) as made:
        yield made


@contextmanager
def killed_while_sending(stage: Stage) -> Iterator[int]:
    """A notifier that was killed between its claim and the server's first word; the server's port."""
    with silent_server() as (port, connected):
        first = stage.start(port)
        stage.see()
        assert connected.wait(30)
        wait_until(lambda: stage.column(delivery.c.state) == ["sending"], "the claim")
        first.send_signal(signal.SIGKILL)
        first.wait(10)
    yield port


def test_a_request_is_decided_told_and_rung(stage: Stage, mail_server: MailServer) -> None:
    stage.start(mail_server.port)
    image_id = stage.see()
    wait_until(lambda: len(stage.heard) == 2, "decision and result")
    said = [(type(one).__name__, getattr(one, "outcome", None), getattr(one, "image_id", None)) for one in stage.heard]
    assert sorted(said) == [("AlertDecision", "telling", image_id), ("AlertResult", "sent", image_id)]
    assert len(mail_server.mails) == 1


def test_a_person_is_told_with_the_link_that_mutes_them_also_after_a_retry(
    stage: Stage, mail_server: MailServer
) -> None:
    with stage.engine.begin() as connection:
        anna = move_in(connection, "Anna", "email")
    mail_server.refuse_recipient = ["451 later"]
    stage.start(mail_server.port, ALERT_EMAIL_TO="", MUTE_SECRET="very secret", GALLERY_URL="http://house")
    stage.see()
    wait_until(lambda: len(mail_server.mails) == 1, "the mail of the second try")
    wait_until(lambda: stage.column(telling.c.outcome) == ["told"], "the telling")
    text = mail_server.mails[0].get_body().get_content()  # type: ignore[attr-defined]
    token = text.split("http://house/mute/")[1].split()[0]
    assert mute.person_of("very secret", token, datetime.now(UTC)) == anna.id
    assert "email-of-anna@example.org" not in stage.log()


def test_a_request_that_comes_three_times_makes_one_decision_and_one_mail(
    stage: Stage, mail_server: MailServer
) -> None:
    stage.start(mail_server.port)
    stage.see(times=3)
    stage.see("Garden")
    wait_until(lambda: stage.column(decision.c.outcome) == ["told", "told"], "both alerts")
    assert len(mail_server.mails) == 2


def test_a_message_that_breaks_its_contract_is_refused_and_the_next_one_is_handled(
    stage: Stage, mail_server: MailServer
) -> None:
    stage.start(mail_server.port)
    stage.bus._client.publish(f"{stage.base}/alert/request", b'{"v": 1, "tell": "perhaps"}', qos=1)
    stage.see()
    wait_until(lambda: stage.column(decision.c.outcome) == ["told"], "the alert")
    assert "message_rejected" in stage.log()


def test_a_notifier_killed_while_it_sent_is_followed_by_one_that_sends_once(
    stage: Stage,
) -> None:
    with killed_while_sending(stage) as port, MailServer(port).running() as server:
        stage.start(port)
        wait_until(lambda: stage.column(decision.c.outcome) == ["told"], "the alert")
        assert stage.column(attempt.c.outcome) == ["accepted", "passing"]
        assert stage.column(delivery.c.state) == ["sent"]
        assert len(server.mails) == 1


@dataclass
class HangingMailServer(MailServer):
    """Accepts some mails; then it hangs in the middle of the next one until it may go on."""

    accepts: int = 3
    hangs: threading.Event = field(default_factory=threading.Event)
    may_go_on: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if len(self.mails) == self.accepts and not self.may_go_on.is_set():
            self.hangs.set()
            await asyncio.get_running_loop().run_in_executor(None, self.may_go_on.wait)
            return "451 try again"
        return await super().handle_DATA(server, session, envelope)


def test_a_second_notifier_stands_by_and_goes_on_when_the_first_is_killed_amid_alerts(stage: Stage) -> None:
    with HangingMailServer().running() as server:
        assert isinstance(server, HangingMailServer)
        first = stage.start(server.port, "1")
        stage.stand_by(server.port, "2")
        for number in range(8):
            stage.see(f"Camera {number}", times=2)
        assert server.hangs.wait(60)
        assert stage.online == {"1"}
        first.send_signal(signal.SIGKILL)
        first.wait(10)
        server.may_go_on.set()
        for number in range(8, 10):
            stage.see(f"Camera {number}")
        wait_until(lambda: stage.column(decision.c.outcome) == ["told"] * 10, "all alerts", 60)
        assert stage.column(attempt.c.outcome) == ["accepted"] * 10 + ["passing"]
        assert len({mail["X-Hearthwatch-Delivery"] for mail in server.mails}) == len(server.mails) == 10
        assert "2" in stage.online


def test_neither_log_nor_rows_hold_the_password(stage: Stage) -> None:
    with MailServer(login=True).running() as server:
        stage.start(server.port, SMTP_USER="hearth", SMTP_PASSWORD="not-the-password", LOG_LEVEL="debug")
        stage.see()
        wait_until(lambda: stage.column(decision.c.outcome) == ["failed"], "the refusal")
        wait_until(lambda: len(stage.heard) == 2, "the news")
    assert "535" in stage.log()
    assert "not-the-password" not in stage.log() + str(stage.column(attempt.c.error)) + str(stage.heard)


def test_without_mail_settings_it_decides_and_keeps_the_message(stage: Stage) -> None:
    stage.start(0, ALERT_EMAIL_TO="")
    stage.see()
    wait_until(lambda: stage.column(decision.c.outcome) == ["no_channel"], "the decision")
    assert stage.column(decision.c.subject)[0].startswith("Person at Front Door (")


def test_a_wrong_setting_is_said_and_nothing_starts(stage: Stage) -> None:
    environment = {"HEARTHWATCH_SMTP_HOST": "mail", "HEARTHWATCH_SMTP_FROM": "a@b.org"}
    environment |= {"HEARTHWATCH_DB_PASSWORD": PASSWORD, "HEARTHWATCH_ALERT_EMAIL_TO": "anna"}
    done = subprocess.run(
        [sys.executable, "-m", "services.notifier"],
        check=False,
        env=os.environ | environment,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert b"HEARTHWATCH_ALERT_EMAIL_TO: 'anna' is not an e-mail address" in done.stderr


def test_it_stops_in_order_when_told_to(stage: Stage, mail_server: MailServer) -> None:
    process = stage.start(mail_server.port)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert '"event": "stopped"' in stage.log()
