"""Tests, one folder per room; stories from the typed line to the message in the thread."""
