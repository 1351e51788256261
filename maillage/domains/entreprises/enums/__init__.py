"""Choices of the links with companies, one file per subject."""
