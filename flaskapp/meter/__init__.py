"""Meters: what each reads, its limits, and setting its register."""
