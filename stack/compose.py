"""`scripts/setup`: what docker compose mounts. Needs Python and bcrypt only, for hosts with nothing more.

A file given as a secret keeps its owner and mode inside a container, where each program runs as a user of its own. So
containers get copies that every user may read, in a folder that only this one may enter: nobody else on the host
reaches them, and a container sees the ones that it was given.
"""

import shutil
import sys
from pathlib import Path

from services.store.accounts import script, statements
from stack.mosquitto import access_rules, password_lines
from stack.problem import StackError
from stack.secrets import create_token, generate, read

FOLDER = Path(__file__).resolve().parents[1] / "secrets"
COPIES = "compose"
BASE_TOPIC = "hearthwatch"
DATABASE = "hearthwatch"
# In a container the database's own root signs in on the spot only.
ROOT_PASSWORD = "db_root_password"
OPTIONAL = (
    "plate_recognizer_token",
    "rabbitmq_password",
    "rekognition_key_id",
    "rekognition_secret_key",
    "smtp_password",
    "sns_key_id",
    "sns_secret_key",
    "telegram_token",
)
COPIED = (
    "db_password",
    ROOT_PASSWORD,
    "gallery_secret_key",
    "grafana_admin_password",
    "grafana_db_password",
    "mqtt_bridge_password",
    "mqtt_device_password",
    "mqtt_gallery_password",
    "mqtt_nodered_password",
    "mqtt_services_password",
    "mute_secret",
    "node_red_admin_hash",
    "node_red_credential_secret",
    "node_red_viewer_hash",
)


def set_up(folder: Path, base: str = BASE_TOPIC) -> list[str]:
    """Makes the secrets that are missing, then the containers' copies anew; gives the names of what it made."""
    made = generate(folder)
    if create_token(folder, ROOT_PASSWORD):
        made.append(ROOT_PASSWORD)
    _replace_copies(folder / COPIES, contents(folder, base))
    return made


def contents(folder: Path, base: str) -> dict[str, str]:
    """Name and text of every file that containers get."""
    texts = {name: read(folder, name) for name in COPIED}
    optional = {name: read(folder, name) if (folder / name).exists() else "" for name in OPTIONAL}
    owner, reader = ("hearthwatch", texts["db_password"]), ("grafana", texts["grafana_db_password"])
    return {
        **texts,
        **optional,
        "mariadb_accounts": script(statements(DATABASE, owner, reader, host="%")),
        "mosquitto_acl": access_rules(base),
        "mosquitto_passwords": password_lines(folder),
    }


def _replace_copies(folder: Path, texts: dict[str, str]) -> None:
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    for name, text in texts.items():
        path = part / name
        path.write_text(text)
        path.chmod(0o444)
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def main() -> int:
    """The command."""
    try:
        made = set_up(FOLDER)
    except (StackError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Made in {FOLDER}: {', '.join(made)}." if made else f"All secrets are there in {FOLDER}.")
    print(f"The containers' copies are in {FOLDER / COPIES}.")
    print("Start with: docker compose up -d --wait")
    return 0


if __name__ == "__main__":
    sys.exit(main())
