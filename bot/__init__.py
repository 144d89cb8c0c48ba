"""Switchboard: outbound AI phone calls from Slack."""

__version__ = "0.1.0"
