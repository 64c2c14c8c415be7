"""Tells people: writes down each decision with its reasons and hands alerts to their channels, once."""
