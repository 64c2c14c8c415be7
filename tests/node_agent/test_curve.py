"""The keys of an encrypted connection."""

from pathlib import Path

import pytest
import zmq
import zmq.auth

from node_agent.config import CurveSection
from node_agent.config_file import ConfigError
from node_agent.curve import load_keys

HUB = zmq.curve_keypair()[0]


def section(key_file: Path) -> CurveSection:
    return CurveSection(hub_public_key=HUB.decode(), key_file=key_file)


def test_without_the_section_there_are_no_keys() -> None:
    assert load_keys(None) is None


def test_the_key_file_of_pyzmq_is_read(tmp_path: Path) -> None:
    _, secret_file = zmq.auth.create_certificates(tmp_path, "agent")
    keys = load_keys(section(Path(secret_file)))
    assert keys is not None
    assert keys.hub_public == HUB
    assert zmq.curve_public(keys.own_secret) == keys.own_public
    assert keys.own_secret.decode() not in repr(keys)


def test_a_public_key_file_is_not_enough(tmp_path: Path) -> None:
    public_file, _ = zmq.auth.create_certificates(tmp_path, "agent")
    with pytest.raises(ConfigError, match=r"curve\.key_file: .* holds no secret key\. Make one as"):
        load_keys(section(Path(public_file)))


@pytest.mark.parametrize("content", [None, "no key"])
def test_a_missing_or_wrong_key_file_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "agent.key_secret"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match=r"curve\.key_file: .*agent\.key_secret is no key file"):
        load_keys(section(path))
