"""Accounts: the one-time link, signing in and out, one's own password, and who else may look."""

from flaskapp.account.views import blueprint

__all__ = ["blueprint"]
