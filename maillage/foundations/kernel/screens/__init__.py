"""The four screens of the house: List, Detail, Act, Export."""
