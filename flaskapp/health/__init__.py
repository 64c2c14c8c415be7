"""Is it working, and will it go on working?"""

from flaskapp.health.views import blueprint

__all__ = ["blueprint"]
