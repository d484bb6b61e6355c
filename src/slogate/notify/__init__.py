"""Tells people of trouble: what is told, in which words, and by which channels. It decides nothing about a verdict."""
