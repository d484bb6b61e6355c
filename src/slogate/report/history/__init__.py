"""The history as people and programs read it."""
