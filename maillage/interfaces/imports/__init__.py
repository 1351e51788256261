"""Doors in: outside files become rows of the platform, and nothing rejected is lost."""
