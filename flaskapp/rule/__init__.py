"""Rules: what is done when an input triggers, as sentences. The table is `link`."""
