"""Who and what was there: sightings by day with their best picture, and the page of one."""
