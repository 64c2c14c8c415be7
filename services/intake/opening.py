"""What an intake needs before its first picture: its folders, and one file system for pictures and spool."""

from services.core.media import Media, same_file_system
from services.core.settings import SettingError, Settings


def prepare(settings: Settings, name: str) -> Media:
    """The folders of the intake of that name, and what its last process left gone. Raises `SettingError`."""
    media = Media(settings.media, writer=name)
    media.prepare()
    (settings.spool / name).mkdir(parents=True, exist_ok=True)
    if not same_file_system(settings.media, settings.spool):
        raise SettingError(
            f"HEARTHWATCH_SPOOL_DIR={settings.spool} is on another file system than HEARTHWATCH_MEDIA_DIR="
            f"{settings.media}: put both on one, so that one flush makes picture and record durable"
        )
    media.discard_temporary()
    return media
