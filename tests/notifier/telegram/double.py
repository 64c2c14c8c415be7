"""A double of Telegram's Bot API: speaks it over HTTP, its refusals too, keeps chats, and lets people write.

Limits of texts, captions and albums are Telegram's own, so that a message which it would refuse is refused here.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any
from urllib.parse import parse_qsl

TOKEN = "4711:AA-the-token-of-this-test"
BOT = {"id": 4711, "is_bot": True, "first_name": "House", "username": "house_bot"}
CAPTION_MAX, TEXT_MAX = 1024, 4096
Fields = dict[str, Any]


@dataclass(frozen=True)
class Refusal(Exception):
    """What it answers in place of yes; `hang_up` says nothing at all."""

    status: int
    description: str
    parameters: dict[str, int] = field(default_factory=dict)
    hang_up: bool = False


BLOCKED = Refusal(403, "Forbidden: bot was blocked by the user")
NO_CHAT = Refusal(400, "Bad Request: chat not found")
UNAUTHORIZED = Refusal(401, "Unauthorized")
BROKEN = Refusal(500, "Internal Server Error")
HANG_UP = Refusal(0, "", hang_up=True)
CONFLICT = Refusal(409, "Conflict: terminated by other getUpdates request")


def too_many(seconds: int) -> Refusal:
    """So many seconds nothing more, please."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


@dataclass(frozen=True)
class Shown:
    """A message in a chat: its words, and its picture."""

    number: int
    words: str
    picture: bytes | None = None
    edits: int = 0


class TelegramDouble:
    """Every chat is there but those of `refusals`. `next_refusals` are given once each, by the method's name."""

    def __init__(self) -> None:
        self.chats: dict[str, list[Shown]] = defaultdict(list)
        self.refusals: dict[str, Refusal] = {}
        self.next_refusals: dict[str, list[Refusal]] = defaultdict(list)
        self.calls: list[str] = []
        self.confirmed = 0
        self.terminated = 0
        self._polls = 0
        self._numbers = 0
        self._updates: list[Fields] = []
        self._changed = Condition()
        self._closing = False
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator[TelegramDouble]:
        """Serves until the end of the block."""
        thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            with self._changed:
                self._closing = True
                self._changed.notify_all()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def write(self, chat: str, words: str | None, at: float | None = None, kind: str = "private") -> int:
        """Somebody writes to the bot; the update's number. `at` is when (Unix time); no `words`: a sticker."""
        with self._changed:
            number = self.confirmed + len(self._updates) + 1
            message: Fields = {"message_id": number, "date": int(at or time.time())}
            message["chat"] = {"id": int(chat), "type": kind, "title": "Family", "first_name": "Anna"}
            message |= {} if words is None else {"text": words}
            self._updates.append({"update_id": number, "message": message})
            self._changed.notify_all()
        return number

    def words(self, chat: str) -> list[str]:
        """What the bot has written into a chat."""
        return [one.words for one in self.chats[chat]]

    def wait_for(self, condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
        """Waits until a call has made a condition true."""
        with self._changed:
            assert self._changed.wait_for(condition, seconds), f"waited {seconds} s for {what}"

    def answer(self, method: str, fields: Fields, files: dict[str, bytes]) -> Any:
        """What the call gives. Raises `Refusal`."""
        refusal = self.next_refusals[method].pop(0) if self.next_refusals[method] else None
        refusal = refusal or self.refusals.get(str(fields.get("chat_id", "")))
        if refusal:
            self._note(method)
            raise refusal
        given = _METHODS[method](self, fields, files)
        self._note(method)
        return given

    def _note(self, method: str) -> None:
        with self._changed:
            self.calls.append(method)
            self._changed.notify_all()

    def get_updates(self, fields: Fields, _: dict[str, bytes]) -> Any:
        """A poll ends one that waits still: that one is told that it is not alone."""
        offset = int(fields.get("offset", 0))
        with self._changed:
            self._polls += 1
            ours = self._polls
            self._updates = [one for one in self._updates if one["update_id"] >= offset]
            self.confirmed = max(self.confirmed, offset - 1)
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: self._updates or self._closing or self._polls > ours, float(fields.get("timeout", 0))
            )
            if self._polls > ours:
                self.terminated += 1
                raise CONFLICT
            return list(self._updates)

    def send_message(self, fields: Fields, _: dict[str, bytes]) -> Any:
        if not fields["text"]:
            raise Refusal(400, "Bad Request: message text is empty")
        if _units(fields["text"]) > TEXT_MAX:
            raise Refusal(400, "Bad Request: message is too long")
        return self._add(fields["chat_id"], fields["text"], None)

    def send_photo(self, fields: Fields, files: dict[str, bytes]) -> Any:
        return self._add(fields["chat_id"], _caption(fields), _picture(fields["photo"], files))

    def send_media_group(self, fields: Fields, files: dict[str, bytes]) -> Any:
        media = json.loads(fields["media"])
        if not 2 <= len(media) <= 10:
            raise Refusal(400, "Bad Request: wrong number of items in the album")
        return [self._add(fields["chat_id"], _caption(one), _picture(one["media"], files)) for one in media]

    def edit_message_media(self, fields: Fields, files: dict[str, bytes]) -> Any:
        chat, media = self.chats[fields["chat_id"]], json.loads(fields["media"])
        found = [at for at, one in enumerate(chat) if one.number == int(fields["message_id"])]
        if not found:
            raise Refusal(400, "Bad Request: message to edit not found")
        old = chat[found[0]]
        new = replace(old, words=_caption(media), picture=_picture(media["media"], files), edits=old.edits + 1)
        chat[found[0]] = new
        return _message(fields["chat_id"], new)

    def _add(self, chat: str, words: str, picture: bytes | None) -> Fields:
        with self._changed:
            self._numbers += 1
            shown = Shown(self._numbers, words, picture)
            self.chats[chat].append(shown)
            self._changed.notify_all()
        return _message(chat, shown)


_METHODS: dict[str, Callable[[TelegramDouble, Fields, dict[str, bytes]], Any]] = {
    "getMe": lambda *_: BOT,
    "getUpdates": TelegramDouble.get_updates,
    "sendMessage": TelegramDouble.send_message,
    "sendPhoto": TelegramDouble.send_photo,
    "sendMediaGroup": TelegramDouble.send_media_group,
    "editMessageMedia": TelegramDouble.edit_message_media,
}


def _caption(fields: Fields) -> str:
    words = str(fields.get("caption", ""))
    if _units(words) > CAPTION_MAX:
        raise Refusal(400, "Bad Request: message caption is too long")
    return words


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _picture(name: str, files: dict[str, bytes]) -> bytes:
    data = files.get(name.removeprefix("attach://"), b"")
    if not data.startswith(b"\xff\xd8"):
        raise Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")
    return data


def _message(chat: str, shown: Shown) -> Fields:
    where = {"id": int(chat), "type": "private", "first_name": "Anna"}
    made: Fields = {"message_id": shown.number, "date": int(time.time()), "chat": where, "from": BOT}
    size = {"file_id": "f", "file_unique_id": "u", "width": 320, "height": 240}
    more = {"text": shown.words} if shown.picture is None else {"caption": shown.words, "photo": [size]}
    return made | more


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, double: TelegramDouble) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.double = double


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        _, bot, method = self.path.split("/")
        if bot != f"bot{TOKEN}":
            return self._refuse(UNAUTHORIZED)
        try:
            self._give(200, {"ok": True, "result": self.server.double.answer(method, *self._read(body))})
        except Refusal as refusal:
            self._refuse(refusal)

    def _read(self, body: bytes) -> tuple[Fields, dict[str, bytes]]:
        kind = self.headers.get("Content-Type", "")
        if not kind.startswith("multipart/"):
            return dict(parse_qsl(body.decode(), keep_blank_values=True)), {}
        mail = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        fields: Fields = {}
        files: dict[str, bytes] = {}
        for part in mail.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            content = bytes(part.get_payload(decode=True))
            if part.get_filename():
                files[name] = content
                # A file that is a field of its own, as Telegram's `photo` is.
                fields[name] = f"attach://{name}"
            else:
                fields[name] = content.decode()
        return fields, files

    def _refuse(self, refusal: Refusal) -> None:
        if refusal.hang_up:
            self.close_connection = True
            return
        more = {"parameters": refusal.parameters} if refusal.parameters else {}
        body = {"ok": False, "error_code": refusal.status, "description": refusal.description}
        self._give(refusal.status, body | more)

    def _give(self, status: int, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            # The other side has hung up: a long poll that nobody waits for any more.
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Stay quiet."""
