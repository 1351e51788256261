"""3.1 · The pathway of a person: orientation, right to a pathway, contracts, accompaniment, next steps, exits."""
