"""Makes the message of a claimed delivery, for whom it is, and hands it to its channel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from services.core.happenings import PANIC
from services.core.media import Media
from services.notifier.channel import Answer, Channel, Letter
from services.notifier.message import aged, file_name, link, personal, with_mute
from services.notifier.snapshot import Attachment, snapshot
from services.notifier.words import clock_time, since
from services.store import album, decision, errand
from services.store.album import Box
from services.store.errand import Addressee, Errand, Photo

ALBUM = 10
NO_PICTURE = "\nThe picture itself is not attached: its file cannot be read.\n"


@dataclass(frozen=True)
class Parcel:
    """A claimed delivery with the pictures that go with it and what was found in them; the one it is about first."""

    errand: Errand
    pictures: Sequence[tuple[Photo, Sequence[Box]]]


def load(connection: Connection, delivery_id: str) -> Parcel | None:
    """All that a claimed delivery needs of the database; None when its image has been deleted meanwhile."""
    found = errand.find(connection, delivery_id)
    if found is None:
        return None
    photos = _photos(connection, found)
    boxes = album.boxes(connection, [one.image_id for one in photos]) if photos else {}
    return Parcel(found, [(one, boxes[one.image_id]) for one in photos])


def _photos(connection: Connection, found: Errand) -> list[Photo]:
    if found.rule.startswith(decision.SUMMARY):
        shows_several = found.addressee is not None and found.addressee.kind == "telegram"
        return errand.kept_photos(connection, found.decision_id, ALBUM if shows_several else 1)
    one = errand.photo(connection, found)
    return [one] if one else []


class Post:
    """`house` are the settings' addresses by name; `open_channel` makes a person's channel of its kind and address;
    `mute_link` makes, of a person's id and the time, the address where they can be muted (None: there is none).
    `zone` is the house's.
    """

    def __init__(
        self,
        media: Media,
        house: Mapping[str, Channel],
        open_channel: Callable[[str, str], Channel | None],
        gallery_url: str,
        mute_link: Callable[[str, datetime], str] | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self._media = media
        self._house = house
        self._open = open_channel
        self._gallery_url = gallery_url
        self._mute_link = mute_link
        self._zone = zone

    def unwanted(self, one: Errand, now: datetime) -> str | None:
        """Why its person is not told any more: what was changed since it was decided. A test is sent all the same."""
        to = one.addressee
        if to is None or one.rule.startswith(decision.TEST):
            return None
        if to.person_id is None:
            return f"{to.name} is no longer here"
        if to.is_on is False:
            return f"{to.name} was switched off"
        if to.muted_until is None or to.muted_until <= now or one.rule == PANIC:
            return None
        return f"{to.name} is muted until {clock_time(to.muted_until, now, self._zone)}"

    def hand_over(self, parcel: Parcel, now: datetime) -> Answer:
        """One try. Raises nothing."""
        channel = self._channel(parcel.errand)
        return channel if isinstance(channel, Answer) else channel.hand_over(self.letter(parcel, now))

    def _channel(self, one: Errand) -> Channel | Answer:
        to = one.addressee
        if to is None:
            gone = f"{one.channel} is not set up any more: see HEARTHWATCH_ALERT_EMAIL_TO and _SMTP_HOST"
            return self._house.get(one.channel) or Answer("permanent", gone)
        if to.kind is None or to.address is None:
            return Answer("permanent", f"this channel of {to.name} was removed")
        if to.channel_on is False and not one.rule.startswith(decision.TEST):
            return Answer("permanent", f"this channel of {to.name} was switched off", asked=False)
        unknown = f"{to.kind} is not set up: docs/people.md says what it needs"
        return self._open(to.kind, to.address) or Answer("permanent", unknown)

    def letter(self, parcel: Parcel, now: datetime) -> Letter:
        """The message as it goes out now."""
        one = parcel.errand
        pictures = [self._attached(*picture) for picture in parcel.pictures]
        picture, *more = pictures or [None]
        body = _aged(one, parcel.pictures[0][0] if parcel.pictures else None, now)
        if one.addressee is not None and not one.rule.startswith(decision.TEST):
            body = self._personal(body, one.addressee, now)
        if one.image_id is not None and picture is None:
            body += NO_PICTURE
        see = link(self._gallery_url, one.image_id if not one.rule.startswith(decision.SUMMARY) else None)
        return Letter(one.id, one.subject, body, picture, tuple(other for other in more if other), see)

    def _attached(self, photo: Photo, boxes: Sequence[Box]) -> Attachment | None:
        return snapshot(self._media, photo, boxes, file_name(photo.camera_id, photo.captured_at))

    def _personal(self, body: str, to: Addressee, now: datetime) -> str:
        body = personal(body, to.reasons)
        if to.person_id is None or self._mute_link is None:
            return body
        return with_mute(body, to.name, self._mute_link(to.person_id, now))


def _aged(one: Errand, photo: Photo | None, now: datetime) -> str:
    """A summary and a test say themselves from when they are."""
    if one.happened_at is not None:
        return aged(one.body, since(one.happened_at, now), "This news")
    if one.rule.startswith(decision.SUMMARY) or photo is None:
        return one.body
    return aged(one.body, since(photo.captured_at, now))
