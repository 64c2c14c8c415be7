"""Machine settings: `HEARTHWATCH_…` in the environment or `.env`; any secret also as `…_FILE`.

One class for all services, so that an unknown key is an error wherever it stands. People's settings
(cameras, who is told) are in MariaDB instead.
"""

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "HEARTHWATCH_"
Port = Annotated[int, Field(ge=0, le=65535)]
Days = Annotated[int, Field(ge=0, le=36_500)]
Words = Annotated[tuple[str, ...], NoDecode]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z0-9]{2,3})?$")]
Form = Annotated[str, Field(pattern=r"^[A9]{4,9}$")]
_WEB_ADDRESS = re.compile(r"https?://[^/?#@\s]+(/[^?#\s]*)?(\?[^#\s]*)?")


class SettingError(Exception):
    """A setting is missing or wrong; the text names the key and says the fix."""


class Settings(BaseSettings):
    """All machine settings. Lists are written with commas; times are seconds unless the name says otherwise."""

    # docker compose reads the same `.env`, with keys of its own in it: only ours are looked at.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", dotenv_filtering="match_prefix", extra="forbid", frozen=True
    )

    instance: str = Field("1", pattern=r"^[a-z0-9_-]{1,64}$", description="tells two copies of one service apart")
    time_zone: str | None = Field(None, description="Europe/Rome, …: hours in pages and alerts; default: the machine's")
    latitude: float | None = Field(None, ge=-90, le=90, description="degrees north, for sunrise and sunset")
    longitude: float | None = Field(None, ge=-180, le=180, description="degrees east, for sunrise and sunset")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    data_dir: Path = Field(Path("data"), description="everything that a run makes")
    media_dir: Path | None = Field(None, description="pictures; default: media/ in the data folder")
    spool_dir: Path | None = Field(
        None, description="spools; default: spool/ in the data folder, same file system as media"
    )
    model_dir: Path = Field(Path("~/.cache/hearthwatch/models"), description="detection models")

    db_host: str = "127.0.0.1"
    db_port: Port = 3307
    db_name: str = "hearthwatch"
    db_user: str = "hearthwatch"
    db_password: SecretStr | None = None

    mqtt_host: str = "127.0.0.1"
    mqtt_port: Port = 1883
    mqtt_user: str = "services"
    mqtt_password: SecretStr | None = None
    mqtt_listen: IPv4Address = Field(
        IPv4Address("127.0.0.1"),
        description="where the broker of scripts/run listens besides this machine: for devices",
    )
    mqtt_base_topic: str = Field("hearthwatch", pattern=r"^[a-z0-9_-]{1,64}$")

    rabbitmq_host: str | None = Field(
        None, description="where devices of the older system speak by RabbitMQ; with it the bridge is started"
    )
    rabbitmq_port: Port = 5672
    rabbitmq_user: str = "hearthwatch"
    rabbitmq_password: SecretStr | None = None
    rabbitmq_vhost: str = "/"
    rabbitmq_exchange: str = Field(
        "home_automation", min_length=1, max_length=100, description="what the older system calls its exchange"
    )

    health_host: str = "127.0.0.1"
    health_port: Port = Field(0, description="/healthz, /readyz, /metrics of this service; 0 = off")

    hub_host: str = Field("0.0.0.0", description="address that cameras' senders connect to")  # noqa: S104 (an intake)
    hub_port: Port = 5555
    hub_publishers: Words = Field((), description="PUB senders to connect to: tcp://pi4:5555,…")
    hub_publisher_silence_s: float = Field(30, gt=0, description="reconnect to a publisher silent for so long")
    hub_allow: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (), description="networks that may send, such as 192.168.7.0/24; empty = any"
    )
    hub_curve_port: Port = Field(0, description="a second, encrypted door (CURVE); 0 = off")
    hub_curve_dir: Path | None = Field(None, description="hub.key_secret and clients/*.key for the encrypted door")
    hub_max_bytes: int = Field(20_000_000, gt=1000, description="a larger picture is refused")
    hub_max_rate: float = Field(2000, gt=0, description="messages a second from one connection; more are refused")
    hub_max_names: int = Field(500, gt=0, description="cameras and nodes that may register; beyond, names are refused")
    hub_daily_cap: int = Field(0, ge=0, description="pictures per camera and day; 0 = no cap")
    hub_patience_minutes: float = Field(10, gt=0, description="silence of a node or camera for so long is an event")
    hub_republish_port: Port = Field(
        0, description="every picture once more, for imagezmq's subscribers, who show no password (PUB); 0 = off"
    )
    hub_republish_host: str = Field("127.0.0.1", description="address that these subscribers connect to")
    hub_reply_deadline_s: float = Field(0.5, gt=0.05, lt=1.0, description="stock senders give up after 1.0")
    hub_late_queue_bytes: int = Field(256_000_000, gt=0, description="memory for pictures answered before the disk did")

    ftp_host: str = Field("0.0.0.0", description="address that cameras send to by FTP")  # noqa: S104 (an intake)
    ftp_port: Port = 2121
    ftp_passive: str = Field(
        "30000-30009", pattern=r"^\d{4,5}-\d{4,5}$", description="ports that cameras send their files to (passive mode)"
    )
    ftp_masquerade: IPv4Address | None = Field(
        None, description="the address that cameras reach this machine by, behind a router or in a container"
    )
    ftp_tls: Literal["off", "offered", "required"] = Field("offered", description="FTPS: encryption after AUTH TLS")
    ftp_tls_certificate: Path | None = Field(
        None, description="a PEM file, chain and key in one; default: one that signs itself is made"
    )
    ftp_allow: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (), description="networks that may send by FTP, such as 192.168.7.0/24; empty = any"
    )
    ftp_max_connections: int = Field(200, ge=1, le=10_000, description="of FTP, in all")
    ftp_max_per_address: int = Field(60, ge=1, le=10_000, description="connections of FTP from one address")
    ftp_max_bytes: int = Field(500_000_000, gt=1000, description="a larger file is refused; pictures: 20 MB")
    ftp_max_rate: float = Field(100, gt=0, description="files a second from one user of FTP; more are refused")
    ftp_idle_s: int = Field(120, ge=5, le=3600, description="a connection of FTP that is silent for so long is closed")
    ftp_lock_tries: int = Field(10, ge=1, description="wrong passwords after which an address is locked out")
    ftp_lock_minutes: float = Field(15, gt=0, description="and for how long")
    ftp_folders: Words = Field(
        (), description="folders that cameras write into: Front Door=/mnt/cameras/front,Garage=/mnt/cameras/garage"
    )
    ftp_folders_rest_s: float = Field(
        3, gt=0, le=600, description="a file there is complete when unchanged for so long"
    )
    ftp_folders_delete: bool = Field(False, description="true: files there are deleted once they are taken")
    ftp_resume_minutes: float = Field(60, gt=0, description="a cut upload waits for so long to be resumed")

    detector_threads: int = Field(1, ge=1, le=64)
    detector_model: str | None = Field(None, description="name from `scripts/model list`; default: the one in use")
    detector_timeout_s: float = Field(20, gt=0, description="a picture that takes longer has failed")
    detector_remote: Literal["rekognition"] | None = Field(
        None, description="a service elsewhere that looks first: pictures leave the house, and it costs money"
    )
    detector_remote_timeout_s: float = Field(5, gt=0, description="what takes longer there is looked at here")
    detector_remote_monthly: int = Field(1000, ge=0, description="calls a month; beyond, pictures are looked at here")
    detector_rekognition_region: str = Field("eu-west-1", pattern=r"^[a-z0-9-]+$", description="Amazon's, to be asked")
    detector_rekognition_second_region: str | None = Field(
        None, pattern=r"^[a-z0-9-]+$", description="asked when the first cannot answer"
    )
    detector_rekognition_key_id: SecretStr | None = None
    detector_rekognition_secret_key: SecretStr | None = None
    detector_rekognition_url: str | None = Field(
        None, description="another address for it, such as https://proxy.example.org/{region}"
    )

    snapshot_threads: int = Field(4, ge=1, le=32, description="cameras from which pictures are pulled side by side")
    snapshot_interval_s: float = Field(1, ge=0, description="a camera's rest between two pulls of a picture")
    snapshot_max_bytes: int = Field(20_000_000, gt=1000, description="a larger picture is not pulled to its end")
    snapshot_stale_after: int = Field(
        5, ge=0, description="so often a camera may send the very same picture; then it hangs. 0: as often as it likes"
    )

    plates_reader: Literal["local", "plate-recognizer"] = Field("local", description="what reads plates")
    plates_threads: int = Field(1, ge=1, le=64)
    plates_regions: Annotated[tuple[Region, ...], NoDecode] = Field(
        (), description="where plates come from: de,nl,us-ca; other text is refused: docs/plates.md"
    )
    plates_forms: Annotated[tuple[Form, ...], NoDecode] = Field(
        (), description="further forms, A for a letter and 9 for a digit: AA999AA,A9999"
    )
    plates_timeout_s: float = Field(60, gt=0, description="a picture whose plates take longer has failed")
    plates_distance: int = Field(
        1, ge=0, le=3, description="signs that a text may differ from a known plate, beside those that look alike"
    )
    plate_recognizer_url: str = "https://api.platerecognizer.com/v1/plate-reader/"
    plate_recognizer_token: SecretStr | None = None
    plate_recognizer_timeout_s: float = Field(10, gt=0, le=60, description="a longer answer is not waited for")
    plate_recognizer_monthly: int = Field(2500, ge=0, description="look-ups a month; beyond, the local reader reads")

    recorder_segment_s: float = Field(300, ge=2, le=3600, description="recordings are cut when the clock says so")
    recorder_stall_s: float = Field(15, ge=4, description="a stream of which nothing comes for so long is begun again")
    recorder_live: bool = Field(True, description="live video for browsers: the disk writes it twice")
    recorder_options: Words = Field((), description="name=value,… for ffmpeg's reader of streams: docs/streams.md")
    recorder_pause_percent: float = Field(3, ge=0, le=50, description="recording pauses when less of the disk is free")
    recorder_motion_area_percent: float = Field(0.3, gt=0, le=100, description="of the view must move")
    recorder_motion_contrast: float = Field(25, ge=1, le=254, description="grey levels by which it must differ")
    recorder_picture_every_s: float = Field(2, ge=0.2, description="between pictures of a stream while something moves")
    recorder_watch_fps: float = Field(2, gt=0, le=10, description="frames of a substream that are looked at")
    recorder_previews: Literal["all", "clips", "none"] = Field("all", description="of what small copies are made")
    recorder_preview_percent: float = Field(50, ge=5, le=100, description="of one core that making them may take")
    motion_log: Path | None = Field(None, description="the log of the program Motion, whose films become clips")
    motion_folder: Path | None = Field(None, description="where Motion saves its files: its target_dir")
    clip_before_s: float = Field(5, ge=0, le=60, description="a clip begins so long before what it shows")
    clip_after_s: float = Field(10, ge=0, le=120, description="and ends so long after it")

    smtp_host: str | None = Field(None, description="mail server; without it alerts are shown in the gallery only")
    smtp_port: Port = 587
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_from: str | None = None
    alert_email_to: Words = Field((), description="who gets alerts by e-mail: a@example.org,b@example.org")
    telegram_token: SecretStr | None = None
    telegram_url: str = Field(
        "https://api.telegram.org", description="of the Bot API: another one for a server of your own"
    )
    sns_region: str = Field("eu-west-1", pattern=r"^[a-z0-9-]+$", description="Amazon's, for text messages by SNS")
    sns_key_id: SecretStr | None = None
    sns_secret_key: SecretStr | None = None
    sns_url: str | None = Field(None, description="another address for Amazon SNS, such as a proxy's")
    alert_cooldown_s: float = Field(300, ge=0, description="pause per camera and label after an alert was accepted")
    alert_chatter: int = Field(
        10, ge=0, description="more alerts of one camera or device in a minute come as one summary; 0 = no limit"
    )
    alert_max_age_s: float = Field(120, gt=0, description="an older picture raises no alert")

    disk_low_percent: float = Field(
        5, ge=0, le=50, description="people are told when less of the pictures' disk is free; 0 = never"
    )
    recordings_room_percent: float = Field(
        10, ge=0, le=90, description="the oldest recordings go when less of the disk is free; 0 = never"
    )
    watchdog_url: SecretStr | None = Field(
        None, description="a healthchecks-style address outside that is pinged while all is well: docs/alerts.md"
    )
    keep_segments_days: Days = Field(14, description="recordings; 0, as below: for ever")
    keep_clips_days: Days = Field(90, description="clips")
    keep_events_days: Days = Field(365, description="events: what happened")
    keep_alerts_days: Days = Field(365, description="alerts: decisions, tellings, deliveries, attempts")
    keep_rulings_days: Days = Field(365, description="rulings: what rules have led to, and why")
    keep_pulls_days: Days = Field(30, description="pulls of pictures: who asked, and what came of it")
    keep_commands_days: Days = Field(365, description="orders to outputs")
    keep_readings_days: Days = Field(1095, description="readings of meters")
    keep_uploads_days: Days = Field(365, description="other files: what cameras sent that is neither picture nor film")
    keep_audit_days: Days = Field(1095, description="who changed what")

    gallery_host: str = "127.0.0.1"
    gallery_port: Port = 8080
    gallery_url: str = Field("http://127.0.0.1:8080", description="how people reach the gallery; links use it")
    gallery_secret_key: SecretStr | None = None
    mute_secret: SecretStr | None = Field(None, description="signs the links in alerts by which people mute themselves")
    gallery_proxies: int = Field(0, ge=0, le=5, description="reverse proxies in front of the gallery that are trusted")
    node_red_port: Port = Field(1880, description="of the editor, when scripts/run starts it")
    grafana_port: Port = Field(3000, description="of Grafana, when scripts/run starts it")
    node_red_url: str = Field("http://127.0.0.1:1880", description="where people reach the Node-RED editor")
    grafana_url: str | None = Field(None, description="where people reach Grafana")

    @field_validator("ftp_passive")
    @classmethod
    def _port_range(cls, value: str) -> str:
        first, last = map(int, value.split("-"))
        if not 1024 <= first <= last <= 65535:
            raise ValueError("two ports from 1024 to 65535 are wanted, the lower one first: 30000-30009")
        return value

    @field_validator("watchdog_url")
    @classmethod
    def _web_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        if not _WEB_ADDRESS.fullmatch(value.get_secret_value()):
            raise ValueError("an address such as https://hc-ping.com/key is wanted")
        return value

    @field_validator(
        *(
            "hub_publishers",
            "alert_email_to",
            "hub_allow",
            "ftp_allow",
            "ftp_folders",
            "plates_regions",
            "plates_forms",
            "recorder_options",
        ),
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then secret files, then `.env`, which may name secret files too."""
        return init_settings, env_settings, _SecretFiles(settings_cls), _EnvFile(settings_cls, dotenv_settings)

    @cached_property
    def media(self) -> Path:
        """The media folder, absolute."""
        return (self.media_dir or self.data_dir / "media").expanduser().absolute()

    @cached_property
    def ftp_passive_ports(self) -> range:
        """The ports of `ftp_passive`."""
        first, last = map(int, self.ftp_passive.split("-"))
        return range(first, last + 1)

    @cached_property
    def spool(self) -> Path:
        """The folder of all spools, absolute."""
        return (self.spool_dir or self.data_dir / "spool").expanduser().absolute()

    def secret(self, name: str) -> str:
        """The secret's text. Raises `SettingError` naming the key when it is not set."""
        value = getattr(self, name)
        if value is None:
            key = PREFIX + name.upper()
            raise SettingError(f"{key} is not set: set it, or {key}_FILE to a file that holds it")
        return str(value.get_secret_value())


class _SecretFiles(PydanticBaseSettingsSource):
    """`HEARTHWATCH_DB_PASSWORD_FILE=/run/secrets/db` fills `db_password`, as container secrets want it."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        paths = {name: os.environ.get(f"{PREFIX}{name.upper()}_FILE") for name in _secret_names(self.settings_cls)}
        return {name: _read_secret(name, path) for name, path in paths.items() if path}


class _EnvFile(PydanticBaseSettingsSource):
    """`.env`, with the `…_FILE` of secrets read in. A secret itself goes before its file."""

    def __init__(self, settings_cls: type[BaseSettings], lines: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        self._lines = lines

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        values = self._lines()
        paths = {name: values.pop(f"{name}_file", None) for name in _secret_names(self.settings_cls)}
        return {name: _read_secret(name, path) for name, path in paths.items() if path} | values


def _secret_names(settings_cls: type[BaseSettings]) -> list[str]:
    return [name for name, field in settings_cls.model_fields.items() if "Secret" in str(field.annotation)]


def _read_secret(name: str, path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise SettingError(f"{PREFIX}{name.upper()}_FILE: cannot read {path}: {error.strerror}") from error


def load(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """The settings of this process. Raises `SettingError`, one line a mistake, each with key and fix."""
    mistakes = _unknown_keys(os.environ if environment is None else environment)
    if mistakes:
        raise SettingError("\n".join(mistakes))
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingError("\n".join(_explain(error))) from error


def known_keys() -> set[str]:
    """Every key that may stand in the environment, secrets also with `_FILE`."""
    keys = {PREFIX + name.upper() for name in Settings.model_fields}
    return keys | {f"{PREFIX}{name.upper()}_FILE" for name in _secret_names(Settings)}


def _unknown_keys(environment: Mapping[str, str]) -> list[str]:
    known = known_keys()
    return [_unknown(key) for key in sorted(environment) if key.startswith(PREFIX) and key not in known]


def _unknown(key: str) -> str:
    near = get_close_matches(key, known_keys(), 1)
    cure = f"did you mean {near[0]}?" if near else "take it out; docs/operations.md lists all"
    return f"{key} is not a setting: {cure}"


def _explain(error: ValidationError) -> list[str]:
    return [_mistake(problem) for problem in error.errors(include_url=False, include_input=False)]


def _mistake(problem: ErrorDetails) -> str:
    key = PREFIX + "_".join(str(part) for part in problem["loc"][:1]).upper()
    return _unknown(key) if problem["type"] == "extra_forbidden" else f"{key}: {problem['msg']}"
