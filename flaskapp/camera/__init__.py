"""Cameras: what each is called, what is done with its pictures, and what raises an alert."""
