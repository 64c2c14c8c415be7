"""`scripts/setup`: what docker compose mounts. Needs Python and bcrypt only, for hosts with nothing more."""

import sys
from pathlib import Path

from stack.mosquitto import access_rules, password_lines, write_private
from stack.problem import StackError
from stack.secrets import generate

FOLDER = Path(__file__).resolve().parents[1] / "secrets"
BASE_TOPIC = "hearthwatch"
PASSWORDS = "mosquitto_passwords"
ACCESS = "mosquitto_acl"


def set_up(folder: Path, base: str = BASE_TOPIC) -> list[str]:
    """Makes what is missing and gives the names of the files that it wrote."""
    made = generate(folder)
    if not (folder / PASSWORDS).exists() or any(name.startswith("mqtt_") for name in made):
        write_private(folder / PASSWORDS, password_lines(folder))
        made.append(PASSWORDS)
    if not (folder / ACCESS).exists() or (folder / ACCESS).read_text() != access_rules(base):
        write_private(folder / ACCESS, access_rules(base))
        made.append(ACCESS)
    return made


def main() -> int:
    """The command."""
    try:
        made = set_up(FOLDER)
    except (StackError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Made in {FOLDER}: {', '.join(made)}." if made else f"All is there in {FOLDER}.")
    print("Start with: docker compose up -d --wait")
    return 0


if __name__ == "__main__":
    sys.exit(main())
