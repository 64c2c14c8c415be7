"""The whole agent: its threads, and how they start and end."""

import threading
from collections.abc import Callable

import structlog

from node_agent import __version__
from node_agent.camera import Camera
from node_agent.clock import SystemClock
from node_agent.config import AgentSettings
from node_agent.curve import CurveKeys
from node_agent.heartbeat import Heartbeat
from node_agent.host import host_facts
from node_agent.l2ping import L2Ping
from node_agent.link import HubLink
from node_agent.messages import Writer, camera_name, restart_text
from node_agent.mqtt import MqttBus
from node_agent.outbox import Outbox
from node_agent.presence import Memory, Watch
from node_agent.sender import Sender
from node_agent.sources.choice import source_of
from node_agent.sources.reopening import ReopeningSource
from node_agent.spool import Spool

_log = structlog.get_logger()

# A stop takes less than 2 s: a camera that hangs in its driver is left behind, the sender gets the rest.
_CAMERAS_END_WITHIN_S = 0.7
_SENDER_ENDS_WITHIN_S = 1.0


class Agent:
    """One thread per camera, one that sends, and one that asks for phones."""

    def __init__(self, settings: AgentSettings, keys: CurveKeys | None, password: str | None = None) -> None:
        self._settings = settings
        self._clock = SystemClock()
        self._writer = Writer()
        self._spool = Spool(settings.spool.folder, settings.spool.max_bytes, self._clock)
        self._outbox = Outbox(self._spool, settings.node.queuemax)
        self._sender = _thread("sender", self._make_sender(keys).run)
        self._cameras = [_thread(camera.name, camera.run) for camera in self._make_cameras()]
        self._bus = MqttBus(settings.mqtt, settings.node.name, password) if settings.mqtt else None
        self._watchers = [_thread("presence", watch.run) for watch in self._make_watches()]

    def _make_sender(self, keys: CurveKeys | None) -> Sender:
        node = self._settings.node
        link = HubLink(self._settings.hub_address.H1, lambda: self._clock.stopping, keys)
        heartbeat = Heartbeat(node.name, node.heartbeat_seconds, self._writer, self._clock)
        return Sender(link, self._outbox, self._spool, heartbeat, self._clock)

    def _make_cameras(self) -> list[Camera]:
        return [self._make_camera(key) for key in self._settings.cameras]

    def _make_camera(self, key: str) -> Camera:
        settings = self._settings.cameras[key]
        name = camera_name(self._settings.node.name, settings.viewname)
        source = ReopeningSource(source_of(settings, self._clock), name, self._clock)
        return Camera(name, settings, source, self._outbox, self._clock)

    def _make_watches(self) -> list[Watch]:
        settings = self._settings.presence
        if settings is None or self._bus is None:
            return []
        ping, memory = L2Ping(settings.command, self._clock), Memory(settings.memory)
        return [Watch(settings, ping, self._bus, memory, self._clock)]

    def start(self) -> None:
        """Announce the node and start all threads. Raises SpoolError."""
        self._spool.open()
        node, hub = self._settings.node.name, self._settings.hub_address.H1
        _log.info("agent_started", node=node, hub=hub, version=__version__, kept=self._spool.count)
        self._outbox.put(self._writer.of_node(restart_text(node, host_facts(hub)), self._clock.now()))
        if self._bus is not None:
            self._bus.start()
        for thread in [self._sender, *self._cameras, *self._watchers]:
            thread.start()

    def stop(self) -> list[str]:
        """End all threads and keep what is not sent; the names of those that did not end in time."""
        self._clock.stop()
        self._outbox.wake()
        _join([*self._cameras, *self._watchers], _CAMERAS_END_WITHIN_S, self._clock)
        _join([self._sender], _SENDER_ENDS_WITHIN_S, self._clock)
        if self._bus is not None:
            self._bus.stop()
        left = [thread.name for thread in [self._sender, *self._cameras, *self._watchers] if thread.is_alive()]
        _log.info("agent_stopped", kept=self._spool.count, discarded=dict(self._spool.discards), left_behind=left)
        return left


def _thread(name: str, work: Callable[[], None]) -> threading.Thread:
    return threading.Thread(target=work, name=name, daemon=True)


def _join(threads: list[threading.Thread], seconds: float, clock: SystemClock) -> None:
    until = clock.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, until - clock.monotonic()))
