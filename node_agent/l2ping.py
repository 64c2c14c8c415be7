"""Whether a Bluetooth device answers, asked by BlueZ's `l2ping`."""

import re
import subprocess

from node_agent.clock import Clock

ASKS_FOR_S = 5
_ENDS_WITHIN_S = 15.0
_LOOK_EVERY_S = 0.1
_RECEIVED = re.compile(r"\b(\d+) received")
_AWAY = ("Host is down", "Connection timed out")


class PingError(Exception):
    """It could not be asked, so nobody knows: no adapter, no right, no program. The text says which, in one line."""


class L2Ping:
    """Runs the command once for each question."""

    def __init__(self, command: str, clock: Clock) -> None:
        self._command = command
        self._clock = clock

    def ask(self, address: str) -> bool:
        """Whether the device of this address answers, after some seconds, or when the agent stops. Raises PingError."""
        asked = [self._command, "-c", "1", "-t", str(ASKS_FOR_S), address]
        try:
            process = subprocess.Popen(
                asked, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
            )
        except OSError as error:
            raise PingError(f"{self._command} cannot be run: {error.strerror}") from error
        with process:
            self._wait_for(process)
            said = process.communicate()[0].decode(errors="replace")
        return answered(said)

    def _wait_for(self, process: "subprocess.Popen[bytes]") -> None:
        end = self._clock.monotonic() + _ENDS_WITHIN_S
        while process.poll() is None:
            if self._clock.wait(_LOOK_EVERY_S) or self._clock.monotonic() > end:
                process.kill()
                return


def answered(said: str) -> bool:
    """What l2ping's own words mean. Raises PingError for what is no answer to the question."""
    if found := _RECEIVED.search(said):
        return int(found[1]) > 0
    if any(words in said for words in _AWAY):
        return False
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    raise PingError(lines[-1] if lines else "it said nothing, or took too long")
