"""The node agent: runs alone beside a camera, sees, and tells the hub."""

__version__ = "0.1.0"
