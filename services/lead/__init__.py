"""What services share of which one instance at a time works: scribe, keeper, notifier."""
