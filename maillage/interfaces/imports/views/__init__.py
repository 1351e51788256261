"""The screens of imports: sources, batches, rejected lines."""
