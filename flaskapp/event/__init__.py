"""What happened while nobody looked: motion, silence, restarts, readings; grouped, by day."""

from flaskapp.event.views import blueprint

__all__ = ["blueprint"]
