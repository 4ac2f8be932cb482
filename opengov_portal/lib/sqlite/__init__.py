"""Django's own SQLite, with writers that take turns."""
