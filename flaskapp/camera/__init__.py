"""Cameras: what each is called, what is done with its pictures, and what raises an alert."""

from flaskapp.camera.views import blueprint

__all__ = ["blueprint"]
