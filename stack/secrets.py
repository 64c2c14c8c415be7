"""Every secret of a stack: made once, one file each, never overwritten. To make them needs bcrypt besides Python."""

import os
from pathlib import Path
from secrets import token_urlsafe

from stack.problem import StackError

TOKENS = (
    "db_password",
    "grafana_db_password",
    "mqtt_services_password",
    "mqtt_nodered_password",
    "mqtt_gallery_password",
    "mqtt_device_password",
    "mqtt_homeassistant_password",
    "mqtt_others_password",
    "mqtt_bridge_password",
    "node_red_credential_secret",
    "node_red_admin_password",
    "node_red_viewer_password",
    "gallery_secret_key",
    "mute_secret",
    "grafana_admin_password",
)
HASHED = {"node_red_admin_hash": "node_red_admin_password", "node_red_viewer_hash": "node_red_viewer_password"}
NAMES = (*TOKENS, *HASHED)


def generate(folder: Path) -> list[str]:
    """Makes what is missing (folder 700, files 600) and gives the names of what it made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = [name for name in TOKENS if create_token(folder, name)]
    return made + [
        name for name, source in HASHED.items() if not (folder / name).exists() and _hash(folder, name, source)
    ]


def create_token(folder: Path, name: str) -> bool:
    """Makes a random secret of 256 bits unless it is there; whether it did."""
    return _create(folder / name, token_urlsafe(32))


def read(folder: Path, name: str) -> str:
    """A secret's text. Raises `StackError` when it is missing or empty."""
    path = folder / name
    try:
        text = path.read_text().strip()
    except OSError as error:
        raise StackError(f"cannot read the secret {path}: {error.strerror}; scripts/run makes missing ones") from error
    if not text:
        raise StackError(f"the secret {path} is empty: delete the file and start again, a new one is made")
    return text


def _hash(folder: Path, name: str, source: str) -> bool:
    import bcrypt  # noqa: PLC0415 (containers read secrets; they make none, and have no bcrypt)

    return _create(folder / name, bcrypt.hashpw(read(folder, source).encode(), bcrypt.gensalt()).decode())


def _create(path: Path, text: str) -> bool:
    # Whole or not at all: an empty secret, left by a full disk, would be taken for a set one.
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    finally:
        part.unlink()
    return True
