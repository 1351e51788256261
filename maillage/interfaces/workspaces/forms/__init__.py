"""Forms of one's own space."""
