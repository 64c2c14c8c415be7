"""Who was told, who was not, and why."""

from flaskapp.alert.views import blueprint

__all__ = ["blueprint"]
