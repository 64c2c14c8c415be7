"""Raises the silence of nodes and cameras. A camera of a node that has a heartbeat is silent when its node is,
unless its own limit says otherwise: a camera that sends on motion only may well say nothing for a day.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from services.core.clock import Clock
from services.intake.drain import silence_event
from services.store import camera, event, node
from services.store.camera import Camera
from services.store.event import Event
from services.store.node import Node


def last_word(one: Camera, its_node: Node | None, since: datetime) -> datetime:
    """When a camera last showed that it lives. Time before `since`, when nobody listened, does not count."""
    words = [since, one.last_seen_at or one.created_at]
    if its_node and one.silent_after_s is None and its_node.last_seen_at:
        words.append(its_node.last_seen_at)
    return max(words)


def limit(one: Camera, patience: timedelta) -> timedelta:
    """How long a camera may say nothing."""
    return timedelta(seconds=one.silent_after_s) if one.silent_after_s is not None else patience


def raise_silences(connection: Connection, clock: Clock, patience: timedelta, since: datetime) -> list[Event]:
    """Writes an event for each node and camera that has been silent for too long, once; gives them."""
    now = clock.now()
    nodes = {one.id: one for one in node.all_nodes(connection)}
    raised = [
        silence_event(clock, "node", one.id, "silent", _detail(patience), now)
        for one in nodes.values()
        if one.silent_since is None
        and now - max(since, one.last_seen_at or one.created_at) > patience
        and node.mark_silent(connection, one.id, now)
    ]
    raised += [
        silence_event(clock, "camera", one.id, "silent", _detail(limit(one, patience)), now)
        for one in camera.speaking(connection)
        if now - last_word(one, nodes.get(one.node_id or ""), since) > limit(one, patience)
        and camera.mark_silent(connection, one.id, now)
    ]
    event.add(connection, raised)
    return raised


def _detail(waited: timedelta) -> str:
    minutes = waited.total_seconds() / 60
    return f"nothing heard for {minutes:g} minutes" if minutes >= 1 else f"nothing heard for {minutes * 60:g} seconds"
