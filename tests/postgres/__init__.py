"""A PostgreSQL server for the tests, theirs alone."""
