"""Plates: those that people have named, and those that were only read."""
