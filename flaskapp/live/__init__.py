"""What is happening now: a tile a camera, kept fresh by one stream of server-sent events a browser."""

from flaskapp.live.listener import listen
from flaskapp.live.views import blueprint

__all__ = ["blueprint", "listen"]
