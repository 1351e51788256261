"""3.2 · Links with companies: immersions (PMSMP), POEC, partners, anonymous profiles, the local labour market."""
