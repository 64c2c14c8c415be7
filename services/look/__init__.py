"""What every service that looks at pictures shares: its queue, its claims, the worker's threads, decoding.

Stands between `store` and those services (detector, plates); imports core and store.
"""
