"""The counters of what comes by FTP. Every discard has one, with its reason."""

from prometheus_client import Counter, Gauge

taken = Counter("ftp_taken", "files made durable, by what they are", ["kind"])
refused = Counter("ftp_refused", "files that were not taken, by reason", ["reason"])
turned_away = Counter("ftp_turned_away", "connections and sign-ins that were refused, by reason", ["reason"])
cut = Counter("ftp_cut", "uploads that broke off; they wait to be resumed")
dropped = Counter("ftp_dropped", "cut uploads that nobody resumed in time")
misdated = Counter("ftp_misdated", "pictures whose own time was not believed")
sent_again = Counter("ftp_sent_again", "films and other files that their sender repeated (pictures: intake)")
sessions = Gauge("ftp_sessions", "connections that are open")
spool_depth = Gauge("ftp_spool_depth", "bytes in the spool that MariaDB does not have yet")


def total(counter: Counter) -> float:
    """A counter's value over all of its labels."""
    return sum(
        sample.value for metric in counter.collect() for sample in metric.samples if sample.name.endswith("_total")
    )
