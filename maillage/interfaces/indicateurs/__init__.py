"""The catalogue of indicators: each figure with its definition, its source, its freshness, for every territory."""
