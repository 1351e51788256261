"""Acts on batches and on their rejected lines."""
