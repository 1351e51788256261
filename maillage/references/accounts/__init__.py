"""People and organisations (SIRET): who acts, and for whom."""
