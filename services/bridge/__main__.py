"""`python -m services.bridge`: devices that speak by RabbitMQ, in our words; orders to them, in theirs."""

import sys

from services.bridge.devices import Devices
from services.bridge.listening import Listening
from services.bridge.mouth import Mouth
from services.bridge.orders import Orders
from services.bridge.rabbit import Rabbit, RabbitAway
from services.core.bus import Bus
from services.core.rule_messages import OutputSet
from services.core.service import Service, main


def run(service: Service) -> None:
    """Wires the parts and works until the service stops."""
    settings, clock, health = service.settings, service.clock, service.health
    rabbit, devices = Rabbit(settings), Devices(clock)
    bus = Bus(settings, "bridge", clock, passing=(RabbitAway,))
    orders = Orders(devices, Mouth(rabbit), bus, clock)
    bus.subscribe(OutputSet, orders.take)
    health.depends_on("broker", bus.listening)
    bus.start(health)
    try:
        Listening(rabbit, devices, orders, bus, clock).keep_on(service.stopping, health.loop("rabbitmq", 120).beat)
    finally:
        bus.stop()


if __name__ == "__main__":
    sys.exit(main("bridge", run))
