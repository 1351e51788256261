"""Doors in and out: home pages, imports."""
