"""Benchmarks: `scripts/bench NAME`. Every figure stands beside a limit or a peer measured in the same run."""
