"""The one stack that the system tests share: its cameras, its mail, and the account of every picture."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Row, text

from bench.footage import Footage
from bench.mailbox import Mailbox
from bench.own_stack import NotInTime, OwnStack, mail_settings, wait_until
from bench.stock_sender import Crew, Sending, StockSender
from stack.report import gather, in_words

CAMERAS = ("Gate", "Yard", "Porch", "Drive")
HEALTHY_S = 60
SETTLE_S = 90
UNDER_WAY = "has been on its way since"
STILL_THERE = "is still there since"
ALL_GONE = """
UPDATE sighting SET departed_at = last_seen_at, departure_judged_at = last_seen_at, expires_at = NULL
WHERE departed_at IS NULL
"""
PICTURES = """
SELECT image.id, image.sha256, image.path, image.camera_id, image.state, image.model, image.took_ms,
       (SELECT COUNT(*) FROM detection
        WHERE image_id = image.id AND label = 'person' AND dropped_because IS NULL) AS people,
       (SELECT COUNT(*) FROM detection WHERE image_id = image.id AND label = 'person' AND arrival) AS arrivals,
       (SELECT COUNT(*) FROM decision WHERE image_id = image.id) AS decisions
FROM image
"""
ALERTS = """
SELECT image_id, camera_id, outcome, decided_at, JSON_UNQUOTE(reasons) AS reasons
FROM decision WHERE image_id IS NOT NULL
"""
MAILS = """
SELECT id AS delivery_id, state,
       (SELECT COUNT(*) FROM attempt
        WHERE delivery_id = delivery.id AND error LIKE 'the notifier ended while it sent this%') AS interrupted
FROM delivery WHERE SUBSTRING_INDEX(channel, ':', 1) IN ('email', 'sms_email')
"""


class StackUnderTest(OwnStack):
    """A stack whose alerts go to a mailbox of ours, without a pause between them. `settings` are further ones."""

    at_rest: Mapping[str, Any]
    """What `scripts/status` said before any picture had come."""

    def __init__(self, offset: int, mailbox: Mailbox, footage: Footage, **settings: str) -> None:
        super().__init__(offset, mail_settings(mailbox.port) | settings)
        self.mailbox = mailbox
        self.footage = footage
        self.media = Path(settings.get("media_dir", self.layout.data / "media"))

    def introduce(self, cameras: Iterable[str]) -> None:
        """Each camera sends a first picture, and flows come to know it: from then on people in it raise alerts."""
        names = list(cameras)
        for name in names:
            assert self.send(name).reply == b"OK"
        wait_until(lambda: self.flows_know(names), f"{names} in config/cameras", SETTLE_S)
        wait_until(lambda: self.is_settled([]), "the first pictures", SETTLE_S)

    def send(self, camera: str) -> Sending:
        """One picture of people by a stock sender."""
        with StockSender(self.ports.hub, camera) as sender:
            return sender.send(self.footage.picture())

    def clear(self) -> None:
        """Everybody leaves: whoever is in the next picture of a camera arrives with it."""
        with self.engine.begin() as connection:
            connection.execute(text(ALL_GONE))

    @contextmanager
    def under_load(self, every_s: float) -> Iterator[Crew]:
        """Each camera sends a picture of people every `every_s` seconds, until the block ends."""
        self.clear()
        with Crew(self.ports.hub, list(CAMERAS), every_s, self.footage.picture) as crew:
            yield crew

    def picture(self, sending: Sending) -> Row[Any] | None:
        """The row of a picture that was sent; None while it has none."""
        rows = self.rows(f"{PICTURES} WHERE sha256 = :sha256", sha256=sending.sha256)
        return rows[0] if rows else None

    def is_healthy(self) -> bool:
        """What `scripts/status` says."""
        return bool(gather(self.layout)["healthy"])

    def await_health(self) -> None:
        """Waits until `scripts/status` calls everything healthy. Raises `NotInTime` with its table."""
        try:
            wait_until(self.is_healthy, "every process to be healthy", HEALTHY_S)
        except NotInTime as error:
            raise NotInTime(f"{error}\n{in_words(gather(self.layout))}") from error

    def settle(self, sent: Iterable[Sending]) -> None:
        """Waits until all that was acknowledged has ended: looked at, decided, and told."""
        acknowledged = {one.sha256 for one in sent if one.reply == b"OK"}
        wait_until(lambda: self.is_settled(acknowledged), f"{len(acknowledged)} pictures to have ended", SETTLE_S)

    def assert_well(self) -> None:
        """Waits until nothing is under way, and asserts that `scripts/doctor` finds nothing."""
        self.settle([])
        said = self.command("doctor", "--settled", "--hash")
        assert said.returncode == 0, said.stdout

    def account_for(self, sent: Sequence[Sending]) -> None:
        """Asserts that each acknowledged picture has one file, one row, one outcome, and each due alert came once."""
        self.await_health()
        self.settle(sent)
        names = {one.sha256 for one in sent}
        pictures = [row for row in self.rows(PICTURES) if row.sha256 in names]
        assert_kept([one.sha256 for one in sent if one.reply == b"OK"], pictures, self.hashes())
        alerts = {row.image_id: row for row in self.rows(ALERTS)}
        assert_decided(pictures, alerts)
        assert_sent_once(self.rows(MAILS), self.mailbox.copies())
        self.assert_well()

    def hashes(self) -> Counter[str]:
        """Every picture file's content, and how many files have it."""
        files = (self.media / "images").glob("*/*")
        return Counter(sha256(file.read_bytes()).hexdigest() for file in files)


def assert_kept(acknowledged: Sequence[str], pictures: Sequence[Row[Any]], hashes: Counter[str]) -> None:
    """One file and one row, with an outcome, for each."""
    rows = Counter(row.sha256 for row in pictures)
    assert {name: rows[name] for name in acknowledged if rows[name] != 1} == {}
    assert {name: hashes[name] for name in acknowledged if hashes[name] != 1} == {}
    assert {row.path: row.state for row in pictures if row.state != "detected" or row.model is None} == {}


def assert_decided(pictures: Sequence[Row[Any]], alerts: dict[str, Row[Any]]) -> None:
    """People in each (that is what was sent), and one decision on each.

    Told where somebody arrived, unless an alert was on its way already; not told where all were there before.
    """
    assert [row.path for row in pictures if not row.people] == []
    assert {row.path: row.decisions for row in pictures if row.decisions != 1} == {}
    told = {alerts[row.id].camera_id for row in pictures if alerts[row.id].outcome == "told"}
    assert told == {row.camera_id for row in pictures if row.arrivals}
    for row in pictures:
        one = alerts[row.id]
        reason = UNDER_WAY if row.arrivals else STILL_THERE
        is_told = bool(row.arrivals) and one.outcome == "told"
        assert is_told or (one.outcome == "not_told" and reason in one.reasons), one.reasons


def assert_sent_once(mails: Sequence[Row[Any]], copies: Counter[str]) -> None:
    """Each mail that counts as sent was handed over once, and nothing else was.

    A notifier that is killed between the mail server's yes and its own note of it must send again; that try is noted
    as interrupted, and the copy bears the same delivery in its header.
    """
    sent = {row.delivery_id: row for row in mails if row.state == "sent"}
    assert set(copies) == set(sent)
    most = {delivery: 1 + sent[delivery].interrupted for delivery in copies}
    assert {delivery: count for delivery, count in copies.items() if count > most[delivery]} == {}


def slowest(sent: Sequence[Sending], share: float) -> float:
    """The reply time, in seconds, that this share of all replies kept."""
    ordered = sorted(one.reply_s for one in sent)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def eventually(found: Callable[[], Row[Any] | None], what: str) -> Row[Any]:
    """A row that must come."""
    wait_until(lambda: found() is not None, what, SETTLE_S)
    row = found()
    assert row is not None
    return row
