"""What is remembered: tables, one store per noun, migrations; SQLite and PostgreSQL alike."""
