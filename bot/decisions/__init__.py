"""What is decided: one pure file per rule, and the judge that asks them all."""
