"""Schedules: times of the week, the modes that they set, and the cameras that alert by them."""
