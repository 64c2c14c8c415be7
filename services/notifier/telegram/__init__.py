"""Telegram: alerts into a person's chat, and a bot that does what its people write."""
