"""Small web pages beside Slack: health and metrics."""
