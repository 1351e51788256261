"""A fictional, deterministic region on real communes: what `make demo` shows."""
