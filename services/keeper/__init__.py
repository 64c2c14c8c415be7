"""The keeper: rings again for what waits, takes back dead workers' claims, deletes what was let go, checks it all."""
