"""What is understood: numbers, assistants, names, notes and times, read from what a person typed."""
