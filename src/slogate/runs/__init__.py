"""Runs on disk: the folder, its tables, and how to read them back as evidence."""
