"""The history of the label database's schema, applied by Alembic when a store is opened."""
