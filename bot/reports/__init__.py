"""What is reported back: the words, one sentence per state; pure."""
