"""Other files that cameras have sent."""
