"""What is happening now: a tile a camera, kept fresh by one stream of server-sent events a browser."""
