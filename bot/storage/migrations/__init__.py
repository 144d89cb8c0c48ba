"""Numbered schema steps, run by Alembic."""
