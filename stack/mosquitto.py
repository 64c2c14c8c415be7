"""The broker's configuration: who may sign in (password file), who may say what (ACL), and how it runs."""

import base64
import hashlib
import os
import shutil
from pathlib import Path
from secrets import token_bytes

from stack.addresses import EVERYWHERE, LOOPBACK
from stack.problem import StackError
from stack.secrets import read

USERS = {
    "services": "mqtt_services_password",
    "nodered": "mqtt_nodered_password",
    "gallery": "mqtt_gallery_password",
    "device": "mqtt_device_password",
    "homeassistant": "mqtt_homeassistant_password",
    "bridge": "mqtt_bridge_password",
    "others": "mqtt_others_password",
}
ITERATIONS = 1000  # of PBKDF2; the passwords are random 256-bit tokens, so this need not be slow

OLD_QUESTIONS = ("image/id_objects/get_objects", "image/alpr/get_license", "image/information")
"""Topics of imagehub-librarian's flows; they stand beside the base topic."""

OLD_ANSWERS = ("image/id_objects/count", "image/alpr/results")

OLD_DEVICES = ("sensor/#", "meter/#")
"""Topics of the older system's devices."""

OLD_RESET = "meter/+/control"
"""Where the older system's meters hear what their register is set to."""

OTHERS = ("zigbee2mqtt", "tele", "stat", "cmnd", "tasmota", "esphome", "shellies", "others")
"""The first parts of the topics of programs that announce their devices to Home Assistant. The tab *Others' devices*
has the same."""

RING = "ring/#"
"""What ring-mqtt says. It is only read: nothing of ours may speak there, so nothing can disarm it."""

ANNOUNCEMENTS = ("homeassistant/+/+/config", "homeassistant/+/+/+/config")

DEVICE_WORDS = ("heartbeat", "trigger", "reading")

RULES: dict[str, tuple[str, ...]] = {
    "services": ("readwrite {base}/#", "readwrite homeassistant/#", "read $SYS/#"),
    "nodered": (
        "read {base}/#",
        "write {base}/work/#",
        "write {base}/ask/#",
        "write {base}/answer/rules",
        "write {base}/alert/request",
        "write {base}/event/report",
        "write {base}/chore/#",
        "write {base}/mode/set",
        "write {base}/trigger/verdict",
        "write {base}/output/+/ask",
        "write {base}/schedule/#",
        "write {base}/svc/nodered/#",
        "readwrite homeassistant/#",
        # What old devices say, in our words.
        *(f"read {topic}" for topic in OLD_DEVICES),
        f"write {OLD_RESET}",
        *(f"write {{base}}/device/+/{word}" for word in DEVICE_WORDS),
        # What others' devices say, and what is ordered of them.
        *(f"readwrite {place}/#" for place in OTHERS),
        f"read {RING}",
        "write {base}/output/+/state",
        # Old flows may run beside the tab that answers them.
        *(f"readwrite {topic}" for topic in (*OLD_QUESTIONS, *OLD_ANSWERS)),
    ),
    "gallery": (
        "read {base}/#",
        "write {base}/ask/rules",
        "write {base}/config/changed",
        "write {base}/camera/+/picture",
        "write {base}/meter/+/reset",
        "write {base}/svc/gallery/#",
    ),
    # One account for all devices: each may speak as another, none may command one (`output/…/set`) or hear another.
    "device": (
        *(f"write {{base}}/device/+/{word}" for word in DEVICE_WORDS),
        *(f"write {topic}" for topic in OLD_DEVICES),
        "read {base}/output/#",
        "read {base}/meter/+/reset",
        f"read {OLD_RESET}",
        "write {base}/output/+/state",
        *(f"write {topic}" for topic in OLD_QUESTIONS),
        *(f"read {topic}" for topic in OLD_ANSWERS),
    ),
    "homeassistant": (
        "read {base}/#",
        "write {base}/mode/set",
        "write {base}/output/+/ask",
        "write {base}/homeassistant/#",
        "readwrite homeassistant/#",
        # It has room for one broker only: what others announce is on this one.
        *(f"readwrite {place}/#" for place in OTHERS),
        f"readwrite {RING}",
    ),
    # As a device, and no more.
    "bridge": (
        *(f"write {{base}}/device/+/{word}" for word in DEVICE_WORDS),
        "read {base}/output/+/set",
        "write {base}/output/+/state",
        "write {base}/svc/bridge/#",
    ),
    # One account for all programs that announce their devices to Home Assistant: they hear nothing of the house.
    "others": (
        *(f"write {topic}" for topic in ANNOUNCEMENTS),
        "read homeassistant/status",
        *(f"readwrite {place}/#" for place in OTHERS),
        f"readwrite {RING}",
    ),
}


def access_rules(base: str) -> str:
    """The ACL file: what each user may read and write. Nobody signs in without a name."""
    blocks = [
        "\n".join([f"user {user}", *(f"topic {rule.format(base=base)}" for rule in rules)])
        for user, rules in RULES.items()
    ]
    return "\n\n".join(blocks) + "\n"


def hashed(password: str, salt: bytes | None = None) -> str:
    """A password as `mosquitto_passwd` of Mosquitto 2 writes it: `$7$iterations$salt$PBKDF2-HMAC-SHA512`."""
    salt = token_bytes(12) if salt is None else salt
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def password_lines(secrets: Path) -> str:
    """The password file: one line for each user."""
    return "".join(f"{user}:{hashed(read(secrets, name))}\n" for user, name in USERS.items())


def listeners(port: int, address: str) -> list[str]:
    """Where the broker listens: always on this machine, whose services need it, and on one more address."""
    addresses = [EVERYWHERE] if address == EVERYWHERE else dict.fromkeys([LOOPBACK, address])
    return [f"listener {port} {one}" for one in addresses]


def configuration(folder: Path, port: int, address: str = LOOPBACK) -> str:
    """`mosquitto.conf`; `folder` holds the password file, the ACL file and what the broker keeps over a restart."""
    lines = [
        *listeners(port, address),
        "allow_anonymous false",
        f"password_file {folder}/passwords",
        f"acl_file {folder}/acl",
        "persistence true",
        f"persistence_location {folder}/",
        "autosave_interval 30",
        "max_queued_messages 100000",
        # Of its 20, a service that takes many at a time would wait for more after each 20.
        "max_inflight_messages 100",
        # No message of ours is nearly as long; one of 256 MB would fill the memory of whoever hears it.
        "message_size_limit 2000000",
        "set_tcp_nodelay true",
        "log_dest stderr",
        "log_timestamp_format %Y-%m-%dT%H:%M:%S",
        "connection_messages true",
    ]
    # Started as root it would become `mosquitto`, which may not read the data folder.
    return "\n".join(lines + (["user root"] if os.getuid() == 0 else [])) + "\n"


def prepare(folder: Path, secrets: Path, port: int, base: str, address: str = LOOPBACK) -> None:
    """Writes the three files. Raises `StackError` when a secret cannot be read."""
    write_private(folder / "passwords", password_lines(secrets))
    write_private(folder / "acl", access_rules(base))
    write_private(folder / "mosquitto.conf", configuration(folder, port, address))


def command(folder: Path) -> list[str]:
    """How it is started."""
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        raise StackError("mosquitto was not found: install the MQTT broker Mosquitto 2, then start again")
    return [program, "-c", str(folder / "mosquitto.conf")]


def write_private(path: Path, text: str) -> None:
    """Writes a file that only this user may read, replacing an older one as a whole."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    part.replace(path)
