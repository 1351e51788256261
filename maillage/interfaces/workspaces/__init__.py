"""One home per profile, the public one first, and the pages the law asks of every public site."""
