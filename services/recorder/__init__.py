"""Records cameras' streams, watches them for motion, and cuts clips."""
