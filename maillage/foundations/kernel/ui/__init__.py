"""How a page looks: forms, drawings, the catalogue of components."""
