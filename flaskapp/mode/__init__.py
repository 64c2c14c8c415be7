"""Modes: what the house is set to, and by whom."""
