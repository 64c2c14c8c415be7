"""Pictures: the grid that never ends, one picture with all that is known of it, thumbnails and files."""
