"""Questions on the geography that files refer to, and on batches."""
