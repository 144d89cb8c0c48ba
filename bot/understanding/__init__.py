"""What is understood: numbers, assistants, names, notes and times, read from typed words."""
