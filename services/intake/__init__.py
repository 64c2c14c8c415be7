"""What every service that takes pictures in shares: making them durable, and draining the spool.

Stands between `store` and the intakes (hub, ftp, snapshot, recorder); imports core and store.
"""
