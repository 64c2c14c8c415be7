"""What the notifier counts."""

from prometheus_client import Counter, Histogram

decisions = Counter("notifier_decisions", "decisions written, by outcome", ["outcome"])
requests_discarded = Counter("notifier_requests_discarded", "requests about a picture that has no row")
attempts = Counter("notifier_attempts", "tries to hand an alert to its channel, by outcome", ["outcome"])
received_to_told = Histogram(
    "notifier_received_to_told_seconds",
    "from a picture's receipt until a channel accepted its alert",
    buckets=(0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60, 300, 3600),
)
telegram_edits = Counter("notifier_telegram_edits", "better pictures put into messages: done, failed", ["outcome"])
telegram_commands = Counter(
    "notifier_telegram_commands", "commands that people wrote to the bot, by command", ["command"]
)
telegram_strangers = Counter("notifier_telegram_strangers", "messages to the bot from chats that belong to nobody")
telegram_polls_failed = Counter("notifier_telegram_polls_failed", "times that Telegram could not be asked for news")
