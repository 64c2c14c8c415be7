"""The commands that set up, run, stop and check Hearthwatch without containers."""
