"""What each process gets in its environment: the settings of this stack, and no secret where a file does."""

import os
from collections.abc import Mapping

from services.core.settings import PREFIX, Settings
from stack.addresses import EVERYWHERE, LOOPBACK
from stack.choice import Choice
from stack.layout import ROOT, Layout
from stack.ports import Ports
from stack.processes import MARK
from stack.secrets import read

PLAIN = Choice()
# A secret given directly would win over the file of this stack's own.
OURS_ALONE = (f"{PREFIX}DB_PASSWORD", f"{PREFIX}MQTT_PASSWORD")


def inherited() -> dict[str, str]:
    """This command's own environment, less what belongs to the stack alone."""
    return {name: value for name, value in os.environ.items() if name not in OURS_ALONE}


def common(layout: Layout, ports: Ports, settings: Settings, choice: Choice = PLAIN) -> dict[str, str]:
    """What all processes get: the mark of this stack and every `HEARTHWATCH_…` that it decides."""
    keys = {
        "DATA_DIR": layout.data,
        "DB_HOST": LOOPBACK,
        "DB_PORT": ports.mariadb,
        "DB_PASSWORD_FILE": layout.secrets / "db_password",
        "MQTT_HOST": LOOPBACK,
        "MQTT_PORT": ports.mosquitto,
        "MQTT_USER": "services",
        "MQTT_PASSWORD_FILE": layout.secrets / "mqtt_services_password",
        "HUB_PORT": ports.hub,
        "FTP_PORT": ports.ftp,
        "FTP_PASSIVE": _passive(ports, settings),
        "GALLERY_HOST": EVERYWHERE if choice.lan else settings.gallery_host,
        "GALLERY_PORT": ports.gallery,
        "GALLERY_SECRET_KEY_FILE": layout.secrets / "gallery_secret_key",
        "MUTE_SECRET_FILE": layout.secrets / "mute_secret",
        "NODE_RED_PORT": ports.node_red,
        "GRAFANA_PORT": ports.grafana,
        **_addresses(ports, settings, choice),
    }
    return {MARK: str(layout.data), "PYTHONUNBUFFERED": "1"} | {PREFIX + key: str(value) for key, value in keys.items()}


def broker_user(layout: Layout, name: str) -> dict[str, str]:
    """The gallery and the bridge sign in to the broker with names of their own, which may do less."""
    return {
        f"{PREFIX}MQTT_USER": name,
        f"{PREFIX}MQTT_PASSWORD_FILE": str(layout.secrets / f"mqtt_{name}_password"),
    }


def node_red(layout: Layout, ports: Ports, settings: Settings) -> dict[str, str]:
    """What Node-RED's settings.js reads."""
    return {
        "HW_MQTT_HOST": LOOPBACK,
        "HW_MQTT_PORT": str(ports.mosquitto),
        "HW_MQTT_USER": "nodered",
        "HW_MQTT_PASSWORD_FILE": str(layout.secrets / "mqtt_nodered_password"),
        "HW_BASE_TOPIC": settings.mqtt_base_topic,
        "NODE_RED_CREDENTIAL_SECRET_FILE": str(layout.secrets / "node_red_credential_secret"),
        "NODE_RED_ADMIN_HASH_FILE": str(layout.secrets / "node_red_admin_hash"),
        "NODE_RED_VIEWER_HASH_FILE": str(layout.secrets / "node_red_viewer_hash"),
        "NR_FLOW_FILE": str(layout.data / "nodered" / "flows.json"),
        "NR_HOST": LOOPBACK,
        "NR_PORT": str(ports.node_red),
    }


def grafana(layout: Layout, ports: Ports, settings: Settings) -> dict[str, str]:
    """Grafana's own settings, and what the provisioned data source is filled from."""
    return {
        "GF_SERVER_HTTP_ADDR": LOOPBACK,
        "GF_SERVER_HTTP_PORT": str(ports.grafana),
        "GF_PATHS_DATA": str(layout.data / "grafana"),
        "GF_PATHS_LOGS": str(layout.log),
        "GF_LOG_MODE": "console",
        "GF_PATHS_PROVISIONING": str(ROOT / "grafana" / "provisioning"),
        "GF_SECURITY_ADMIN_PASSWORD": f"$__file{{{layout.secrets / 'grafana_admin_password'}}}",
        "GF_ANALYTICS_REPORTING_ENABLED": "false",
        "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
        "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": "false",
        "HW_DB_HOST": LOOPBACK,
        "HW_DB_PORT": str(ports.mariadb),
        "HW_DB_NAME": settings.db_name,
        "GF_HEARTHWATCH_DB_PASSWORD": read(layout.secrets, "grafana_db_password"),
        "HW_DASHBOARDS": str(ROOT / "grafana" / "dashboards"),
    }


def _passive(ports: Ports, settings: Settings) -> str:
    """FTP's other ports move with the first one; those of another stack are left alone."""
    moved = ports.ftp - settings.ftp_port
    return "-".join(str(port + moved) for port in (settings.ftp_passive_ports[0], settings.ftp_passive_ports[-1]))


def _addresses(ports: Ports, settings: Settings, choice: Choice) -> Mapping[str, str]:
    made = {
        "gallery_url": f"http://{LOOPBACK}:{ports.gallery}",
        "node_red_url": f"http://{LOOPBACK}:{ports.node_red}",
    }
    if choice.grafana or settings.grafana_url:
        made["grafana_url"] = f"http://{LOOPBACK}:{ports.grafana}"
    given = settings.model_fields_set
    return {name.upper(): str(getattr(settings, name) if name in given else url) for name, url in made.items()}
