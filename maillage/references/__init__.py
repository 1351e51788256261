"""Facts that every domain shares: territories, organisations, SIAE."""
