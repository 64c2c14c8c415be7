"""The keys of an encrypted connection to the hub (ZeroMQ's CURVE)."""

from dataclasses import dataclass

import zmq
import zmq.auth

from node_agent.config import CurveSection
from node_agent.config_file import ConfigError


@dataclass(frozen=True, repr=False)
class CurveKeys:
    """The hub's public key and the agent's own pair, each 40 characters of Z85."""

    hub_public: bytes
    own_public: bytes
    own_secret: bytes

    def apply(self, socket: "zmq.Socket[bytes]") -> None:
        """Encrypt this client socket; to be called before it connects."""
        socket.curve_serverkey = self.hub_public
        socket.curve_publickey = self.own_public
        socket.curve_secretkey = self.own_secret


def load_keys(settings: CurveSection | None) -> CurveKeys | None:
    """Read the agent's own key file, as `zmq.auth.create_certificates` writes it. Raises ConfigError."""
    if settings is None:
        return None
    try:
        public, secret = zmq.auth.load_certificate(settings.key_file)
    except (OSError, ValueError) as error:
        raise ConfigError(f"curve.key_file: {settings.key_file} is no key file ({error}). {_HOW}") from error
    if secret is None:
        raise ConfigError(f"curve.key_file: {settings.key_file} holds no secret key. {_HOW}")
    return CurveKeys(settings.hub_public_key.encode(), public, secret)


_HOW = "Make one as docs/node-agent.md shows, and give the file that ends in .key_secret."
