"""JSON logs: one object a line on standard output, with a stable snake_case `event`."""

import logging
import sys

import structlog

Logger = structlog.stdlib.BoundLogger


def start(level: str, service: str, instance: str) -> None:
    """Sends structlog and the libraries' own logging to standard output as JSON lines."""
    shared: list[structlog.typing.Processor] = [
        _named(service, instance),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _named(service: str, instance: str) -> structlog.typing.Processor:
    """Every line of every thread says whose it is."""

    def name(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {**event, "service": service, "instance": instance}

    return name


def get(name: str) -> Logger:
    """The logger of a module."""
    logger: Logger = structlog.stdlib.get_logger(name)
    return logger
