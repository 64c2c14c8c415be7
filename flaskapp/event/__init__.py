"""What happened while nobody looked: motion, silence, restarts, readings; grouped, by day."""
