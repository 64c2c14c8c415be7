"""Live views: the wall of all cameras, one camera as MJPEG from its pictures, and as HLS from its recorder."""
