import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.core.settings import PREFIX, Settings, known_keys
from stack.compose import contents, set_up
from stack.mariadb import OPTIONS
from stack.mosquitto import configuration
from stack.vendor import FILES

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text()
STACK: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = STACK["services"]
JOBS = {"migrate", "flows", "model"}
LASTING = sorted(set(SERVICES) - JOBS)
DOCKERFILES = [ROOT / "Dockerfile", ROOT / "nodered" / "Dockerfile"]
# Fixed inside the containers, or only meant for a stack without them.
NOT_FOR_CONTAINERS = {
    *("instance", "data_dir", "media_dir", "spool_dir", "model_dir", "db_name", "db_user", "mqtt_base_topic"),
    *("motion_log", "motion_folder"),
    *("health_host", "hub_host", "hub_curve_port", "hub_curve_dir", "mqtt_listen"),
    *("ftp_host", "ftp_tls_certificate", "ftp_folders", "ftp_folders_rest_s", "ftp_folders_delete"),
}


def variables() -> set[str]:
    with_default = set(re.findall(r"\$\{([A-Z_]+)", TEXT))
    return with_default | {key for one in SERVICES.values() for key, value in environment(one).items() if value is None}


def environment(service: dict[str, Any]) -> dict[str, str | None]:
    return dict(service.get("environment", {}))


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_has_no_rights_and_bounds_on_what_it_takes(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert service["init"] is True
    assert service["mem_limit"] and service["pids_limit"]
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}
    assert re.fullmatch(r"[1-9]\d*:\d+", service["user"])
    assert not {"privileged", "cap_add", "devices", "pid", "ipc"} & set(service)
    assert "docker.sock" not in str(service)


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_tells_how_it_is_and_starts_again(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["healthcheck"]["start_interval"] == "500ms"
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_a_job_runs_once_and_others_wait_for_its_end() -> None:
    for job in JOBS:
        assert SERVICES[job]["restart"] == "no"
        waiting = [one["depends_on"][job] for one in SERVICES.values() if job in one.get("depends_on", {})]
        assert waiting
        assert all(one == {"condition": "service_completed_successfully"} for one in waiting)


def test_whoever_uses_the_database_waits_for_its_migration() -> None:
    for name, service in SERVICES.items():
        if {"db_password", "grafana_db_password"} & set(service.get("secrets", [])) and name not in JOBS:
            assert "migrate" in service["depends_on"], name


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_secret_comes_as_a_file_that_the_container_was_given(name: str) -> None:
    given = set(SERVICES[name].get("secrets", []))
    used = set()
    for key, value in environment(SERVICES[name]).items():
        if key.endswith("_FILE") and key != "NR_FLOW_FILE":
            folder, _, secret = str(value).rpartition("/")
            assert folder == "/run/secrets"
            used.add(secret)
        else:
            assert not re.search(r"(PASSWORD|SECRET|HASH|KEY|TOKEN)$", key), f"{key} is written out"
    assert used <= given
    start = (ROOT / "compose" / "mosquitto" / "start.sh").read_text() if name == "mosquitto" else ""
    assert all(f"/run/secrets/{secret}" in str(SERVICES[name]) + start for secret in given)


def test_every_secret_is_made_by_the_setup_and_none_is_made_for_nothing(tmp_path: Path) -> None:
    set_up(tmp_path)
    files = {name: f"./secrets/compose/{name}" for name in contents(tmp_path, "hearthwatch")}
    assert {name: one["file"] for name, one in STACK["secrets"].items()} == files


def test_the_database_is_out_of_reach_from_cameras_and_from_the_world() -> None:
    assert STACK["networks"]["core"] == {"internal": True}
    assert SERVICES["mariadb"]["networks"] == ["core"]
    assert "ports" not in SERVICES["mariadb"]


def test_only_what_has_to_reach_others_is_on_the_network_outside_where_nothing_listens() -> None:
    outside = {name for name, one in SERVICES.items() if "outside" in one.get("networks", [])}
    assert outside == {"bridge", "notifier", "model", "snapshot", "recorder"}
    assert not any("ports" in SERVICES[name] for name in outside)


def test_the_detector_gets_a_way_out_only_from_whoever_asks_for_it() -> None:
    asked = yaml.safe_load((ROOT / "compose" / "detector-outside.yml").read_text())
    assert asked == {"services": {"detector": {"networks": [*SERVICES["detector"]["networks"], "outside"]}}}


def test_the_keeper_gets_a_way_out_only_from_whoever_asks_for_it() -> None:
    asked = yaml.safe_load((ROOT / "compose" / "watchdog-outside.yml").read_text())
    assert asked == {"services": {"keeper": {"networks": [*SERVICES["keeper"]["networks"], "outside"]}}}


def test_plates_leave_the_house_only_for_whoever_asks_for_it() -> None:
    asked = yaml.safe_load((ROOT / "compose" / "plates-outside.yml").read_text())
    assert asked == {"services": {"plates": {"networks": [*SERVICES["plates"]["networks"], "outside"]}}}


def test_published_ports_are_settings_and_only_cameras_and_the_gallery_are_open_to_the_house() -> None:
    found = {name: one["ports"] for name, one in SERVICES.items() if "ports" in one}
    assert set(found) == {"hub", "ftp", "gallery", "nodered", "grafana", "mosquitto"}
    passive = f"${{HEARTHWATCH_FTP_PASSIVE:-{Settings.model_fields['ftp_passive'].default}}}"
    assert found["ftp"].pop() == f"${{HW_FTP_ADDRESS:-0.0.0.0}}:{passive}:{passive}", "they are told these"
    for name, ports in found.items():
        [port] = ports
        match = re.fullmatch(r"\$\{HW_[A-Z_]+_ADDRESS:-([\d.]+)\}:\$\{([A-Z_]+):-(\d+)\}:(\d+)", port)
        assert match, port
        address, key, outer, inner = match.groups()
        assert address == ("0.0.0.0" if name in {"hub", "ftp", "gallery"} else "127.0.0.1")
        assert key in known_keys()
        assert outer == inner
        assert str(Settings.model_fields[key.removeprefix(PREFIX).lower()].default) == outer
        assert "edge" in SERVICES[name]["networks"]


def test_only_those_that_write_pictures_may_write_into_the_data_volume() -> None:
    modes = {name: mode for name, volume, mode in mounts() if volume == "data"}
    writers = {name for name, mode in modes.items() if "ro" not in mode}
    assert writers == {"hub", "ftp", "keeper", "gallery", "snapshot", "recorder"}
    assert {name for name, mode in modes.items() if "ro" in mode} == {"detector", "notifier", "plates"}


def test_each_volume_is_filled_by_one_service_alone() -> None:
    fillers = [volume for _, volume, mode in mounts() if "nocopy" not in mode]
    assert sorted(fillers) == sorted(STACK["volumes"])


def mounts() -> list[tuple[str, str, set[str]]]:
    """Service, volume and words of the mode, for each mount of a named volume."""
    given = [(name, str(mount).split(":")) for name, one in SERVICES.items() for mount in one.get("volumes", [])]
    return [
        (name, parts[0], set(",".join(parts[2:]).split(","))) for name, parts in given if parts[0] in STACK["volumes"]
    ]


def test_a_folder_of_the_repository_is_mounted_read_only() -> None:
    mounts = [str(mount) for one in SERVICES.values() for mount in one.get("volumes", [])]
    assert all(mount.endswith(":ro") and (ROOT / mount.split(":")[0]).is_dir() for mount in mounts if mount[0] in "./")


def test_every_key_of_ours_is_a_setting() -> None:
    given = {key for one in SERVICES.values() for key in environment(one) if key.startswith(PREFIX)}
    assert given <= known_keys()


def test_every_setting_can_be_set_here_or_is_of_no_use_here() -> None:
    given = {key.removesuffix("_FILE") for one in SERVICES.values() for key in environment(one)} | variables()
    wanted = {PREFIX + name.upper() for name in set(Settings.model_fields) - NOT_FOR_CONTAINERS}
    assert wanted - given == set()


def test_what_may_be_set_is_in_the_example_and_the_example_holds_nothing_else() -> None:
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE)) == variables()


def test_the_example_says_the_defaults_of_ports_and_addresses() -> None:
    example = dict(re.findall(r"^#([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    for key, default in re.findall(r"\$\{([A-Z_]+_(?:PORT|ADDRESS)):-([\d.]+)\}", TEXT):
        assert example[key] == default


def test_images_have_a_version_and_ours_are_never_fetched() -> None:
    for name, service in SERVICES.items():
        if service["image"].startswith("hearthwatch-"):
            assert "build" in service or service["pull_policy"] == "never", name
        else:
            assert re.search(r":[\d.]+$", service["image"]), name


def test_those_that_ask_ffmpeg_or_ffprobe_have_them() -> None:
    asking = {
        path.parent.name
        for path in (ROOT / "services").rglob("*.py")
        if re.search(r"\"ff(mpeg|probe)\"", path.read_text())
    }
    with_films = {name for name, one in SERVICES.items() if "'target': 'films'" in str(one.get("build"))}
    assert asking == with_films == {"ftp", "recorder"}
    assert "ffmpeg" in (ROOT / "Dockerfile").read_text().split("FROM services AS films")[1].split("FROM ")[0]


def test_the_database_runs_with_the_same_options_as_without_containers() -> None:
    here = {option for option in SERVICES["mariadb"]["command"] if not option.startswith("--init-file=")}
    assert here == {option for option in OPTIONS if not option.startswith("--bind-address=")}


def test_the_broker_runs_with_the_same_options_as_without_containers() -> None:
    def options(text: str) -> dict[str, str]:
        pairs = (line.partition(" ") for line in text.splitlines() if line and not line.startswith("#"))
        # Where things are, and who runs it, differs.
        elsewhere = {"listener", "password_file", "acl_file", "persistence_location", "user"}
        return {key: value for key, _, value in pairs if key not in elsewhere}

    here = (ROOT / "compose" / "mosquitto" / "mosquitto.conf").read_text()
    assert options(here) == options(configuration(Path("/anywhere"), 1883))


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_an_image_runs_as_a_plain_user_from_versioned_bases(path: Path) -> None:
    text = path.read_text()
    last = re.split(r"^FROM ", text, flags=re.MULTILINE)[-1]
    assert re.findall(r"^USER (\S+)", last, re.MULTILINE)[-1].startswith("1000")
    stages = set(re.findall(r"^FROM \S+ AS (\S+)", text, re.MULTILINE))
    bases = set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) - stages
    assert all(re.search(r":[\w.-]*\w", base) and not base.endswith(":latest") for base in bases)


def test_the_build_sees_no_secret_and_no_picture() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert lines[0] == "*"
    let_in = {line[1:].split("/")[0] for line in lines if line.startswith("!")}
    assert not let_in & {"secrets", "data", ".env", ".git", ".venv"}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert {source.split("/")[0] for line in copied for source in line.split()} == let_in


def test_the_image_holds_the_files_that_the_gallerys_pages_load() -> None:
    text = (ROOT / "Dockerfile").read_text()
    copied = dict(re.findall(r"cp /build/node_modules/(\S+) (\S+)", text))
    assert copied == FILES


def test_the_image_is_made_by_the_uv_that_the_commands_use() -> None:
    [version] = re.findall(r"^uv==(\S+)$", (ROOT / "scripts" / "lib" / "tools.txt").read_text(), re.MULTILINE)
    assert f"uv=={version}" in (ROOT / "Dockerfile").read_text()
