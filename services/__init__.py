"""The services: each receives, looks, notifies or tidies, and is started by `python -m services.<name>`."""
