"""Tests of the sources of pictures."""
