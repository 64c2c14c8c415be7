"""The audit: who changed what, when, from what to what."""
