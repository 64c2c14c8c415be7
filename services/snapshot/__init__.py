"""Pulls pictures from cameras by their addresses, when a rule, the schedule or somebody asks."""
