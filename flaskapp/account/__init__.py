"""Accounts: the one-time link, signing in and out, one's own password, and who else may look."""
