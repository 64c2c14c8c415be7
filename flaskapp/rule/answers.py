"""Asks Node-RED what would happen if something triggered, and waits a moment for its answer."""

import queue

from services.core.bus import Bus, BusAway
from services.core.rule_messages import AnswerRules, AskRules

PATIENCE_S = 4.0


class Answers:
    """Hands each answer to whoever asked for it."""

    def __init__(self) -> None:
        self._waiting: dict[str, queue.SimpleQueue[AnswerRules]] = {}

    def listen(self, bus: Bus) -> None:
        """Subscribes to all answers."""
        bus.subscribe(AnswerRules, self.hear)

    def hear(self, answer: AnswerRules) -> None:
        """Takes one in; one that nobody here waits for is somebody else's, or late."""
        if waiting := self._waiting.get(answer.ask_id):
            waiting.put(answer)

    def to(self, question: AskRules, bus: Bus, patience_s: float = PATIENCE_S) -> AnswerRules | None:
        """The answer; None when none came in time, or the broker is away."""
        waiting: queue.SimpleQueue[AnswerRules] = queue.SimpleQueue()
        self._waiting[question.id] = waiting
        try:
            bus.publish(question)
            return waiting.get(timeout=patience_s)
        except (BusAway, queue.Empty):
            return None
        finally:
            del self._waiting[question.id]
