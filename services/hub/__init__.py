"""Receives pictures and messages of imagezmq senders, and answers only when they are durable."""
