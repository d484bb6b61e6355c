"""The history of runs in a database: what was measured, when, of which release, and what was said of it."""
