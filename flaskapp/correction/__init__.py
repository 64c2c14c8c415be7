"""Corrections: what a detector got wrong, put right by a person, and the rule that hides things like it."""
