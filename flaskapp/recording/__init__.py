"""Recordings: a day of a camera as a strip to scrub, clips, files; kept, shared and deleted."""
