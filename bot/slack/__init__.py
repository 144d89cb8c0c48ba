"""What people type, click and read in Slack."""
