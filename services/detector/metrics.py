"""What the detector counts, for `/metrics`."""

from prometheus_client import Counter, Gauge, Histogram

images = Counter("detector_images", "pictures finished, by outcome", ["outcome"])
taken_back = Counter("detector_images_taken_back", "pictures put back into the queue, by reason", ["because"])
rung = Counter("detector_rung", "bells for a look, by what they changed", ["result"])
boxes_refused = Counter("detector_boxes_refused", "detections of the model that are no boxes in the picture")
claims_lost = Counter("detector_claims_lost", "looks whose picture had been taken over by another worker")
seconds = Histogram(
    "detector_look_seconds",
    "seconds of decoding and looking at one picture",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20),
)
pending = Gauge("detector_pending", "pictures that wait for a detector, as of the last status")
hung = Counter("detector_hung", "looks that did not come back in time and ended the process")
fell_back = Counter("detector_fell_back", "looks at which the local model stood in for the remote one")
arrived = Counter("detector_sightings_arrived", "things that have arrived")
departed = Counter("detector_sightings_departed", "things that were seen to have gone; keeper counts the others")
