"""What the plates service counts, for `/metrics`."""

from prometheus_client import Counter, Gauge, Histogram

images = Counter("plates_images", "pictures finished, by outcome", ["outcome"])
taken_back = Counter("plates_images_taken_back", "pictures put back into the queue, by reason", ["because"])
rung = Counter("plates_rung", "bells for a look, by what they changed", ["result"])
claims_lost = Counter("plates_claims_lost", "looks whose picture had been taken over by another worker")
left_out = Counter("plates_vehicles_left_out", "vehicles that were not read because their picture has too many")
refused = Counter("plates_reads_refused", "readings that no row can hold")
settled = Counter("plates_settled", "vehicles that came to mean a plate, by its standing", ["standing"])
fell_back = Counter("plates_fell_back", "looks at which the local reader stood in for the service")
seconds = Histogram(
    "plates_look_seconds",
    "seconds of decoding and reading one picture",
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60),
)
pending = Gauge("plates_pending", "pictures that wait for their plates to be read, as of the last status")
hung = Counter("plates_hung", "looks that did not come back in time and ended the process")
