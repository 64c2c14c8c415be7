"""Stands between RabbitMQ, where devices of the older system speak, and the bus."""
