"""Acts on one's own space."""
