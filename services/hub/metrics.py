"""The hub's counters. Every discard has one, with its reason."""

from prometheus_client import Counter, Gauge, Histogram

received = Counter("hub_messages", "messages received, by kind", ["kind"])
stored = Counter("hub_images", "pictures made durable")
refused = Counter("hub_refused", "messages not accepted, by reason", ["reason"])
late_replies = Counter("hub_late_replies", "messages answered from memory because the disk took too long")
late_bytes = Gauge("hub_late_bytes", "bytes in memory that wait for a disk that takes too long")
lost = Counter("hub_lost", "messages answered while the disk hung that it had not taken when the hub was stopped")
log_lines_lost = Counter("hub_event_log_lines_lost", "lines that could not be written to imagehub.log")
group_seconds = Histogram(
    "hub_group_seconds",
    "time to make a group durable",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)
group_size = Histogram("hub_group_size", "messages in a group", buckets=(1, 2, 4, 8, 16, 32, 64))
spool_depth = Gauge("hub_spool_depth", "bytes in the spool that MariaDB does not have yet")
publishers_reopened = Counter("hub_publishers_reopened", "PUB senders reconnected after silence", ["publisher"])


def total(counter: Counter) -> float:
    """A counter's value over all of its labels."""
    return sum(
        sample.value for metric in counter.collect() for sample in metric.samples if sample.name.endswith("_total")
    )
