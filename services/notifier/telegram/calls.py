"""The calls of the Bot API that we make, each for a `Wire` to ask."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias, TypeVar

from telegram import Bot, InputMediaPhoto, LinkPreviewOptions, Update

from services.notifier.snapshot import Attachment

Result = TypeVar("Result")
Call: TypeAlias = Callable[[Bot], Awaitable[Result]]
ALBUM_MAX = 10
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def text(chat: str, words: str) -> Call[int]:
    """A message of at most 4096; gives its number."""

    async def call(bot: Bot) -> int:
        return (await bot.send_message(chat, words, link_preview_options=_NO_PREVIEW)).message_id

    return call


def photo(chat: str, picture: Attachment, caption: str) -> Call[int]:
    """A picture with words under it; gives the message's number."""

    async def call(bot: Bot) -> int:
        return (await bot.send_photo(chat, picture.data, caption=caption, filename=picture.name)).message_id

    return call


def album(chat: str, pictures: Sequence[Attachment], caption: str) -> Call[int]:
    """Two to ten pictures in one message with words under it; gives the number of its first."""

    async def call(bot: Bot) -> int:
        media = [InputMediaPhoto(one.data, filename=one.name) for one in pictures[:ALBUM_MAX]]
        return (await bot.send_media_group(chat, media, caption=caption))[0].message_id

    return call


def edit(chat: str, message_id: int, picture: Attachment, caption: str) -> Call[None]:
    """Puts another picture into a message; its words stay."""

    async def call(bot: Bot) -> None:
        media = InputMediaPhoto(picture.data, caption=caption, filename=picture.name)
        await bot.edit_message_media(media, chat_id=chat, message_id=message_id)

    return call


def pictures(chat: str, some: Sequence[Attachment], caption: str) -> Call[int]:
    """One picture, or two to ten as an album."""
    return photo(chat, some[0], caption) if len(some) == 1 else album(chat, some, caption)


def updates(first: int, wait_s: int) -> Call[Sequence[Update]]:
    """What people have written, from this update on; those before it are confirmed. Waits so long for the first."""

    async def call(bot: Bot) -> Sequence[Update]:
        return await bot.get_updates(offset=first, timeout=wait_s, allowed_updates=["message"])

    return call
