"""Links that show one clip, segment or picture to somebody without an account, for a time."""
