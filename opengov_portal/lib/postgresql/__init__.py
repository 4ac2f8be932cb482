"""Django's own PostgreSQL, which looks at a connection before it asks with it."""
