"""The settings file, and what the agent says about mistakes in it."""

from pathlib import Path
from textwrap import dedent

import pytest

from node_agent.config import (
    AgentSettings,
    DeviceSourceSettings,
    FileSourceSettings,
    LightSettings,
    MotionSettings,
    UrlSourceSettings,
)
from node_agent.config_file import ConfigError, load
from node_agent.roi import Roi

EXAMPLES = Path(__file__).parents[2] / "node_agent" / "examples"

START = """
node: {name: Driveway}
hub_address: {H1: tcp://192.168.1.10:5555}
"""


def loaded(tmp_path: Path, text: str) -> AgentSettings:
    path = tmp_path / "agent.yaml"
    path.write_text(dedent(text), encoding="utf-8")
    return load(path)


def complaint(tmp_path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    return str(caught.value).replace(str(tmp_path) + "/", "")


def camera(tmp_path: Path, text: str) -> AgentSettings:
    return loaded(tmp_path, START + "cameras:\n  C1:\n" + _indented(text))


def camera_complaint(tmp_path: Path, text: str) -> str:
    return complaint(tmp_path, START + "cameras:\n  C1:\n" + _indented(text))


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


DEVICE = "source: {type: device}\n"


def test_the_example_of_the_demo_camera_is_valid() -> None:
    settings = load(EXAMPLES / "demo.yaml")
    street = settings.cameras["C1"]
    assert (settings.node.name, street.viewname, street.send_every_seconds) == ("Demo", "Street", 1)
    assert street.sends_continuously
    assert isinstance(street.source, FileSourceSettings)
    assert street.source.loop


def test_the_example_for_a_raspberry_pi_is_valid() -> None:
    settings = load(EXAMPLES / "raspberry-pi.yaml")
    gate, yard = settings.cameras.values()
    assert isinstance(gate.source, DeviceSourceSettings)
    assert isinstance(yard.source, UrlSourceSettings)
    assert gate.resolution == (1280, 720)
    assert [one.logged_roi for one in gate.detectors] == ["Drive", None]


def test_the_defaults_are_those_of_stock_imagenode(tmp_path: Path) -> None:
    settings = camera(tmp_path, DEVICE + "detectors:\n  motion:\n  light:\n")
    motion, light = settings.cameras["C1"].detectors
    assert isinstance(motion, MotionSettings)
    assert isinstance(light, LightSettings)
    assert (motion.delta_threshold, motion.min_area) == (5, 3)
    assert (motion.min_motion_frames, motion.min_still_frames, motion.blur_kernel_size) == (3, 3, 15)
    assert (motion.send_frames, motion.send_count, motion.ROI) == ("continuous", 5, Roi(0, 0, 100, 100))
    assert (light.threshold, light.min_frames, settings.node.queuemax) == (100, 5, 50)


def test_stock_spellings_of_pairs_are_understood(tmp_path: Path) -> None:
    settings = camera(
        tmp_path, DEVICE + "resolution: (640, 480)\ndetectors:\n  - motion:\n      ROI: (10,20),(90.5,80)\n"
    )
    only = settings.cameras["C1"]
    assert (only.resolution, only.detectors[0].ROI) == ((640, 480), Roi(10, 20, 90.5, 80))


def test_yaml_lists_are_understood_as_pairs_too(tmp_path: Path) -> None:
    settings = camera(
        tmp_path, DEVICE + "resolution: [640, 480]\ndetectors:\n  - motion: {ROI: [[10, 20], [90, 80]]}\n"
    )
    only = settings.cameras["C1"]
    assert (only.resolution, only.detectors[0].ROI) == ((640, 480), Roi(10, 20, 90, 80))


def test_a_camera_may_have_several_detectors_of_a_kind(tmp_path: Path) -> None:
    settings = camera(tmp_path, DEVICE + "detectors:\n- motion: {roi_name: a}\n- motion: {roi_name: b}\n")
    assert [one.roi_name for one in settings.cameras["C1"].detectors] == ["a", "b"]


def test_relative_paths_start_at_the_folder_of_the_file(tmp_path: Path) -> None:
    settings = camera(tmp_path, "source: {type: file, path: clips/a.avi}")
    source = settings.cameras["C1"].source
    assert isinstance(source, FileSourceSettings)
    assert (source.path, settings.spool.folder) == (tmp_path / "clips/a.avi", tmp_path / "spool")


def test_sizes_may_be_written_with_units(tmp_path: Path) -> None:
    text = START + "cameras: {C1: {source: {type: device}}}\nspool: {max_bytes: 200MB, folder: /var/spool/x}"
    settings = loaded(tmp_path, text)
    assert (settings.spool.max_bytes, settings.spool.folder) == (200_000_000, Path("/var/spool/x"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DEVICE + "viewnam: Gate", "agent.yaml: cameras.C1.viewnam: unknown key; did you mean `viewname`?."),
        (DEVICE + "zzz: 1", "agent.yaml: cameras.C1.zzz: unknown key; remove it (docs/node-agent.md lists every key)."),
        (DEVICE + "threaded_read: true", "agent.yaml: cameras.C1.threaded_read: unknown key; remove it: each camera"),
        ("viewname: Gate", "agent.yaml: cameras.C1.source: is missing; add `source: {type: device, device: 0}`."),
        (DEVICE + "framerate: 0", "agent.yaml: cameras.C1.framerate: should be greater than 0 (it is 0)."),
        (DEVICE + "viewname: a|b", "agent.yaml: cameras.C1.viewname: must not contain `|`"),
        ("source: {type: file}", "agent.yaml: cameras.C1.source.path: is missing; add `path: /home/pi/clip.avi`."),
        ("source: {type: url, url: ftp://x/y}", "agent.yaml: cameras.C1.source.url: must begin with rtsp://"),
        (
            "source: {type: folder, path: x, loop: true, watch: true}",
            "agent.yaml: cameras.C1.source: `loop` and `watch` exclude each other: choose one",
        ),
        ("source: {type: picamera}", "agent.yaml: cameras.C1.source: "),
        (
            DEVICE + "detectors:\n- motion: {delta_treshold: 3}",
            "agent.yaml: cameras.C1.detectors[0].delta_treshold: unknown key; did you mean `delta_threshold`?.",
        ),
        (DEVICE + "detectors:\n- color: {}", "agent.yaml: cameras.C1.detectors[0]: "),
        (DEVICE + "detectors:\n- motion: {ROI: 5}", "agent.yaml: cameras.C1.detectors[0].ROI: must be two corners"),
        (
            DEVICE + "detectors:\n- motion: {ROI: '(50,50),(10,90)'}",
            "agent.yaml: cameras.C1.detectors[0].ROI: must be the top left corner, then the bottom right one",
        ),
        (
            DEVICE + "detectors:\n- motion: {blur_kernel_size: 4}",
            "agent.yaml: cameras.C1.detectors[0].blur_kernel_size: must be an odd number, such as 15 (it is 4).",
        ),
        (
            DEVICE + "detectors:\n- motion: {log_roi_name: true}",
            "agent.yaml: cameras.C1.detectors[0]: `log_roi_name` needs a name: add `roi_name:`",
        ),
        (DEVICE + "detectors:\n- motion: {send_frames: always}", "should be 'continuous', 'detected event' or 'none'"),
    ],
)
def test_a_mistake_in_a_camera_is_named_with_its_cure(tmp_path: Path, text: str, said: str) -> None:
    assert said in camera_complaint(tmp_path, text)


CAMERAS = "\ncameras: {C1: {source: {type: device}}}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("node: {}" + CAMERAS, "agent.yaml: node.name: is missing; add `name: Driveway`."),
        ("node: {name: a}" + CAMERAS, "agent.yaml: hub_address: is missing; add `hub_address: {H1: tcp://"),
        (START, "agent.yaml: cameras: is missing"),
        (START + "cameras: {}", "agent.yaml: cameras: "),
        (START + CAMERAS + "\nsensors: {}", "agent.yaml: sensors: unknown key; remove it: this version"),
        (
            "node: {name: a, heartbeat: 5}\nhub_address: {H1: tcp://a:1}" + CAMERAS,
            "agent.yaml: node.heartbeat: unknown key; write `heartbeat_seconds:`",
        ),
        (
            "node: {name: a}\nhub_address: {H1: '192.168.1.10:5555'}" + CAMERAS,
            "agent.yaml: hub_address.H1: must look like tcp://192.168.1.10:5555.",
        ),
        (
            START + "cameras: {C1: {source: {type: device}}, C2: {source: {type: device, device: 1}}}",
            "two cameras are called 'Driveway': give each its own `viewname`",
        ),
        ("node: [", "agent.yaml: is not YAML: "),
        ("", "agent.yaml: holds no settings. Begin with `node: {name: Driveway}`."),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_cure(tmp_path: Path, text: str, said: str) -> None:
    assert said in complaint(tmp_path, text)


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    assert len(complaint(tmp_path, "node: {name_: a}" + CAMERAS).splitlines()) == 3


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: cannot be read .* Give the settings file with --config"):
        load(tmp_path / "nowhere.yaml")


PHONES = """
cameras: {C1: {source: {type: device}}}
mqtt: {host: 192.168.1.10, password_file: password}
presence:
  phones:
    anna-phone: {called: "Anna's phone", address: "aa:bb:cc:dd:ee:ff"}
"""


def test_phones_are_asked_every_half_minute_and_are_away_after_three(tmp_path: Path) -> None:
    presence = loaded(tmp_path, START + PHONES).presence
    assert presence is not None
    assert (presence.every_seconds, presence.away_after_seconds, presence.command) == (30, 180, "l2ping")
    assert presence.memory == tmp_path / "presence.json"


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("anna-phone:", "Anna:", "is no id: use a to z"),
        ('"aa:bb:cc:dd:ee:ff"', '"aabbccddeeff"', "presence.phones.anna-phone.address: must look like"),
        ("mqtt: {host: 192.168.1.10, password_file: password}", "", "`presence` needs the broker"),
        ("host: 192.168.1.10, ", "", "mqtt.host: is missing; add `host: 192.168.1.10`"),
    ],
)
def test_a_mistake_about_phones_is_told_with_its_cure(tmp_path: Path, wrong: str, right: str, said: str) -> None:
    assert said in complaint(tmp_path, START + PHONES.replace(wrong, right))
