"""What the service snapshot counts, for `/metrics`."""

from prometheus_client import Counter, Histogram

wanted = Counter("snapshot_wanted", "bells for a picture, by what they changed", ["result"])
pulls = Counter("snapshot_pulls", "pulls of a camera's picture, by how they ended", ["state"])
tries_failed = Counter("snapshot_tries_failed", "tries for a picture that failed, by why", ["state"])
tried = Counter("snapshot_addresses_tried", "addresses that people tried, by how that ended", ["state"])
seconds = Histogram(
    "snapshot_pull_seconds", "seconds that a pull took, all its tries", buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8, 15)
)
