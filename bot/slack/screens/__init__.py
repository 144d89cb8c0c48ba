"""One file per message with buttons, or modal."""
