"""The words of eds-cctv, an older camera system: its events and segments as JSON, and as they come on a WebSocket."""
