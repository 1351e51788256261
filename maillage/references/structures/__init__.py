"""The supply of insertion (strategy 1.1): SIAE, where they are, what they do, how many people they employ."""
