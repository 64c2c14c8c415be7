"""Addresses that processes listen on. Imports nothing: what sets containers up has the standard library alone."""

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"
