"""What the keeper counts, for `/metrics`."""

from prometheus_client import Counter, Gauge

rung = Counter("keeper_rung", "bells rung again for what waited too long, by kind", ["what"])
impossible = Counter("keeper_bells_impossible", "rows that no message can carry")
taken_back = Counter("keeper_claims_taken_back", "claims that had run out, by what became of the picture", ["state"])
unlinked = Counter("keeper_files_unlinked", "files deleted, by kind", ["what"])
not_unlinked = Counter("keeper_files_not_unlinked", "files let go that were not deleted, by reason", ["because"])
waiting = Gauge("keeper_waiting", "what waits, by kind", ["what"])
oldest_seconds = Gauge("keeper_waiting_oldest_seconds", "age of the oldest that waits, by kind; 0 = none", ["what"])
pings = Counter("keeper_watchdog_pings", "pings to the watchdog outside, by what they said", ["said"])
forgotten = Counter("keeper_rows_forgotten", "rows deleted because of their age, by kind", ["what"])
departed = Counter("keeper_sightings_departed", "things that have gone without a picture that shows it")
