"""Rulings: what each trigger led to by the rules, and why. Pages say triggers."""
