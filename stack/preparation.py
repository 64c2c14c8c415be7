"""What must be there before a stack can start: packages of npm, vendored files, the model, the demo's clip."""

from contextlib import nullcontext
from pathlib import Path

from services.core.settings import Settings
from services.detector.model import ensure_default
from services.detector.problem import ModelError
from stack import demo, mariadb, mosquitto, nodejs, secrets, vendor
from stack.layout import Layout
from stack.ports import Ports
from stack.problem import StackError
from stack.progress import step


def fetch(settings: Settings, dev: bool = False) -> list[str]:
    """Brings what the whole tree shares; what is there already takes no time. Gives remarks for the reader."""
    with nodejs.set_up_alone():
        if not nodejs.is_current(nodejs.NODERED, dev):
            with step("Installing Node-RED"):
                nodejs.install(nodejs.NODERED, dev)
        bring_vendored()
        return bring_model(settings.model_dir.expanduser())


def bring_vendored() -> None:
    """Fetches what the gallery's pages load. Raises `StackError` when that fails."""
    quiet = (vendor.TARGET / vendor.STAMP).exists()
    try:
        with nullcontext() if quiet else step("Fetching the gallery's style and script files"):
            vendor.vendor(nodejs.NODE, nodejs.NPM)
    except vendor.VendorError as error:
        raise StackError(str(error)) from error


def bring_model(folder: Path) -> list[str]:
    """Fetches the detection model when it is missing; a remark when that fails."""
    try:
        if any(folder.glob("*.onnx")):
            ensure_default(folder)
        else:
            with step("Fetching the detection model (COCO-SSD) and converting it"):
                ensure_default(folder)
    except ModelError as error:
        return [
            f"No detection model: {error}\nPictures are kept. Get it with scripts/model get coco-ssd, "
            "then scripts/stop and scripts/run: they are looked at then."
        ]
    return []


def bring_demo(layout: Layout, ports: Ports) -> list[str]:
    """Readies the demo camera. Gives a remark, and leaves nothing half done, when its clip cannot be had."""
    try:
        if not demo.has_clip(layout):
            with step("Fetching the demo camera's clip (opencv-doc, 96 MB)"):
                demo.bring_clip(layout)
    except (StackError, OSError) as error:
        return [f"No demo camera: {error}"]
    demo.configure(layout, ports.hub)
    return []


def prepare(layout: Layout, settings: Settings, ports: Ports) -> None:
    """Makes what this data folder needs: secrets, MariaDB's tables, the broker's files."""
    secrets.generate(layout.secrets)
    if not mariadb.installed(layout):
        with step("Making the database"):
            mariadb.install(layout)
    mariadb.prepare(layout, settings)
    broker = layout.data / "mosquitto"
    listen = str(settings.mqtt_listen)
    mosquitto.prepare(broker, layout.secrets, ports.mosquitto, settings.mqtt_base_topic, listen)
