"""Choices of the pathways, one file per subject."""
