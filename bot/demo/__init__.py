"""The local stand-ins: Slack with its page, the call providers, and sample files."""
